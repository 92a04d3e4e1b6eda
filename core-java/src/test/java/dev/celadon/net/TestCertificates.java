package dev.celadon.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Authorities and certificates for tests, made anew in each run, in the DER of RFC 5280. */
final class TestCertificates {

  private static final AtomicInteger SERIAL = new AtomicInteger(1_000_000);
  private static final byte[] ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));

  static final TestCertificates AUTHORITY = new TestCertificates("Celadon test authority");
  static final TestCertificates STRANGER = new TestCertificates("A stranger");

  static final TlsIdentity LOCALHOST = AUTHORITY.identity("EC", "localhost", "127.0.0.1");
  static final TlsIdentity CLIENT = AUTHORITY.identity("EC", "client");

  private final KeyPair keys = keys("EC");
  private final String name;
  private final X509Certificate certificate;

  private TestCertificates(String name) {
    this.name = name;
    byte[] isAuthority =
        extension(new int[] {0x55, 0x1d, 0x13}, true, sequence(tag(1, new byte[] {-1})));
    this.certificate = sign(name, keys, isAuthority);
  }

  List<X509Certificate> trusted() {
    return List.of(certificate);
  }

  /** A key of a kind, with a certificate for names and addresses. */
  TlsIdentity identity(String kind, String... names) {
    KeyPair own = keys(kind);
    byte[][] alternatives = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      alternatives[i] =
          Character.isDigit(names[i].charAt(0))
              ? tag(0x87, InetAddress.ofLiteral(names[i]).getAddress())
              : tag(0x82, names[i].getBytes(StandardCharsets.US_ASCII));
    }
    byte[] subjects = extension(new int[] {0x55, 0x1d, 0x11}, false, sequence(alternatives));
    return new TlsIdentity(own.getPrivate(), List.of(sign(names[0], own, subjects)));
  }

  private X509Certificate sign(String subject, KeyPair subjectKeys, byte[] extension) {
    DateTimeFormatter time =
        DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    Instant now = Instant.now();
    byte[] body =
        sequence(
            tag(0xa0, tag(2, new byte[] {2})),
            tag(2, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
            ECDSA_SHA256,
            name(name),
            sequence(
                tag(0x17, ascii(time.format(now.minus(Duration.ofDays(1))))),
                tag(0x17, ascii(time.format(now.plus(Duration.ofDays(3_650)))))),
            name(subject),
            subjectKeys.getPublic().getEncoded(),
            tag(0xa3, sequence(extension)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      byte[] bits = new byte[] {0};
      byte[] der = sequence(body, ECDSA_SHA256, tag(3, concat(bits, signature.sign())));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair keys(String kind) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      if (!kind.equals("Ed25519")) {
        generator.initialize(kind.equals("EC") ? 256 : 2_048);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  static String pem(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    try {
      for (X509Certificate certificate : certificates) {
        text.append(pem("CERTIFICATE", certificate.getEncoded()));
      }
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }

  static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  // --- DER

  private static byte[] extension(int[] oid, boolean critical, byte[] value) {
    return critical
        ? sequence(oid(oid), tag(1, new byte[] {-1}), tag(4, value))
        : sequence(oid(oid), tag(4, value));
  }

  private static byte[] name(String common) {
    return sequence(
        tag(0x31, sequence(oid(0x55, 4, 3), tag(0x0c, common.getBytes(StandardCharsets.UTF_8)))));
  }

  private static byte[] oid(int... bytes) {
    byte[] value = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      value[i] = (byte) bytes[i];
    }
    return tag(6, value);
  }

  private static byte[] sequence(byte[]... parts) {
    return tag(0x30, concat(parts));
  }

  private static byte[] tag(int tag, byte[] value) {
    byte[] length =
        value.length < 128
            ? new byte[] {(byte) value.length}
            : value.length < 256
                ? new byte[] {(byte) 0x81, (byte) value.length}
                : new byte[] {(byte) 0x82, (byte) (value.length >> 8), (byte) value.length};
    return concat(new byte[] {(byte) tag}, length, value);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
