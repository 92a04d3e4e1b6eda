package dev.celadon.zeromq;

import com.neilalexander.jnacl.crypto.curve25519;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/**
 * A key of CURVE: a public one, with the secret one that belongs to it, or without.
 *
 * <p>Keys are written in Z85, 40 characters. Files are those of JeroMQ's {@code ZCert}, of CZMQ and
 * of pyzmq.
 *
 * <p>Two are equal if their public keys are. {@code toString} does not tell the secret one.
 *
 * <p>Immutable.
 */
public final class CurveKeys {

  private static final int LENGTH = 32;
  private static final int TEXT_LENGTH = 40;

  private static final Pattern Z85 = Pattern.compile("[0-9a-zA-Z.:+=^!/*?&<>()\\[\\]{}@%$#-]{40}");
  private static final Pattern PUBLIC = entry("public-key");
  private static final Pattern SECRET = entry("secret-key");

  private final byte[] publicKey;
  private final byte @Nullable [] secretKey;

  private CurveKeys(byte[] publicKey, byte @Nullable [] secretKey) {
    this.publicKey = publicKey;
    this.secretKey = secretKey;
  }

  private static Pattern entry(String name) {
    return Pattern.compile("(?m)^\\s*" + name + "\\s*=\\s*([\"']?)(\\S+?)\\1\\s*$");
  }

  // --- Factories

  /**
   * Makes new keys, from secure random bytes.
   *
   * @return a public and a secret key
   */
  public static CurveKeys generate() {
    ZMQ.Curve.KeyPair pair = ZMQ.Curve.generateKeyPair();
    return of(pair.publicKey, pair.secretKey);
  }

  /**
   * Keys that are known.
   *
   * @param publicKey in Z85
   * @param secretKey in Z85
   * @return both
   * @throws IllegalArgumentException if one is not Z85, or they do not belong together
   */
  public static CurveKeys of(String publicKey, String secretKey) {
    return of(decode("public", publicKey), decode("secret", secretKey));
  }

  /**
   * Keys that are known.
   *
   * @param publicKey 32 bytes
   * @param secretKey 32 bytes
   * @return both
   * @throws IllegalArgumentException if one has another length, or they do not belong together
   */
  public static CurveKeys of(byte[] publicKey, byte[] secretKey) {
    byte[] ours = checked("public", publicKey);
    byte[] secret = checked("secret", secretKey);
    byte[] derived = new byte[LENGTH];
    int _ = curve25519.crypto_scalarmult_base(derived, secret.clone());
    if (!Arrays.equals(derived, ours)) {
      throw new IllegalArgumentException(
          "the secret key does not belong to the public key "
              + encode(ours)
              + ": keys are made in pairs, see CurveKeys.generate()");
    }
    return new CurveKeys(ours, secret);
  }

  /**
   * A public key, such as a server tells its clients.
   *
   * @param publicKey in Z85
   * @return the key, without a secret one
   * @throws IllegalArgumentException if it is not Z85
   */
  public static CurveKeys ofPublic(String publicKey) {
    return new CurveKeys(decode("public", publicKey), null);
  }

  /**
   * A public key, such as a server tells its clients.
   *
   * @param publicKey 32 bytes
   * @return the key, without a secret one
   * @throws IllegalArgumentException if it has another length
   */
  public static CurveKeys ofPublic(byte[] publicKey) {
    return new CurveKeys(checked("public", publicKey), null);
  }

  private static byte[] checked(String what, byte[] key) {
    if (key.length != LENGTH) {
      throw new IllegalArgumentException(
          "a " + what + " CURVE key has " + LENGTH + " bytes, not " + key.length);
    }
    return key.clone();
  }

  private static byte[] decode(String what, String text) {
    if (!Z85.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "a "
              + what
              + " CURVE key is written in "
              + TEXT_LENGTH
              + " characters of Z85, and this text of "
              + text.length()
              + " is not");
    }
    return ZMQ.Curve.z85Decode(text);
  }

  private static String encode(byte[] key) {
    return ZMQ.Curve.z85Encode(key);
  }

  // --- Files

  /**
   * Reads keys from a certificate file. Blocks the thread, as reading small files does.
   *
   * @param file as {@link #savePublic} or {@link #saveSecret} wrote it, or another ZeroMQ
   * @return the keys, with the secret one if the file has it
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is not such a file
   */
  public static CurveKeys load(Path file) throws IOException {
    String text = Files.readString(file);
    String publicKey = find(PUBLIC, text);
    if (publicKey == null) {
      throw new IllegalArgumentException(
          file + " is not a CURVE certificate: there is no line public-key = \"...\"");
    }
    String secretKey = find(SECRET, text);
    return secretKey == null ? ofPublic(publicKey) : of(publicKey, secretKey);
  }

  private static @Nullable String find(Pattern entry, String text) {
    Matcher matcher = entry.matcher(text);
    return matcher.find() ? matcher.group(2) : null;
  }

  /**
   * Writes the public key to a certificate file, over one that is there.
   *
   * @param file to give away
   * @throws IOException if it cannot be written
   */
  public void savePublic(Path file) throws IOException {
    Files.writeString(file, certificate(false));
  }

  /**
   * Writes both keys to a certificate file, over one that is there. Only the owner may read it,
   * where the file system knows owners.
   *
   * @param file to keep
   * @throws IOException if it cannot be written
   * @throws IllegalStateException if there is no secret key
   */
  public void saveSecret(Path file) throws IOException {
    String text = certificate(true);
    Files.deleteIfExists(file);
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Path _ =
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, text);
  }

  private String certificate(boolean withSecret) {
    StringBuilder text =
        new StringBuilder("#   ZeroMQ CURVE ")
            .append(withSecret ? "**Secret**" : "Public")
            .append(" Certificate\n");
    if (withSecret) {
      text.append("#   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.\n");
    }
    text.append("metadata\ncurve\n    public-key = \"").append(publicKeyText()).append("\"\n");
    if (withSecret) {
      text.append("    secret-key = \"").append(secretKeyText()).append("\"\n");
    }
    return text.toString();
  }

  // --- Facts

  /**
   * The public key.
   *
   * @return a copy, 32 bytes
   */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /**
   * The public key in Z85.
   *
   * @return 40 characters
   */
  public String publicKeyText() {
    return encode(publicKey);
  }

  /**
   * Whether the secret key is known.
   *
   * @return true if {@link #secretKey} has it
   */
  public boolean hasSecretKey() {
    return secretKey != null;
  }

  /**
   * The secret key.
   *
   * @return a copy, 32 bytes
   * @throws IllegalStateException if it is not known
   */
  public byte[] secretKey() {
    byte[] known = secretKey;
    if (known == null) {
      throw new IllegalStateException(
          this + ": the secret key is needed; load it from the secret certificate, or generate()");
    }
    return known.clone();
  }

  /**
   * The secret key in Z85.
   *
   * @return 40 characters
   * @throws IllegalStateException if it is not known
   */
  public String secretKeyText() {
    return encode(secretKey());
  }

  /**
   * The public key alone: what may be given away.
   *
   * @return keys without the secret one
   */
  public CurveKeys publicOnly() {
    return secretKey == null ? this : new CurveKeys(publicKey, null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CurveKeys that && MessageDigest.isEqual(publicKey, that.publicKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(publicKey);
  }

  @Override
  public String toString() {
    return "CurveKeys["
        + publicKeyText()
        + (secretKey == null ? ", public only]" : ", with secret]");
  }
}
