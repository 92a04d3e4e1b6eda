package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The samples of the guide. */
@SuppressWarnings("AddressSelection") // what unmodified code calls
class DnsGuideTest {

  @Test
  void namesAreAskedForAndTheHubMayChooseWhoIsAsked() throws Exception {
    Hub.run(
        () -> {
          Dns.use(HostsFile.parse("192.0.2.1 db.example db"));
          List<InetAddress> all = Dns.lookup("db.example");
          InetAddress preferred = Dns.lookupFirst("db.example");
          List<InetAddress> soon = Dns.lookup("db.example", Duration.ofSeconds(2));
          String name = Dns.reverse(preferred);
          String full = Dns.canonicalName("db");

          assertEquals(List.of(InetAddress.ofLiteral("192.0.2.1")), all);
          assertEquals(all, soon);
          assertEquals(all.getFirst(), preferred);
          assertEquals("db.example", name);
          assertEquals("db.example", full);
        });
  }

  @Test
  void theDefaultMayBeChosen() {
    Resolver resolver = HostsFile.parse("");
    try {
      Dns.setDefault(resolver);
      assertSame(resolver, Dns.resolver());
    } finally {
      Dns.setDefault(PlatformResolver.system());
    }
  }

  @Test
  void unmodifiedCodeMayAskToo() throws Exception {
    PlatformDns.patch();
    try {
      Hub.run(
          () -> {
            Dns.use(HostsFile.parse("192.0.2.1 guide.example"));
            assertEquals("192.0.2.1", InetAddress.getByName("guide.example").getHostAddress());
          });
      assertTrue(PlatformDns.isPatched());
    } finally {
      PlatformDns.unpatch();
    }
    assertFalse(PlatformDns.isPatched());
  }
}
