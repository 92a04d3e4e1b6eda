package dev.celadon.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls that block, for the threads beside the hub. A test brings its own. */
interface Lookups {

  /**
   * A name to be looked up.
   *
   * @param through whom to ask; null asks the JDK, with its memory and its lock for each name
   */
  record Name(String host, @Nullable InetAddressResolver through) {
    @Override
    public String toString() {
      return host;
    }
  }

  /** An address whose name is wanted. */
  record Address(InetAddress address, @Nullable InetAddressResolver through) {
    @Override
    public String toString() {
      return address.getHostAddress();
    }
  }

  /** Never blocks. */
  default Name question(String host) {
    return new Name(host, null);
  }

  /** Never blocks. */
  default Address question(InetAddress address) {
    return new Address(address, null);
  }

  /** Blocks. */
  List<InetAddress> addresses(Name asked) throws UnknownHostException;

  /** Blocks. */
  String name(Address asked) throws UnknownHostException;
}
