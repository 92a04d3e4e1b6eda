package dev.celadon;

import dev.celadon.dns.Dns;
import dev.celadon.dns.ManualDns;
import dev.celadon.dns.Resolver;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The waits of this package, for {@link EveryWaitTest}: on look-ups that the test itself makes,
 * because a thread that makes one would hold the virtual clock.
 */
final class DnsWaits {

  private DnsWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          ManualDns dns = new ManualDns();
          Resolver resolver = dns.shared();
          return new Wait(
              "PlatformResolver.lookup", timeout -> lookup(resolver, timeout), dns::answer);
        },
        () -> {
          ManualDns dns = new ManualDns();
          Dns.use(dns.plain());
          return new Wait("Dns.lookup", timeout -> lookup(null, timeout), dns::answer);
        });
  }

  private static boolean lookup(Resolver resolver, Duration timeout) throws Exception {
    try {
      return !(resolver == null
              ? Dns.lookup("a.example", timeout)
              : resolver.lookup("a.example", timeout))
          .isEmpty();
    } catch (TimeoutException e) {
      return false;
    }
  }
}
