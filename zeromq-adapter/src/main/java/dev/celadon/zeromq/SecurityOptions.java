package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ.Socket.Mechanism;
import zmq.ZMQ;
import zmq.io.mechanism.Mechanisms;

/**
 * Who may talk to whom, and whether it is encrypted; see {@link SocketOptions#security()}. Set it
 * before bind and connect. It means nothing to {@code inproc://}.
 *
 * <p>Both sides must have the same mechanism, one of them as the server; it does not matter which
 * of them binds. What a server asks of its clients is up to the {@link Authenticator} of its
 * context:
 *
 * <table>
 * <caption>Mechanisms</caption>
 * <tr><th>mechanism</th><th>encrypts</th><th>without an Authenticator</th></tr>
 * <tr><td>none</td><td>no</td><td>everybody may connect; with a {@link #zapDomain(String)},
 *     bind and connect throw</td></tr>
 * <tr><td>PLAIN</td><td>no: the password, too, can be read on the way</td><td>the server's bind
 *     and connect throw</td></tr>
 * <tr><td>CURVE</td><td>yes</td><td>everybody who knows the server's public key may connect; with
 *     a {@link #zapDomain(String)}, bind and connect throw</td></tr>
 * </table>
 *
 * <p>Confined to its hub.
 */
public final class SecurityOptions {

  /** JeroMQ reads the lengths as signed bytes. */
  private static final int LONGEST_CREDENTIAL = 127;

  private static final int LONGEST_DOMAIN = 255;

  private final SocketOptions options;

  /** Why bind and connect need somebody who decides; null if they do not. */
  private @Nullable String needsAuthenticator;

  private @Nullable CurveKeys curveKeys;

  SecurityOptions(SocketOptions options) {
    this.options = options;
  }

  /**
   * Back to the other topics, for chains.
   *
   * @return all options of the socket
   */
  public SocketOptions options() {
    return options;
  }

  // --- The mechanism

  /**
   * How peers prove who they are.
   *
   * @return NULL, the default, means not at all
   */
  public Mechanism mechanism() {
    return options.get(ZMQ.ZMQ_MECHANISM) instanceof Mechanisms mechanism
        ? Mechanism.valueOf(mechanism.name())
        : Mechanism.NULL;
  }

  /**
   * Whether this is the side that lets others in.
   *
   * @return true after {@link #plainServer} or {@link #curveServer}
   */
  public boolean isServer() {
    return options.getBoolean(ZMQ.ZMQ_PLAIN_SERVER) || options.getBoolean(ZMQ.ZMQ_CURVE_SERVER);
  }

  /**
   * Neither asks nor says who it is: the default.
   *
   * @return these options
   */
  public SecurityOptions none() {
    set(ZMQ.ZMQ_PLAIN_SERVER, false); // also takes CURVE back
    needsAuthenticator = domainNeeds();
    curveKeys = null;
    return this;
  }

  /**
   * Asks for user names and passwords, which the context's {@link Authenticator} checks; without
   * one, bind and connect throw. Nothing is encrypted.
   *
   * @return these options
   */
  public SecurityOptions plainServer() {
    set(ZMQ.ZMQ_PLAIN_SERVER, true);
    needsAuthenticator = "a PLAIN server";
    curveKeys = null;
    return this;
  }

  /**
   * Says a user name and a password to a PLAIN server. Nothing is encrypted.
   *
   * @param userName at most 127 bytes of UTF-8
   * @param password at most 127 bytes of UTF-8
   * @return these options
   */
  public SecurityOptions plainClient(String userName, String password) {
    checkCredential("userName", userName);
    checkCredential("password", password);
    set(ZMQ.ZMQ_PLAIN_USERNAME, userName);
    set(ZMQ.ZMQ_PLAIN_PASSWORD, password);
    needsAuthenticator = domainNeeds();
    curveKeys = null;
    return this;
  }

  private static void checkCredential(String what, String text) {
    int length = text.getBytes(UTF_8).length;
    if (length > LONGEST_CREDENTIAL) {
      throw new IllegalArgumentException(
          what + " must have at most " + LONGEST_CREDENTIAL + " bytes of UTF-8, not " + length);
    }
  }

  /**
   * What a PLAIN client says first.
   *
   * @return the user name, or null if none was set
   */
  public @Nullable String plainUserName() {
    return options.getText(ZMQ.ZMQ_PLAIN_USERNAME);
  }

