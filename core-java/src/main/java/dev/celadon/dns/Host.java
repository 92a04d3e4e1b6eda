package dev.celadon.dns;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller gave as a host: an address in writing, or a name that a resolver can be asked for.
 *
 * <p>Immutable.
 *
 * @param literal the address, or null for a name
 * @param name the name in ASCII, or the literal as it was given
 */
record Host(@Nullable InetAddress literal, String name) {

  /** What the protocol can carry, without a closing dot. */
  private static final int LONGEST_NAME = 253;

  private static final int LONGEST_LABEL = 63;

  /**
   * Reads what was given. Asks nobody but the list of network interfaces, for a scope by name.
   *
   * @throws UnknownHostException if it is neither an address nor can be a name
   */
  static Host parse(String host) throws UnknownHostException {
    Objects.requireNonNull(host, "host");
    if (host.isEmpty()) {
      throw new UnknownHostException(
          "a host name must not be empty: use InetAddress.getLoopbackAddress() for this machine");
    }
    if (isIpv6Literal(host)) {
      return new Host(InetAddress.getByName(host), host);
    }
    if (isDigit(host.charAt(0))) {
      InetAddress address = ipv4(host);
      if (address != null) {
        return new Host(address, host);
      }
    }
    return new Host(null, checked(toAscii(host), host));
  }

  /** Whether the JDK takes it for an address with colons, right or wrong, and asks nobody. */
  private static boolean isIpv6Literal(String host) {
    char first = host.charAt(0);
    return first == '['
        || first == ':'
        || (Character.digit(first, 16) >= 0 && first < 0x80 && host.indexOf(':') > 0);
  }

  private static @Nullable InetAddress ipv4(String host) throws UnknownHostException {
    try {
      return Inet4Address.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      if (isPosixLiteral(host)) {
        throw because(host, "an octal or hexadecimal address means different things elsewhere", e);
      }
      return null;
    }
  }

  private static boolean isPosixLiteral(String host) {
    try {
      Inet4Address _ = Inet4Address.ofPosixLiteral(host);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String toAscii(String host) throws UnknownHostException {
    if (host.chars().allMatch(c -> c < 0x80)) {
      return host;
    }
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      throw because(host, "it has no form in ASCII", e);
    }
  }

  private static String checked(String name, String given) throws UnknownHostException {
    int end = name.endsWith(".") ? name.length() - 1 : name.length();
    if (end > LONGEST_NAME) {
      throw because(
          given.substring(0, 20) + "..",
          "it has " + end + " characters and may have " + LONGEST_NAME,
          null);
    }
    int label = 0;
    for (int i = 0; i <= end; i++) {
      char c = i == end ? '.' : name.charAt(i);
      if (c == '.') {
        if (label == 0 || label > LONGEST_LABEL) {
          throw because(
              given, "each of its parts must have 1 to " + LONGEST_LABEL + " characters", null);
        }
        label = 0;
      } else if (c <= ' ' || c == 0x7f || c == '/' || c == '\\' || c == ':') {
        throw because(
            given.replaceAll("\\p{Cntrl}", "?"), "it must not contain '" + shown(c) + "'", null);
      } else {
        label++;
      }
    }
    return name;
  }

  private static String shown(char c) {
    return c < ' ' || c == 0x7f ? "\\u%04x".formatted((int) c) : String.valueOf(c);
  }

  private static UnknownHostException because(
      String host, String reason, @Nullable Throwable cause) {
    UnknownHostException refused =
        new UnknownHostException(host + " is not a host name: " + reason);
    if (cause != null) {
      refused.initCause(cause);
    }
    return refused;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
