package dev.celadon.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.util.List;
import java.util.stream.Stream;

/**
 * The system's own look-ups.
 *
 * <p>They go through {@link InetAddress} as long as that does not come back to Celadon; else
 * straight to what was there before. For the JDK holds a lock for each name while it looks it up,
 * and a greenlet that holds it may wait for the very thread that would run into it.
 *
 * <p>Safe for use from any thread.
 */
final class SystemLookups implements Lookups {

  @Override
  public Name question(String host) {
    return new Name(host, PlatformDns.behind());
  }

  @Override
  public Address question(InetAddress address) {
    return new Address(address, PlatformDns.behind());
  }

  @Override
  public List<InetAddress> addresses(Name asked) throws UnknownHostException {
    InetAddressResolver through = asked.through();
    if (through == null) {
      return List.of(InetAddress.getAllByName(asked.host()));
    }
    return found(through, asked.host());
  }

  private static List<InetAddress> found(InetAddressResolver through, String host)
      throws UnknownHostException {
    try (Stream<InetAddress> found = through.lookupByName(host, platformPolicy())) {
      List<InetAddress> all = found.toList();
      if (all.isEmpty()) {
        throw new UnknownHostException(host);
      }
      return all;
    }
  }

  @Override
  public String name(Address asked) throws UnknownHostException {
    InetAddressResolver through = asked.through();
    byte[] bytes = asked.address().getAddress();
    String literal = asked.address().getHostAddress();
    if (through == null) {
      InetAddress fresh = InetAddress.getByAddress(bytes); // without the name it may carry already
      String name = fresh.getHostName();
      if (name.equals(fresh.getHostAddress())) {
        throw new UnknownHostException(literal + " has no name");
      }
      return name;
    }
    String name = through.lookupByAddress(bytes);
    if (!found(through, name).contains(InetAddress.getByAddress(bytes))) {
      throw new UnknownHostException(
          literal + " has no name: it says " + name + ", which has other addresses");
    }
    return name;
  }

  /** What the JDK's own calls would ask for. */
  static LookupPolicy platformPolicy() {
    int both = LookupPolicy.IPV4 | LookupPolicy.IPV6;
    if (Boolean.getBoolean("java.net.preferIPv4Stack")) {
      return LookupPolicy.of(LookupPolicy.IPV4);
    }
    return switch (System.getProperty("java.net.preferIPv6Addresses", "false")) {
      case "true" -> LookupPolicy.of(both | LookupPolicy.IPV6_FIRST);
      case "system" -> LookupPolicy.of(both);
      default -> LookupPolicy.of(both | LookupPolicy.IPV4_FIRST);
    };
  }
}