  /**
   * What a PLAIN client says next.
   *
   * @return the password, or null if none was set
   */
  public @Nullable String plainPassword() {
    return options.getText(ZMQ.ZMQ_PLAIN_PASSWORD);
  }

  /**
   * Encrypts, as the side whose public key the clients know. The context's {@link Authenticator},
   * if there is one, says which clients may connect.
   *
   * @param keys the server's own, with the secret one
   * @return these options
   * @throws IllegalStateException if the secret key is missing
   */
  public SecurityOptions curveServer(CurveKeys keys) {
    byte[] secret = keys.secretKey();
    set(ZMQ.ZMQ_CURVE_PUBLICKEY, keys.publicKey());
    set(ZMQ.ZMQ_CURVE_SECRETKEY, secret);
    set(ZMQ.ZMQ_CURVE_SERVER, true);
    needsAuthenticator = domainNeeds();
    curveKeys = keys;
    return this;
  }

  /**
   * Encrypts, as the side that knows the server's key: another server is not talked to.
   *
   * @param keys the client's own, with the secret one
   * @param server the server's public key
   * @return these options
   * @throws IllegalStateException if the client's secret key is missing
   */
  public SecurityOptions curveClient(CurveKeys keys, CurveKeys server) {
    byte[] secret = keys.secretKey();
    set(ZMQ.ZMQ_CURVE_SERVER, false);
    set(ZMQ.ZMQ_CURVE_PUBLICKEY, keys.publicKey());
    set(ZMQ.ZMQ_CURVE_SECRETKEY, secret);
    set(ZMQ.ZMQ_CURVE_SERVERKEY, server.publicKey());
    needsAuthenticator = domainNeeds();
    curveKeys = keys;
    return this;
  }

  /**
   * The socket's own keys.
   *
   * @return what {@link #curveServer} or {@link #curveClient} was called with; empty before
   */
  public Optional<CurveKeys> curveKeys() {
    return Optional.ofNullable(curveKeys);
  }

  /**
   * The key of the server that a CURVE client talks to.
   *
   * @return the public key; empty if this is no CURVE client
   */
  public Optional<CurveKeys> curveServerKey() {
    if (mechanism() == Mechanism.CURVE
        && !isServer()
        && options.get(ZMQ.ZMQ_CURVE_SERVERKEY) instanceof byte[] key) {
      return Optional.of(CurveKeys.ofPublic(key));
    }
    return Optional.empty();
  }

  // --- The domain

  /**
   * Under which name the {@link Authenticator} is asked about peers of this socket.
   *
   * @return the domain, empty by default
   */
  public String zapDomain() {
    String domain = options.getText(ZMQ.ZMQ_ZAP_DOMAIN);
    return domain == null ? "" : domain;
  }

  /**
   * Sets under which name the {@link Authenticator} is asked about peers of this socket, and lets
   * it be asked even if there is no mechanism; without an Authenticator, bind and connect throw.
   *
   * @param domain up to 255 characters of ASCII; empty for none
   * @return these options
   */
  public SecurityOptions zapDomain(String domain) {
    if (domain.length() > LONGEST_DOMAIN || !US_ASCII.newEncoder().canEncode(domain)) {
      throw new IllegalArgumentException(
          "zapDomain must have at most " + LONGEST_DOMAIN + " characters, all ASCII: " + domain);
    }
    set(ZMQ.ZMQ_ZAP_DOMAIN, domain);
    if (!isPlainServer()) {
      needsAuthenticator = domainNeeds();
    }
    return this;
  }

  private boolean isPlainServer() {
    return options.getBoolean(ZMQ.ZMQ_PLAIN_SERVER);
  }

  private @Nullable String domainNeeds() {
    String domain = zapDomain();
    return domain.isEmpty() ? null : "the ZAP domain \"" + domain + "\"";
  }

  // --- Doors

  /** Before a bind or connect: without anybody who decides, JeroMQ lets everybody in. */
  static void check(ZmqSocket socket, String verb, String endpoint) {
    SecurityOptions security = socket.options().securityIfSet();
    if (security == null || security.needsAuthenticator == null) {
      return;
    }
    if (socket.context().binderOf(ZapHandler.ENDPOINT) == null) {
      throw new IllegalStateException(
          "cannot "
              + verb
              + " the "
              + socket.type()
              + " socket to "
              + endpoint
              + ": "
              + security.needsAuthenticator
              + " needs somebody who decides who may connect; open one first, with"
              + " Authenticator.open(context)");
    }
  }

  private void set(int option, Object value) {
    options.set(option, value);
  }
}
