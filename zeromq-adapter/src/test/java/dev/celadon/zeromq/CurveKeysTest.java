package dev.celadon.zeromq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZCert;

class CurveKeysTest {

  /** From RFC 26. */
  private static final String PUBLIC = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";

  private static final String SECRET = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";

  @TempDir private Path directory;

  @Test
  void newKeysAreDifferentAndBelongTogether() {
    CurveKeys one = CurveKeys.generate();
    CurveKeys other = CurveKeys.generate();
    assertNotEquals(one, other);
    assertTrue(one.hasSecretKey());
    assertEquals(one, CurveKeys.of(one.publicKey(), one.secretKey()));
    assertEquals(one, CurveKeys.of(one.publicKeyText(), one.secretKeyText()));
    assertEquals(one.hashCode(), one.publicOnly().hashCode());
    assertEquals(40, one.publicKeyText().length());
    assertEquals(32, one.secretKey().length);
  }

  @Test
  void keysOfTheRfcAreUnderstood() {
    CurveKeys keys = CurveKeys.of(PUBLIC, SECRET);
    assertEquals(PUBLIC, keys.publicKeyText());
    assertEquals(SECRET, keys.secretKeyText());
    assertArrayEquals(keys.publicKey(), CurveKeys.ofPublic(PUBLIC).publicKey());
    assertEquals(keys, CurveKeys.ofPublic(keys.publicKey()));
  }

  @Test
  void keysThatAreNoneAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> CurveKeys.ofPublic("short"));
    assertThrows(IllegalArgumentException.class, () -> CurveKeys.ofPublic(" ".repeat(40)));
    assertThrows(IllegalArgumentException.class, () -> CurveKeys.ofPublic("\u00e4".repeat(40)));
    assertThrows(IllegalArgumentException.class, () -> CurveKeys.ofPublic(new byte[31]));
    CurveKeys other = CurveKeys.generate();
    IllegalArgumentException failure =
        assertThrows(
            IllegalArgumentException.class, () -> CurveKeys.of(PUBLIC, other.secretKeyText()));
    assertTrue(failure.getMessage().contains(PUBLIC), failure::getMessage);
    assertFalse(failure.getMessage().contains(other.secretKeyText()), failure::getMessage);
  }

  @Test
  void secretKeyIsNotToldByAccident() {
    CurveKeys keys = CurveKeys.of(PUBLIC, SECRET);
    assertEquals("CurveKeys[" + PUBLIC + ", with secret]", keys.toString());
    CurveKeys known = keys.publicOnly();
    assertEquals("CurveKeys[" + PUBLIC + ", public only]", known.toString());
    assertFalse(known.hasSecretKey());
    assertThrows(IllegalStateException.class, known::secretKey);
    assertThrows(IllegalStateException.class, known::secretKeyText);
    byte[] copy = keys.secretKey();
    copy[0]++;
    assertEquals(SECRET, keys.secretKeyText());
  }

  @Test
  void filesAreThoseOfZCert() throws IOException {
    CurveKeys keys = CurveKeys.of(PUBLIC, SECRET);
    Path file = directory.resolve("keys.txt");
    keys.savePublic(file);
    assertFalse(CurveKeys.load(file).hasSecretKey());
    assertEquals(keys, CurveKeys.load(file));
    assertFalse(Files.readString(file).contains(SECRET));

    Path secret = directory.resolve("keys_secret.txt");
    keys.saveSecret(secret);
    keys.saveSecret(secret);
    assertEquals(SECRET, CurveKeys.load(secret).secretKeyText());
    if (Files.getFileStore(secret).supportsFileAttributeView("posix")) {
      assertEquals(
          "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
    }
    org.zeromq.ZConfig theirs = org.zeromq.ZConfig.load(secret.toString());
    assertEquals(PUBLIC, theirs.getValue("curve/public-key"));
    assertEquals(SECRET, theirs.getValue("curve/secret-key"));

    ZCert certificate = new ZCert();
    certificate.setMeta("name", "ann");
    Path written = directory.resolve("zcert.txt");
    String _ = certificate.saveSecret(written.toString()).getName();
    assertEquals(certificate.getSecretKeyAsZ85(), CurveKeys.load(written).secretKeyText());
    String _ = certificate.savePublic(written.toString()).getName();
    assertEquals(certificate.getPublicKeyAsZ85(), CurveKeys.load(written).publicKeyText());
  }

  @Test
  void filesThatAreNoneAreRefused() throws IOException {
    Path file = directory.resolve("other.txt");
    Files.writeString(file, "curve\n    secret-key = \"" + SECRET + "\"\n");
    IllegalArgumentException failure =
        assertThrows(IllegalArgumentException.class, () -> CurveKeys.load(file));
    assertTrue(failure.getMessage().contains("other.txt"), failure::getMessage);
    assertThrows(IOException.class, () -> CurveKeys.load(directory.resolve("none")));
    assertThrows(IllegalStateException.class, () -> CurveKeys.ofPublic(PUBLIC).saveSecret(file));
  }
}
