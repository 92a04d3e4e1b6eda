package dev.celadon.net;

import dev.celadon.dns.Dns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a server listens, as its users write it. */
final class ServerAddress {

  private static final Pattern FORM =
      Pattern.compile("(?:\\[([^\\[\\]]+)]|([^:\\[\\]]*)):(\\d{1,5})");

  private ServerAddress() {}

  /** "host:port", "[IPv6]:port", or ":port" for all addresses of this machine. */
  static InetSocketAddress parse(String text) {
    Matcher parts = FORM.matcher(Objects.requireNonNull(text, "address"));
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no address: give \"host:port\", \"[IPv6]:port\" or \":port\"");
    }
    int port = Integer.parseInt(parts.group(3));
    String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
    return host.isEmpty() ? anyHost(port) : InetSocketAddress.createUnresolved(host, check(port));
  }

  /** All addresses of this machine, of both families where there are both. */
  static InetSocketAddress anyHost(int port) {
    return new InetSocketAddress(check(port));
  }

  private static int check(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException(
          "port is " + port + ": give one of 1 to 65535, or 0 for any free one");
    }
    return port;
  }

  /** Looks the host up if that was not done before. Switches only then. */
  static SocketAddress resolve(SocketAddress address) throws IOException {
    return address instanceof InetSocketAddress inet && inet.isUnresolved()
        ? new InetSocketAddress(Dns.lookup(inet.getHostString()).getFirst(), inet.getPort())
        : address;
  }
}
