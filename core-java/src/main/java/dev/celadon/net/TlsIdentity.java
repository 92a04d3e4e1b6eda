package dev.celadon.net;

import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Who one side of a TLS session is: a private key and the certificates that speak for it.
 *
 * <p>Immutable.
 *
 * @param key the private key
 * @param chain the key's own certificate, then the one that signed it, and so on; the root may be
 *     left out
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

  /** Checks the components. */
  public TlsIdentity {
    Objects.requireNonNull(key, "key");
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException(
          "chain is empty: give the key's own certificate, and then the ones between it and the"
              + " root");
    }
    String certified = chain.getFirst().getPublicKey().getAlgorithm();
    if (!certified.equals(key.getAlgorithm())) {
      throw new IllegalArgumentException(
          "the key is of the kind "
              + key.getAlgorithm()
              + ", the first certificate is for one of the kind "
              + certified
              + ": the key's own certificate stands first");
    }
  }

  /**
   * Reads an identity from two PEM files, as certbot and openssl write them; both may be the same
   * file. Switches.
   *
   * @param chain certificates, the key's own first
   * @param key a key in PKCS #8 form without a password ("BEGIN PRIVATE KEY")
   * @return the identity
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if one does not hold what it should
   */
  public static TlsIdentity ofPem(Path chain, Path key) throws IOException {
    String certificates = readFile(chain);
    return ofPem(certificates, chain.equals(key) ? certificates : readFile(key));
  }

  /**
   * Takes an identity from PEM texts. Never switches.
   *
   * @param chain certificates, the key's own first
   * @param key a key in PKCS #8 form without a password ("BEGIN PRIVATE KEY")
   * @return the identity
   * @throws IllegalArgumentException if one does not hold what it should
   */
  public static TlsIdentity ofPem(String chain, String key) {
    return new TlsIdentity(Pem.privateKey(key), Pem.certificates(chain));
  }

  /**
   * Takes an identity from a key store, which is loaded already. Never switches.
   *
   * @param store the key store
   * @param alias which key; null takes the first one
   * @param password the key's password
   * @return the identity
   * @throws IllegalArgumentException if there is no such key, or the password is not its
   */
  public static TlsIdentity ofKeyStore(KeyStore store, @Nullable String alias, char[] password) {
    try {
      String name = alias != null ? alias : firstKey(store);
      if (!(store.getKey(name, password) instanceof PrivateKey key)) {
        throw new IllegalArgumentException(
            "the key store has no private key \"" + name + "\": it has " + aliases(store));
      }
      List<X509Certificate> chain = new ArrayList<>();
      for (Certificate certificate : store.getCertificateChain(name)) {
        chain.add((X509Certificate) certificate);
      }
      return new TlsIdentity(key, chain);
    } catch (UnrecoverableKeyException | KeyStoreException | NoSuchAlgorithmException e) {
      throw new IllegalArgumentException("the key store does not give its key: " + e, e);
    }
  }

  private static String firstKey(KeyStore store) throws KeyStoreException {
    for (String alias : aliases(store)) {
      if (store.isKeyEntry(alias)) {
        return alias;
      }
    }
    throw new IllegalArgumentException(
        "the key store has no private key: it has " + aliases(store));
  }

  private static List<String> aliases(KeyStore store) throws KeyStoreException {
    return Collections.list(store.aliases());
  }

  static String readFile(Path file) throws IOException {
    Callable<String> read = () -> Files.readString(file, StandardCharsets.ISO_8859_1);
    try {
      return ThreadPool.offload(read);
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("bug in Celadon, please report", e);
    }
  }

  /** Names the owner; the key is left out. */
  @Override
  public String toString() {
    return "TlsIdentity["
        + chain.getFirst().getSubjectX500Principal()
        + ", "
        + key.getAlgorithm()
        + "]";
  }
}
