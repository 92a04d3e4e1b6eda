package dev.celadon.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key of P-256 with a certificate that it has signed itself, made when a server starts: keytool
 * is the one part of the JDK that makes certificates.
 */
final class ServerIdentity {

  static final String PASSWORD = "benchmark";

  /** A file of PKCS #12. */
  private final byte[] store;

  private ServerIdentity(byte[] store) {
    this.store = store;
  }

  byte[] store() {
    return store;
  }

  static ServerIdentity make() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("celadon-benchmarks");
    Path file = folder.resolve("identity.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    try {
      if (!ServerProcess.succeeds(
          keytool,
          "-genkeypair",
          "-keyalg",
          "EC",
          "-groupname",
          "secp256r1",
          "-dname",
          "CN=localhost",
          "-storetype",
          "PKCS12",
          "-storepass",
          PASSWORD,
          "-keystore",
          file.toString())) {
        throw new IOException("keytool has made no certificate: " + keytool);
      }
      return new ServerIdentity(Files.readAllBytes(file));
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  KeyManagerFactory keys() throws GeneralSecurityException, IOException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new ByteArrayInputStream(store), PASSWORD.toCharArray());
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    return factory;
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys().getKeyManagers(), null, null);
    return context;
  }
}
