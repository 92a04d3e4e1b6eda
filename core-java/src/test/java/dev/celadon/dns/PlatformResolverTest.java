package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.sync.AsyncResult;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlatformResolverTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final FakeSystem system = new FakeSystem();

  @Test
  void givesAllAddressesInTheSystemsOrder() throws Exception {
    PlatformResolver resolver = system.resolver(1);
    system.answer("a.example", "192.0.2.2", "2001:db8::1", "192.0.2.1");
    Hub.run(
        () ->
            assertEquals(
                List.of("192.0.2.2", "2001:db8:0:0:0:0:0:1", "192.0.2.1"),
                literals(resolver.lookup("a.example"))));
  }

  @Test
  void theHubGoesOnWhileANameServerIsSilent() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    Trail trail = new Trail();
    Hub.run(
        () -> {
          Greenlet<?> asker =
              Greenlets.spawn(
                  () -> {
                    trail.step("asks");
                    trail.step(resolver.lookup("slow.example").getFirst().getHostAddress());
                  });
          Greenlets.yieldNow();
          for (int i = 0; i < 3; i++) {
            Greenlets.sleep(Duration.ofMillis(1));
            trail.step("beat");
          }
          system.answer("slow.example", "192.0.2.1");
          asker.join();
        });
    trail.is("asks beat beat beat 192.0.2.1");
  }

  @Test
  void aHundredSlowNamesAreAskedForAtTheSameTime() throws Exception {
    LookupThreads threads = new LookupThreads("fake", 100);
    PlatformResolver resolver = system.resolver(threads);
    Hub.run(
        () -> {
          List<Greenlet<List<String>>> askers =
              IntStream.range(0, 100)
                  .mapToObj(i -> spawnLookup(resolver, "host" + i + ".example"))
                  .toList();
          Greenlets.yieldNow();
          system.awaitAsked(100); // none of them has an answer
          assertEquals(100, threads.size());
          for (int i = 0; i < 100; i++) {
            system.answer("host" + i + ".example", "192.0.2." + i);
          }
          for (int i = 0; i < 100; i++) {
            assertEquals(List.of("192.0.2." + i), askers.get(i).result());
          }
        });
    assertEquals(0, resolver.pending());
  }

  @Test
  void thoseWhoAskTheSameShareOneLookup() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    Hub.run(
        () -> {
          List<Greenlet<List<String>>> askers = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            askers.add(spawnLookup(resolver, "a.example"));
          }
          Greenlets.yieldNow();
          system.answer("a.example", "192.0.2.1");
          for (Greenlet<List<String>> asker : askers) {
            assertEquals(List.of("192.0.2.1"), asker.result());
          }
          assertEquals(List.of("a.example"), system.asked());
          assertEquals(List.of("192.0.2.1"), literals(resolver.lookup("a.example")));
          assertEquals(2, system.asked().size(), "it remembers nothing itself");
        });
  }

  @Test
  void oneWhoIsKilledLeavesTheOthers() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    Hub.run(
        () -> {
          Greenlet<List<String>> first = spawnLookup(resolver, "a.example");
          Greenlet<List<String>> second = spawnLookup(resolver, "a.example");
          Greenlets.yieldNow();
          system.awaitAsked(1);
          first.kill();
          assertTrue(first.isCancelled());
          assertEquals(1, resolver.pending());
          system.answer("a.example", "192.0.2.1");
          assertEquals(List.of("192.0.2.1"), second.result());
        });
    assertEquals(List.of("a.example"), system.asked());
  }

  @Test
  void aTimeoutEndsTheWaitAtOnceAndALaterAskerJoinsTheSameLookup() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    Hub.run(
        () -> {
          assertThrows(TimeoutException.class, () -> resolver.lookup("a.example", SOON));
          Timeout foreign = Timeout.start(SOON);
          TimeoutExpired expired =
              assertThrows(TimeoutExpired.class, () -> resolver.lookup("a.example"));
          assertSame(foreign, expired.timeout());
          foreign.close();
          assertEquals(0, Hub.current().statistics().references(), "the hub counts no lost wait");
          Greenlet<List<String>> late = spawnLookup(resolver, "a.example");
          Greenlets.yieldNow();
          system.answer("a.example", "192.0.2.1");
          assertEquals(List.of("192.0.2.1"), late.result());
        });
    assertEquals(List.of("a.example"), system.asked());
  }

  @Test
  void whenAllThreadsAreHeldTheNextWaitsItsTurn() throws Exception {
    LookupThreads threads = new LookupThreads("fake", 1);
    PlatformResolver resolver = system.resolver(threads);
    Hub.run(
        () -> {
          Greenlet<List<String>> held = spawnLookup(resolver, "a.example");
          Greenlet<List<String>> dropped = spawnLookup(resolver, "b.example");
          Greenlet<List<String>> next = spawnLookup(resolver, "c.example");
          Greenlets.yieldNow();
          assertEquals(2, threads.waiting());
          dropped.kill();
          assertEquals(1, threads.waiting(), "it has left the line");
          assertEquals(2, resolver.pending());
          system.answer("c.example", "192.0.2.3");
          Greenlets.yieldNow();
          system.answer("a.example", "192.0.2.1");
          assertEquals(List.of("192.0.2.1"), held.result());
          assertEquals(List.of("192.0.2.3"), next.result());
        });
    assertEquals(List.of("a.example", "c.example"), system.asked());
    assertEquals(1, threads.size());
  }

  @Test
  void everyAskerHasAFailureOfItsOwn() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    UnknownHostException told = new UnknownHostException("a.example: Name or service not known");
    Hub.run(
        () -> {
          AsyncResult<UnknownHostException> first = new AsyncResult<>();
          AsyncResult<UnknownHostException> second = new AsyncResult<>();
          for (AsyncResult<UnknownHostException> one : List.of(first, second)) {
            Greenlets.spawn(
                () ->
                    one.set(
                        assertThrows(
                            UnknownHostException.class, () -> resolver.lookup("a.example"))));
          }
          Greenlets.yieldNow();
          system.fail("a.example", told);
          assertNotSame(first.result(), second.result());
          assertEquals(told.getMessage(), first.result().getMessage());
          assertSame(told, first.result().getCause());
          assertSame(told, second.result().getCause());
        });
    assertEquals(1, system.asked().size());
  }

  @Test
  void whatTheSystemThrowsElseIsAnUnknownHostToo() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    SecurityException told = new SecurityException("no");
    system.fail("a.example", told);
    UnknownHostException refused =
        assertThrows(UnknownHostException.class, () -> resolver.lookup("a.example"));
    assertSame(told, refused.getCause());
    assertEquals("a.example: " + told, refused.getMessage());
  }

  @Test
  void hubsAndPlainThreadsShareALookup() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    AsyncResult<List<String>> plain = new AsyncResult<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> plain.set(literals(uncheckedLookup(resolver, "a.example"))));
    Thread virtual = Thread.ofVirtual().start(() -> uncheckedLookup(resolver, "a.example"));
    try (Hub other = Hub.start("other")) {
      Greenlet<List<String>> there =
          new Greenlet<>(other, () -> literals(resolver.lookup("a.example")));
      there.start();
      Hub.run(
          () -> {
            Greenlet<List<String>> here = spawnLookup(resolver, "a.example");
            while (resolver.waitingFor("a.example") < 4) {
              Greenlets.sleep(Duration.ofMillis(1));
            }
            system.answer("a.example", "192.0.2.1");
            assertEquals(List.of("192.0.2.1"), here.result());
            assertEquals(List.of("192.0.2.1"), there.result());
            assertEquals(List.of("192.0.2.1"), plain.result());
          });
    }
    thread.join();
    virtual.join();
    assertEquals(List.of("a.example"), system.asked());
  }

  @Test
  void theNameOfAnAddressIsLookedUpTheSameWay() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    InetAddress address = InetAddress.ofLiteral("192.0.2.1");
    Hub.run(
        () -> {
          Greenlet<String> asker = Greenlets.spawn(() -> resolver.reverse(address));
          Greenlets.yieldNow();
          system.answer("192.0.2.1", "a.example");
          assertEquals("a.example", asker.result());
        });
  }

  @Test
  void aCallbackMustNotWait() throws Exception {
    PlatformResolver resolver = system.resolver(8);
    Hub.run(
        () -> {
          AsyncResult<Throwable> refused = new AsyncResult<>();
          Hub.current()
              .runCallback(
                  () ->
                      refused.set(
                          assertThrows(
                              BlockingSwitchOut.class, () -> resolver.lookup("a.example"))));
          assertTrue(refused.result() instanceof BlockingSwitchOut);
        });
    assertEquals(0, resolver.pending());
  }

  @Test
  void theBoundOfTheThreadsIsChecked() {
    try {
      System.setProperty("celadon.dns.threads", "0");
      assertEquals(
          "the system property celadon.dns.threads must be a positive number: 0",
          assertThrows(IllegalArgumentException.class, () -> PlatformResolver.propertyOr(3))
              .getMessage());
      System.setProperty("celadon.dns.threads", "17");
      assertEquals(17, PlatformResolver.propertyOr(3));
    } finally {
      System.clearProperty("celadon.dns.threads");
    }
    assertEquals(3, PlatformResolver.propertyOr(3));
    assertEquals(256, PlatformResolver.system().maxThreads());
  }

  @Test
  void localhostIsWhatTheSystemSays() throws Exception {
    List<InetAddress> system = List.of(InetAddress.getAllByName("localhost"));
    assertEquals(system, Hub.run(() -> PlatformResolver.system().lookup("localhost")));
  }

  private static Greenlet<List<String>> spawnLookup(PlatformResolver resolver, String host) {
    return Greenlets.spawn(() -> literals(resolver.lookup(host)));
  }

  private static List<InetAddress> uncheckedLookup(PlatformResolver resolver, String host) {
    try {
      return resolver.lookup(host);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> literals(List<InetAddress> addresses) {
    return addresses.stream().map(InetAddress::getHostAddress).toList();
  }
}
