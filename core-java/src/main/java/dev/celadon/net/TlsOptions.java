package dev.celadon.net;

import java.io.IOException;
import java.nio.file.Path;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * How a {@link TlsSocket} proves itself, whom it trusts, and how it talks. The components have the
 * meaning of the with-methods. Make them once: connections with the same options resume sessions of
 * each other.
 *
 * <pre>{@code
 * TlsOptions options =
 *     TlsOptions.defaults()
 *         .withIdentity(Path.of("chain.pem"), Path.of("key.pem"))
 *         .withApplicationProtocols("h2", "http/1.1");
 * }</pre>
 *
 * <p>Immutable.
 *
 * @param credentials see {@link #withIdentity(TlsIdentity)}, {@link #withTrusted(List)}, {@link
 *     #withContext}
 * @param clientAuth see {@link #withClientAuth}
 * @param protocols see {@link #withProtocols}; empty for the provider's choice
 * @param cipherSuites see {@link #withCipherSuites}; empty for the provider's choice
 * @param applicationProtocols see {@link #withApplicationProtocols}
 * @param hostnameCheck see {@link #withHostnameCheck}
 * @param raggedEnds see {@link #withRaggedEnds}
 * @param handshakeTimeout see {@link #withHandshakeTimeout}
 * @param offloadedHandshake see {@link #withOffloadedHandshake}
 */
public record TlsOptions(
    TlsCredentials credentials,
    ClientAuth clientAuth,
    List<String> protocols,
    List<String> cipherSuites,
    List<String> applicationProtocols,
    boolean hostnameCheck,
    boolean raggedEnds,
    Duration handshakeTimeout,
    boolean offloadedHandshake) {

  /** Whether a server asks its clients for a certificate. */
  public enum ClientAuth {
    /** It does not ask. */
    NONE,
    /** It asks; a client may have none, but not a wrong one. */
    WANT,
    /** It asks, and refuses a client that has none. */
    NEED
  }

  private static final TlsOptions DEFAULTS =
      new TlsOptions(
          TlsCredentials.defaults(),
          ClientAuth.NONE,
          List.of(),
          List.of(),
          List.of(),
          true,
          false,
          Duration.ofSeconds(30),
          false);

  /** Checks the components. */
  public TlsOptions {
    Objects.requireNonNull(credentials, "credentials");
    Objects.requireNonNull(clientAuth, "clientAuth");
    protocols = List.copyOf(protocols);
    cipherSuites = List.copyOf(cipherSuites);
    applicationProtocols = List.copyOf(applicationProtocols);
    for (String protocol : applicationProtocols) {
      if (protocol.isEmpty() || protocol.length() > 255) {
        throw new IllegalArgumentException(
            "an application protocol has a name of 1 to 255 letters, not \"" + protocol + "\"");
      }
    }
    Objects.requireNonNull(handshakeTimeout, "handshakeTimeout");
    Side.checkTimeout(handshakeTimeout);
  }

  /**
   * No identity, trust as the JDK has it, names are checked, no application protocol, a handshake
   * within 30 s.
   *
   * @return the defaults
   */
  public static TlsOptions defaults() {
    return DEFAULTS;
  }

  private TlsOptions with(TlsCredentials changed) {
    return new TlsOptions(
        changed,
        clientAuth,
        protocols,
        cipherSuites,
        applicationProtocols,
        hostnameCheck,
        raggedEnds,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Uses a context that is made elsewhere, with its keys and its trust, instead of all identities
   * and certificates given before.
   *
   * @param context a context that is initialised
   * @return changed options
   */
  public TlsOptions withContext(SSLContext context) {
    return with(TlsCredentials.of(context));
  }

  /**
   * Adds an identity. A server with several of them shows the one whose certificate has the name
   * that the client asks for (SNI), and else the first; for one name there may be several of
   * different kinds, such as RSA and EC.
   *
   * @param identity one more
   * @return changed options
   * @throws IllegalStateException after {@link #withContext}
   */
  public TlsOptions withIdentity(TlsIdentity identity) {
    return with(credentials.withIdentity(identity));
  }

  /**
   * Adds the identity of two PEM files; see {@link TlsIdentity#ofPem(Path, Path)} and {@link
   * #withIdentity(TlsIdentity)}. Switches.
   *
   * @param chain certificates, the key's own first
   * @param key a key in PKCS #8 form without a password
   * @return changed options
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if one does not hold what it should
   * @throws IllegalStateException after {@link #withContext}
   */
  public TlsOptions withIdentity(Path chain, Path key) throws IOException {
    return withIdentity(TlsIdentity.ofPem(chain, key));
  }

  /**
   * Trusts these certificates, and whom they have signed, instead of those that the JDK trusts.
   *
   * @param certificates one at least
   * @return changed options
   * @throws IllegalArgumentException if there is none
   * @throws IllegalStateException after {@link #withContext}
   */
  public TlsOptions withTrusted(List<X509Certificate> certificates) {
    return with(credentials.withTrusted(certificates));
  }

  /**
   * Trusts the certificates of a PEM file; see {@link #withTrusted(List)}. Switches.
   *
   * @param certificates one at least
   * @return changed options
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it has none
   * @throws IllegalStateException after {@link #withContext}
   */
  public TlsOptions withTrusted(Path certificates) throws IOException {
    return withTrusted(Pem.certificates(TlsIdentity.readFile(certificates)));
  }

  /**
   * Trusts whoever comes, under any name: whoever stands between can read and change everything.
   * For tests only.
   *
   * @return changed options
   * @throws IllegalStateException after {@link #withContext}
   */
  public TlsOptions withInsecureTrustInAnybody() {
    return with(credentials.withInsecureTrustInAnybody());
  }

  /**
   * Uses another implementation of TLS than the JDK's, such as Conscrypt.
   *
   * @param provider has an {@link SSLContext} "TLS"
   * @return changed options
   * @throws IllegalStateException after {@link #withContext}
   */
  public TlsOptions withProvider(Provider provider) {
    return with(credentials.withProvider(provider));
  }

  /**
   * Whether a server asks its clients for a certificate.
   *
   * @param auth how strictly
   * @return changed options
   */
  public TlsOptions withClientAuth(ClientAuth auth) {
    return new TlsOptions(
        credentials,
        auth,
        protocols,
        cipherSuites,
        applicationProtocols,
        hostnameCheck,
        raggedEnds,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Allows these versions of TLS only.
   *
   * @param names such as "TLSv1.3"; none for the provider's choice
   * @return changed options
   */
  public TlsOptions withProtocols(String... names) {
    return new TlsOptions(
        credentials,
        clientAuth,
        List.of(names),
        cipherSuites,
        applicationProtocols,
        hostnameCheck,
        raggedEnds,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Allows these cipher suites only, the favourite first.
   *
   * @param names such as "TLS_AES_128_GCM_SHA256"; none for the provider's choice
   * @return changed options
   */
  public TlsOptions withCipherSuites(String... names) {
    return new TlsOptions(
        credentials,
        clientAuth,
        protocols,
        List.of(names),
        applicationProtocols,
        hostnameCheck,
        raggedEnds,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Offers these protocols to be spoken inside (ALPN), the favourite first. A server with protocols
   * refuses a client that offers others only.
   *
   * @param names such as "h2" and "http/1.1"; none to leave it open
   * @return changed options
   * @throws IllegalArgumentException if a name is empty or longer than 255 letters
   */
  public TlsOptions withApplicationProtocols(String... names) {
    return new TlsOptions(
        credentials,
        clientAuth,
        protocols,
        cipherSuites,
        List.of(names),
        hostnameCheck,
        raggedEnds,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Whether a client refuses a server whose certificate is for another host. Without it, whoever
   * has any certificate that is trusted can stand in for the server.
   *
   * @param checked true to refuse it
   * @return changed options
   */
  public TlsOptions withHostnameCheck(boolean checked) {
    return new TlsOptions(
        credentials,
        clientAuth,
        protocols,
        cipherSuites,
        applicationProtocols,
        checked,
        raggedEnds,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Whether a connection that ends without the peer's goodbye is a usual end of the stream, instead
   * of a {@link TlsTruncatedException}: for protocols that tell their end by themselves.
   *
   * @param allowed true for a usual end
   * @return changed options
   */
  public TlsOptions withRaggedEnds(boolean allowed) {
    return new TlsOptions(
        credentials,
        clientAuth,
        protocols,
        cipherSuites,
        applicationProtocols,
        hostnameCheck,
        allowed,
        handshakeTimeout,
        offloadedHandshake);
  }

  /**
   * Limits the time of a handshake as a whole.
   *
   * @param limit zero for no limit
   * @return changed options
   * @throws IllegalArgumentException if it is negative
   */
  public TlsOptions withHandshakeTimeout(Duration limit) {
    return new TlsOptions(
        credentials,
        clientAuth,
        protocols,
        cipherSuites,
        applicationProtocols,
        hostnameCheck,
        raggedEnds,
        limit,
        offloadedHandshake);
  }

  /**
   * Whether the long computations of a handshake run on a thread of the hub's pool instead of on
   * the hub: one handshake takes longer then, but a storm of them does not hold up the other
   * greenlets. Also for trust managers that ask somebody over the network.
   *
   * @param offloaded true for a thread
   * @return changed options
   */
  public TlsOptions withOffloadedHandshake(boolean offloaded) {
    return new TlsOptions(
        credentials,
        clientAuth,
        protocols,
        cipherSuites,
        applicationProtocols,
        hostnameCheck,
        raggedEnds,
        handshakeTimeout,
        offloaded);
  }

  /** What both sides set. */
  SSLParameters applyTo(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    if (!protocols.isEmpty()) {
      parameters.setProtocols(protocols.toArray(String[]::new));
    }
    if (!cipherSuites.isEmpty()) {
      parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
    }
    if (!applicationProtocols.isEmpty()) {
      parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
    }
    return parameters;
  }
}
