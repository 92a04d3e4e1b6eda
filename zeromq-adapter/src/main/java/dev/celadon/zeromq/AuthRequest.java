package dev.celadon.zeromq;

/**
 * Somebody wants to connect: what an {@link Authenticator} is asked.
 *
 * <p>Immutable.
 *
 * @param domain the ZAP domain of the socket that somebody wants to connect to, empty if it has
 *     none
 * @param address where the peer comes from, such as {@code 127.0.0.1}
 * @param identity of the socket that somebody wants to connect to, empty if it has none
 * @param credentials what the peer has said, and proved in the case of CURVE
 */
public record AuthRequest(String domain, String address, String identity, Credentials credentials) {

  /** What a peer has said of itself. */
  public sealed interface Credentials {}

  /** Nothing: there is no mechanism. */
  public record None() implements Credentials {}

  /**
   * A user name and a password. {@code toString} does not tell the password.
   *
   * @param userName as the peer has said it
   * @param password as the peer has said it
   */
  public record Plain(String userName, String password) implements Credentials {
    @Override
    public String toString() {
      return "Plain[" + userName + "]";
    }
  }

  /**
   * A public key, of which the peer has proved that it knows the secret one.
   *
   * @param publicKey the peer's own
   */
  public record Curve(CurveKeys publicKey) implements Credentials {}
}
