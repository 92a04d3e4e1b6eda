package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.sync.Event;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DnsTest {

  private static final HostsFile HOSTS =
      HostsFile.parse("192.0.2.1 db.example db\n192.0.2.2 db.example\n192.0.2.3 xn--bcher-kva.de");

  @AfterEach
  void undo() {
    Dns.setDefault(PlatformResolver.system());
  }

  @Test
  void theResolverOfTheHubIsAsked() throws Exception {
    Hub.run(
        () -> {
          Dns.use(HOSTS);
          assertSame(HOSTS, Dns.resolver());
          assertEquals(
              List.of("192.0.2.1", "192.0.2.2"),
              PlatformResolverTest.literals(Dns.lookup("db.example")));
          assertEquals("192.0.2.1", Dns.lookupFirst("db").getHostAddress());
          assertEquals("db.example", Dns.reverse(InetAddress.ofLiteral("192.0.2.2")));
          assertSame(HOSTS, Greenlets.spawn(Dns::resolver).result());
        });
    assertSame(PlatformResolver.system(), Dns.resolver(), "the choice ends with its hub");
  }

  @Test
  void theDefaultIsForAllWhoHaveNotChosen() throws Exception {
    HostsFile other = HostsFile.parse("");
    Dns.setDefault(HOSTS);
    assertSame(HOSTS, Dns.resolver());
    assertSame(HOSTS, Dns.defaultResolver());
    Hub.run(
        () -> {
          assertSame(HOSTS, Dns.resolver());
          Dns.use(other);
          assertSame(other, Dns.resolver());
          assertSame(HOSTS, Dns.defaultResolver());
        });
    Dns.setDefault(PlatformResolver.system());
    assertSame(PlatformResolver.system(), Dns.resolver());
  }

  @Test
  void anAddressInWritingAsksNobodyAndDoesNotSwitch() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Never());
          Event switched = new Event();
          Greenlets.spawn(switched::set);
          assertEquals("192.0.2.9", Dns.lookupFirst("192.0.2.9").getHostAddress());
          assertEquals(List.of(InetAddress.ofLiteral("::1")), Dns.lookup("[::1]"));
          assertEquals(
              List.of(InetAddress.ofLiteral("::1")), Dns.lookup("::1", Duration.ofSeconds(-1)));
          assertThrows(UnknownHostException.class, () -> Dns.lookup("a..b"));
          assertEquals(false, switched.isSet());
        });
  }

  @Test
  void aNameInOtherLettersIsAskedForInAscii() throws Exception {
    Hub.run(
        () -> {
          Dns.use(HOSTS);
          assertEquals("192.0.2.3", Dns.lookupFirst("Bücher.de").getHostAddress());
        });
  }

  @Test
  void theFullNameIsThatOfTheFirstAddressOrWhatWasGiven() throws Exception {
    Hub.run(
        () -> {
          Dns.use(HOSTS);
          assertEquals("db.example", Dns.canonicalName("db"));
          assertEquals("db.example", Dns.canonicalName("192.0.2.1"));
          assertEquals("192.0.2.77", Dns.canonicalName("192.0.2.77"));
          assertEquals("nowhere", Dns.canonicalName("nowhere"));
        });
  }

  @Test
  void anyResolverKeepsATimeLimit() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Never());
          assertEquals(
              "a.example was not looked up within PT0.01S",
              assertThrows(
                      TimeoutException.class, () -> Dns.lookup("a.example", Duration.ofMillis(10)))
                  .getMessage());
          assertEquals(
              "no time to look a.example up: give more than PT0S",
              assertThrows(TimeoutException.class, () -> Dns.lookup("a.example", Duration.ZERO))
                  .getMessage());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void aKillEndsALookup() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Never());
          Greenlet<?> asker = Greenlets.spawn(() -> Dns.lookup("a.example"));
          Greenlets.yieldNow();
          asker.kill();
          assertEquals(true, asker.isCancelled());
        });
  }

  /** Waits for an answer that never comes. */
  private static final class Never implements Resolver {

    @Override
    public List<InetAddress> lookup(String host) {
      new Event().waitUntilSet();
      throw new AssertionError();
    }

    @Override
    public String reverse(InetAddress address) {
      throw new AssertionError();
    }
  }
}
