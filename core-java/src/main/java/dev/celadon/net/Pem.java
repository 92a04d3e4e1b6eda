package dev.celadon.net;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of certificates and keys (RFC 7468): base64 between two lines that name what it is.
 */
final class Pem {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----");

  /** The kinds of keys that TLS knows; a key says itself which one it is of. */
  private static final List<String> KEY_KINDS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private Pem() {}

  /** All certificates of a text, one at least. */
  static List<X509Certificate> certificates(String text) {
    List<X509Certificate> found = new ArrayList<>();
    for (byte[] der : blocks(text, "CERTIFICATE")) {
      found.add(certificate(der));
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "the text holds no \"BEGIN CERTIFICATE\" but " + labels(text) + ": give a PEM text");
    }
    return List.copyOf(found);
  }

  private static X509Certificate certificate(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("a certificate cannot be read: " + e.getMessage(), e);
    }
  }

  /** The first private key of a text. */
  static PrivateKey privateKey(String text) {
    List<byte[]> keys = blocks(text, "PRIVATE KEY");
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(
          "the text holds no \"BEGIN PRIVATE KEY\" but "
              + labels(text)
              + ": make one of another form with \"openssl pkcs8 -topk8 -nocrypt\"");
    }
    PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(keys.getFirst());
    GeneralSecurityException last = null;
    for (String kind : KEY_KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(encoded);
      } catch (InvalidKeySpecException | NoSuchAlgorithmException e) {
        last = e;
      }
    }
    throw new IllegalArgumentException(
        "the private key is of none of the kinds " + KEY_KINDS + ", or broken", last);
  }

  private static List<byte[]> blocks(String text, String label) {
    List<byte[]> found = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(text); block.find(); ) {
      if (block.group(1).equals(label)) {
        try {
          found.add(Base64.getMimeDecoder().decode(block.group(2)));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("a \"" + label + "\" is no base64 text", e);
        }
      }
    }
    return found;
  }

  private static List<String> labels(String text) {
    return LABEL.matcher(text).results().map(label -> label.group(1)).toList();
  }
}
