package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Decides whether a peer may connect. Each check runs in a greenlet of its own, so it may wait: for
 * a database, a thread pool, another socket. Others are decided meanwhile.
 */
@FunctionalInterface
public interface AuthCheck {

  /**
   * Decides.
   *
   * @param request who wants to connect
   * @return whether it may
   * @throws Exception to deny it with status 500; the exception goes to the hub's error handler
   */
  AuthVerdict check(AuthRequest request) throws Exception;

  /**
   * Lets everybody in. With CURVE, the public key in Z85 is the user id; with PLAIN, the user name
   * that the peer claims to have.
   *
   * @return the check
   */
  static AuthCheck anybody() {
    return request ->
        switch (request.credentials()) {
          case AuthRequest.None() -> AuthVerdict.allow();
          case AuthRequest.Plain(String userName, String _) -> AuthVerdict.allow(userName);
          case AuthRequest.Curve(CurveKeys key) -> AuthVerdict.allow(key.publicKeyText());
        };
  }

  /**
   * Lets those in who know their passwords. The user name is the user id.
   *
   * @param byUserName the passwords
   * @return a check for PLAIN
   */
  static AuthCheck passwords(Map<String, String> byUserName) {
    Map<String, String> known = Map.copyOf(byUserName);
    return request -> {
      if (request.credentials() instanceof AuthRequest.Plain(String userName, String password)) {
        String expected = known.get(userName);
        if (expected != null && isSame(expected, password)) {
          return AuthVerdict.allow(userName);
        }
        return AuthVerdict.deny("unknown user name or wrong password");
      }
      return AuthVerdict.deny("user names and passwords come with PLAIN only");
    };
  }

  /** Takes as long for a wrong password as for the right one. */
  private static boolean isSame(String expected, String said) {
    return MessageDigest.isEqual(expected.getBytes(UTF_8), said.getBytes(UTF_8));
  }

  /**
   * Lets those in whose public keys are known. The public key in Z85 is the user id.
   *
   * @param known the clients' public keys
   * @return a check for CURVE
   */
  static AuthCheck keys(Collection<CurveKeys> known) {
    Set<CurveKeys> keys = Set.copyOf(known);
    return request -> {
      if (request.credentials() instanceof AuthRequest.Curve(CurveKeys key)) {
        return keys.contains(key)
            ? AuthVerdict.allow(key.publicKeyText())
            : AuthVerdict.deny("unknown public key");
      }
      return AuthVerdict.deny("public keys come with CURVE only");
    };
  }
}
