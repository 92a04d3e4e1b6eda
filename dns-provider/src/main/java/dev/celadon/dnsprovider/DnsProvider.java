package dev.celadon.dnsprovider;

import dev.celadon.dns.PlatformDns;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/**
 * What the JVM finds at its first look-up, and asks from then on. The JVM takes one such provider,
 * the first on the class path.
 *
 * <p>Safe for use from any thread.
 */
public final class DnsProvider extends InetAddressResolverProvider {

  /** For the JVM. */
  public DnsProvider() {}

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return PlatformDns.provide(configuration.builtinResolver());
  }

  @Override
  public String name() {
    return "Celadon";
  }
}
