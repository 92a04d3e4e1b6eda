package dev.celadon.backdoor;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Locale;
import java.util.Objects;

/** Addresses that only this machine can reach. */
final class LocalAddress {

  private LocalAddress() {}

  static SocketAddress ofPort(int port) {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException(
          "port is " + port + ": give one of 1 to 65535, or 0 for any free one");
    }
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The address itself; "localhost" that was not looked up yet is what it has to be. */
  static SocketAddress check(SocketAddress address) {
    if (Objects.requireNonNull(address, "address") instanceof UnixDomainSocketAddress) {
      return address;
    }
    if (address instanceof InetSocketAddress inet) {
      if (inet.isUnresolved()
          && inet.getHostString().toLowerCase(Locale.ROOT).equals("localhost")) {
        return ofPort(inet.getPort());
      }
      if (!inet.isUnresolved() && inet.getAddress().isLoopbackAddress()) {
        return address;
      }
    }
    throw new IllegalArgumentException(
        "a backdoor cannot listen on "
            + address
            + ", which others than this machine may reach: whoever connects runs any code. Give a"
            + " loopback address or one of the Unix domain, and come from afar by ssh");
  }
}
