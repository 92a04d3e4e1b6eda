package dev.celadon.net;

import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who this side of a TLS session is, and whom it trusts; or an {@link SSLContext} that knows both.
 * The methods of {@link TlsOptions} of the same names make them.
 *
 * <p>The context is made at the first session, and sessions are resumed through it: so make the
 * options once and use them for all connections.
 *
 * <p>Immutable.
 */
public final class TlsCredentials {

  private static final TlsCredentials DEFAULTS =
      new TlsCredentials(null, List.of(), null, false, null);

  private final @Nullable SSLContext given;
  private final List<TlsIdentity> identities;
  private final @Nullable List<X509Certificate> trusted;
  private final boolean trustsAnybody;
  private final @Nullable Provider provider;

  private volatile @Nullable SSLContext made;

  private TlsCredentials(
      @Nullable SSLContext given,
      List<TlsIdentity> identities,
      @Nullable List<X509Certificate> trusted,
      boolean trustsAnybody,
      @Nullable Provider provider) {
    this.given = given;
    this.identities = identities;
    this.trusted = trusted;
    this.trustsAnybody = trustsAnybody;
    this.provider = provider;
  }

  static TlsCredentials defaults() {
    return DEFAULTS;
  }

  static TlsCredentials of(SSLContext context) {
    Objects.requireNonNull(context, "context");
    return new TlsCredentials(context, List.of(), null, false, null);
  }

  TlsCredentials withIdentity(TlsIdentity identity) {
    Objects.requireNonNull(identity, "identity");
    requireNoContext("an identity");
    List<TlsIdentity> more = new ArrayList<>(identities);
    more.add(identity);
    return new TlsCredentials(null, List.copyOf(more), trusted, trustsAnybody, provider);
  }

  TlsCredentials withTrusted(List<X509Certificate> certificates) {
    List<X509Certificate> copy = List.copyOf(certificates);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException(
          "trusted is empty: give a certificate, or leave it out for those that the JDK trusts");
    }
    requireNoContext("a certificate to trust");
    return new TlsCredentials(null, identities, copy, false, provider);
  }

  TlsCredentials withInsecureTrustInAnybody() {
    requireNoContext("trust in anybody");
    return new TlsCredentials(null, identities, null, true, provider);
  }

  TlsCredentials withProvider(Provider implementation) {
    Objects.requireNonNull(implementation, "provider");
    requireNoContext("a provider");
    return new TlsCredentials(null, identities, trusted, trustsAnybody, implementation);
  }

  private void requireNoContext(String what) {
    if (given != null) {
      throw new IllegalStateException(
          "the options have an SSLContext already and do not take "
              + what
              + ": put it into that one, or leave the context out");
    }
  }

  /** Whether a server can show something. */
  boolean canServe() {
    return given != null
        || !identities.isEmpty()
        || System.getProperty("javax.net.ssl.keyStore") != null;
  }

  /** The context of all sessions. Switches at the first call, since trust is read from files. */
  SSLContext context() throws IOException {
    if (given != null) {
      return given;
    }
    SSLContext known = made;
    if (known != null) {
      return known;
    }
    Callable<SSLContext> make = this::makeOnce;
    try {
      return ThreadPool.offload(make);
    } catch (GeneralSecurityException e) {
      throw new IOException("no TLS context can be made: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("bug in Celadon, please report", e);
    }
  }

  /** On a thread of the pool, so that the lock holds no hub. */
  private synchronized SSLContext makeOnce() throws GeneralSecurityException, IOException {
    SSLContext known = made;
    if (known == null) {
      known = make();
      made = known;
    }
    return known;
  }

  private SSLContext make() throws GeneralSecurityException, IOException {
    if (identities.isEmpty() && trusted == null && !trustsAnybody && provider == null) {
      return SSLContext.getDefault();
    }
    SSLContext context =
        provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
    KeyManager[] keys =
        identities.isEmpty() ? null : new KeyManager[] {new IdentityChoice(identities)};
    context.init(keys, trust(), null);
    return context;
  }

  private TrustManager[] trust() throws GeneralSecurityException, IOException {
    if (trustsAnybody) {
      return new TrustManager[] {new TrustInAnybody()};
    }
    TrustManagerFactory factory = trustManagerFactory();
    factory.init(trusted == null ? null : storeOf(trusted));
    return factory.getTrustManagers();
  }

  /** A provider names the kinds of certificates in its own way, so its own factory comes first. */
  private TrustManagerFactory trustManagerFactory() throws GeneralSecurityException {
    return provider != null && provider.getService("TrustManagerFactory", "PKIX") != null
        ? TrustManagerFactory.getInstance("PKIX", provider)
        : TrustManagerFactory.getInstance("PKIX");
  }

  private static KeyStore storeOf(List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (int i = 0; i < certificates.size(); i++) {
      store.setCertificateEntry("trusted" + i, certificates.get(i));
    }
    return store;
  }

  /** Names the identities and how trust is decided. */
  @Override
  public String toString() {
    if (given != null) {
      return "TlsCredentials[" + given.getProtocol() + " context]";
    }
    String trust =
        trustsAnybody
            ? "anybody"
            : trusted == null ? "what the JDK trusts" : trusted.size() + " certificates";
    return "TlsCredentials[" + identities + ", trusts " + trust + "]";
  }
}
