package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1",
        "127.1",
        "::1",
        "[::1]",
        "fe80::1%1",
        "::ffff:192.0.2.1",
        "01.02.03.04",
        "2001:db8::42"
      })
  void anAddressInWritingIsWhatTheJdkMakesOfIt(String literal) throws Exception {
    assertEquals(InetAddress.getByName(literal), Host.parse(literal).literal());
  }

  @ParameterizedTest
  @CsvSource({
    "example.org, example.org",
    "EXAMPLE.org., EXAMPLE.org.",
    "_srv._tcp.example, _srv._tcp.example",
    "3com.com, 3com.com",
    "256.1.1.1, 256.1.1.1",
    "bücher.example, xn--bcher-kva.example",
    "例え.jp, xn--r8jz45g.jp"
  })
  void aNameIsAskedForInAscii(String host, String asked) throws Exception {
    Host parsed = Host.parse(host);
    assertNull(parsed.literal());
    assertEquals(asked, parsed.name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a..b        | a..b is not a host name: each of its parts must have 1 to 63 characters
          .           | . is not a host name: each of its parts must have 1 to 63 characters
          .a          | .a is not a host name: each of its parts must have 1 to 63 characters
          a b         | a b is not a host name: it must not contain ' '
          http//x     | http//x is not a host name: it must not contain '/'
          0x7f.1      | 0x7f.1 is not a host name: an octal or hexadecimal address means different things elsewhere
          ::g         | ::g: invalid IPv6 address literal
          [a]         | [a]: invalid IPv6 address literal
          localhost:80| localhost:80 is not a host name: it must not contain ':'
          """)
  void whatCanBeNoHostIsRefusedAtOnce(String host, String message) {
    assertEquals(message, refusal(host));
  }

  @Test
  void controlCharactersAreNotRepeatedInTheMessage() {
    assertEquals("a?b is not a host name: it must not contain '\\u0000'", refusal("a\0b"));
  }

  @Test
  void anEmptyNameIsRefused() {
    assertEquals(
        "a host name must not be empty: use InetAddress.getLoopbackAddress() for this machine",
        refusal(""));
  }

  @Test
  void aNameOfTooManyCharactersIsRefused() throws Exception {
    String longest = "abcdefg.".repeat(31) + "abcde";
    assertEquals(253, longest.length());
    assertEquals(longest, Host.parse(longest).name());
    assertEquals(longest + ".", Host.parse(longest + ".").name());
    assertEquals(
        "abcdefg.abcdefg.abcd.. is not a host name: it has 254 characters and may have 253",
        refusal(longest + "f"));
    assertEquals(
        "a".repeat(64) + " is not a host name: each of its parts must have 1 to 63 characters",
        refusal("a".repeat(64)));
  }

  private static String refusal(String host) {
    return assertThrows(UnknownHostException.class, () -> Host.parse(host)).getMessage();
  }
}
