package dev.celadon.dnsjava;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.dns.Dns;
import dev.celadon.dns.HostsFile;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

class DnsjavaResolverTest {

  private static final Duration LONG = Duration.ofSeconds(30);

  private FakeNameServer server;
  private DnsjavaOptions options;

  @BeforeEach
  void open() throws IOException {
    server = new FakeNameServer();
    options = DnsjavaOptions.of(server.address()).withTimeout(LONG);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void asksForBothKindsOfAddresses() throws Exception {
    server.answer("a.example. A", "a.example. A 192.0.2.1", "a.example. A 192.0.2.2");
    server.answer("a.example. AAAA", "a.example. AAAA 2001:db8::1");
    assertEquals(
        List.of("192.0.2.1", "192.0.2.2", "2001:db8:0:0:0:0:0:1"), lookup(options, "a.example"));
    assertEquals(Set.of("udp a.example. A", "udp a.example. AAAA"), Set.copyOf(server.asked()));
  }

  @Test
  void oneKindIsEnough() throws Exception {
    server.answer("a.example. A", "a.example. A 192.0.2.1");
    assertEquals(List.of("192.0.2.1"), lookup(options, "a.example"));
    server.fail("b.example. A", Rcode.SERVFAIL);
    server.answer("b.example. AAAA", "b.example. AAAA 2001:db8::1");
    assertEquals(List.of("2001:db8:0:0:0:0:0:1"), lookup(options, "b.example"));
  }

  @Test
  void anotherNameIsFollowed() throws Exception {
    server.answer("www.example. A", "www.example. CNAME a.example.", "a.example. A 192.0.2.1");
    server.answer("a.example. A", "a.example. A 192.0.2.1");
    server.answer("www.example. AAAA", "www.example. CNAME a.example.");
    assertEquals(List.of("192.0.2.1"), lookup(options, "www.example"));
  }

  @Test
  void anAnswerThatDoesNotFitIsFetchedOverTcp() throws Exception {
    server.answer("a.example. A", "a.example. A 192.0.2.1");
    server.beTooLong("a.example. A");
    assertEquals(List.of("192.0.2.1"), lookup(options, "a.example"));
    assertTrue(server.asked().contains("tcp a.example. A"), () -> server.asked().toString());
  }

  @Test
  void anAnswerToAnotherQuestionIsLeftAlone() throws Exception {
    server.answer("a.example. A", "a.example. A 192.0.2.1");
    server.beForged("a.example. A");
    assertEquals(List.of("192.0.2.1"), lookup(options, "a.example"));
  }

  @Test
  void anUnknownNameSaysSo() throws Exception {
    assertEquals("none.example: there is no such name", failure("none.example"));
    server.answer("text.example. TXT", "text.example. TXT words");
    assertEquals("text.example: the name server knows of none", failure("text.example"));
  }

  @Test
  void aServerThatFailsIsToldApart() throws Exception {
    server.fail("broken.example. A", Rcode.SERVFAIL);
    server.fail("broken.example. AAAA", Rcode.SERVFAIL);
    assertEquals("broken.example: the name server failed", failure("broken.example"));
  }

  @Test
  void aSilentServerIsAskedAgainAndThenTheNextOne() throws Exception {
    try (FakeNameServer second = new FakeNameServer()) {
      server.beSilent("a.example. A");
      server.beSilent("a.example. AAAA");
      second.answer("a.example. A", "a.example. A 192.0.2.1");
      second.answer("a.example. AAAA", "a.example. AAAA 2001:db8::1");
      DnsjavaOptions both =
          options
              .withServers(List.of(server.address(), second.address()))
              .withTimeout(Duration.ofMillis(50));
      assertEquals(List.of("192.0.2.1", "2001:db8:0:0:0:0:0:1"), lookup(both, "a.example"));
      assertFalse(server.asked().isEmpty());
    }
  }

  @Test
  void aBlackHoleFailsAfterAllTries() throws Exception {
    server.beSilent("a.example. A");
    server.beSilent("a.example. AAAA");
    DnsjavaOptions hasty = options.withTimeout(Duration.ofMillis(20)).withTries(3);
    UnknownHostException unknown =
        Hub.run(
            () ->
                assertThrows(
                    UnknownHostException.class,
                    () -> new DnsjavaResolver(hasty).lookup("a.example")));
    assertTrue(unknown.getMessage().startsWith("a.example: "), unknown.getMessage());
    assertTrue(
        server.asked().stream().filter("udp a.example. A"::equals).count() >= 3,
        () -> server.asked().toString());
  }

  @Test
  void aHundredLookupsWaitTogetherWithoutThreads() throws Exception {
    for (int i = 0; i < 100; i++) {
      server.answer("h" + i + ".example. A", "h" + i + ".example. A 192.0.2." + i);
    }
    DnsjavaResolver resolver = new DnsjavaResolver(options);
    Hub.run(
        () -> {
          List<Greenlet<InetAddress>> askers = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            String host = "h" + i + ".example";
            askers.add(Greenlets.spawn(() -> resolver.lookup(host).getFirst()));
          }
          for (int i = 0; i < 100; i++) {
            assertEquals("192.0.2." + i, askers.get(i).result().getHostAddress());
          }
          assertNothingIsLeft();
        });
  }

  @Test
  void aKillEndsTheLookupWithItsSockets() throws Exception {
    server.beSilent("a.example. A");
    server.beSilent("a.example. AAAA");
    DnsjavaResolver resolver = new DnsjavaResolver(options);
    Hub.run(
        HubOptions.defaults(),
        () -> {
          Greenlet<?> asker = Greenlets.spawn(() -> resolver.lookup("a.example"));
          while (server.asked().size() < 2) {
            Greenlets.sleep(Duration.ofMillis(1));
          }
          asker.kill();
          assertTrue(asker.isCancelled());
          assertNothingIsLeft();
          assertThrows(
              TimeoutException.class, () -> resolver.lookup("a.example", Duration.ofMillis(20)));
          assertNothingIsLeft();
        });
  }

  private static void assertNothingIsLeft() {
    for (int i = 0; i < 10; i++) {
      Greenlets.yieldNow(); // those that were killed end
    }
    assertEquals(0, Hub.current().loop().pendingTimers());
    assertEquals(1, Hub.current().liveGreenlets());
  }

  @Test
  void answersAreRememberedAsLongAsTheySay() throws Exception {
    server.answer("a.example. A", "a.example. A 192.0.2.1");
    server.answer("a.example. AAAA", "a.example. AAAA 2001:db8::1");
    DnsjavaResolver resolver = new DnsjavaResolver(options);
    Hub.run(
        () -> {
          assertEquals(resolver.lookup("a.example"), resolver.lookup("a.example"));
          assertEquals(resolver.lookup("a.example"), resolver.lookup("A.example."));
        });
    assertEquals(2, server.asked().size());
  }

  @Test
  void aShortNameIsLookedForInTheSearchPath() throws Exception {
    server.answer("db.in.example. A", "db.in.example. A 192.0.2.1");
    DnsjavaOptions searching = options.withSearchPath(List.of("not.example", "in.example"));
    assertEquals(List.of("192.0.2.1"), lookup(searching, "db"));
    assertEquals(
        "db.: there is no such name",
        Hub.run(
            () ->
                assertThrows(
                        UnknownHostException.class,
                        () -> new DnsjavaResolver(searching).lookup("db."))
                    .getMessage()));
  }

  @Test
  void whatIsKnownIsNotAskedFor() throws Exception {
    DnsjavaOptions known = options.withHosts(HostsFile.parse("192.0.2.7 db.example"));
    assertEquals(List.of("192.0.2.7"), lookup(known, "DB.example"));
    assertEquals(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"), lookup(known, "localhost"));
    assertEquals(List.of("192.0.2.9"), lookup(known, "192.0.2.9"));
    DnsjavaResolver resolver = new DnsjavaResolver(known);
    assertEquals("db.example", resolver.reverse(InetAddress.ofLiteral("192.0.2.7")));
    assertEquals(List.of(), server.asked());
  }

  @Test
  void theNameOfAnAddressIsAskedFor() throws Exception {
    server.answer("1.2.0.192.in-addr.arpa. PTR", "1.2.0.192.in-addr.arpa. PTR a.example.");
    DnsjavaResolver resolver = new DnsjavaResolver(options);
    Hub.run(
        () -> {
          assertEquals("a.example", resolver.reverse(InetAddress.ofLiteral("192.0.2.1")));
          assertEquals(
              "192.0.2.2: there is no such name",
              assertThrows(
                      UnknownHostException.class,
                      () -> resolver.reverse(InetAddress.ofLiteral("192.0.2.2")))
                  .getMessage());
        });
  }

  @Test
  void itServesAllOfDnsOnItsHub() throws Exception {
    server.answer("a.example. A", "a.example. A 192.0.2.1");
    Hub.run(
        () -> {
          Dns.use(new DnsjavaResolver(options));
          assertEquals("192.0.2.1", Dns.lookupFirst("a.example").getHostAddress());
          assertEquals("192.0.2.1", Dns.lookup("a.example", LONG).getFirst().getHostAddress());
        });
  }

  @Test
  void theSystemsOwnServersAreFound() throws Exception {
    DnsjavaOptions system = Hub.run(() -> DnsjavaOptions.system());
    assertFalse(system.servers().isEmpty());
    assertTrue(DnsjavaResolver.system().lookup("localhost").getFirst().isLoopbackAddress());
  }

  @Test
  void optionsAreChecked() {
    InetSocketAddress address = server.address();
    assertEquals(
        "servers must not be empty: give one name server or more",
        refusal(() -> options.withServers(List.of())));
    assertEquals("tries must be at least 1: 0", refusal(() -> options.withTries(0)));
    assertEquals(
        "timeout must be more than zero: PT0S; 5 s is usual",
        refusal(() -> DnsjavaOptions.of(address).withTimeout(Duration.ZERO)));
    assertEquals(
        "searchPath has what is no domain: a..b",
        refusal(() -> new DnsjavaResolver(options.withSearchPath(List.of("a..b")))));
  }

  private static String refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  private static List<String> lookup(DnsjavaOptions options, String host) throws Exception {
    DnsjavaResolver resolver = new DnsjavaResolver(options);
    return Hub.run(
        () -> {
          List<String> found =
              resolver.lookup(host).stream().map(InetAddress::getHostAddress).toList();
          assertNothingIsLeft();
          return found;
        });
  }

  private String failure(String host) throws Exception {
    return Hub.run(
        () ->
            assertThrows(
                    UnknownHostException.class, () -> new DnsjavaResolver(options).lookup(host))
                .getMessage());
  }
}
