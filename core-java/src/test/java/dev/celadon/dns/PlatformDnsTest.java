package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The JDK remembers answers and failures, so every test asks for names of its own. */
@SuppressWarnings("AddressSelection") // what unmodified code calls
class PlatformDnsTest {

  private final FakeSystem system = new FakeSystem();

  @BeforeEach
  void open() {
    PlatformDns.patch();
  }

  @AfterEach
  void close() {
    PlatformDns.unpatch();
  }

  @Test
  void aHundredGreenletsAskForSlowNamesAtTheSameTimeAndTheHubGoesOn() throws Exception {
    LookupThreads threads = new LookupThreads("fake", 100);
    Trail trail = new Trail();
    Hub.run(
        () -> {
          Dns.use(system.resolver(threads));
          List<Greenlet<InetAddress>> askers = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            String host = "slow" + i + ".example";
            askers.add(Greenlets.spawn(() -> InetAddress.getByName(host)));
          }
          Greenlets.yieldNow();
          system.awaitAsked(100); // all of them are on their way, and none has an answer
          for (int i = 0; i < 3; i++) {
            Greenlets.sleep(Duration.ofMillis(1));
            trail.step("beat");
          }
          for (int i = 0; i < 100; i++) {
            assertFalse(askers.get(i).isReady());
            system.answer("slow" + i + ".example", "192.0.2." + i);
          }
          for (int i = 0; i < 100; i++) {
            assertEquals("192.0.2." + i, askers.get(i).result().getHostAddress());
          }
        });
    trail.is("beat beat beat");
  }

  @Test
  void greenletsThatAskForTheSameNameDoNotHoldEachOther() throws Exception {
    Hub.run(
        () -> {
          Dns.use(system.resolver(8));
          Greenlet<InetAddress> first = spawnLookup("same.example");
          Greenlet<InetAddress> second = spawnLookup("same.example");
          Greenlet<InetAddress> third = spawnLookup("same.example");
          Greenlets.yieldNow();
          second.kill();
          assertTrue(second.isCancelled(), "no lock of the JDK keeps the kill away");
          first.kill();
          assertTrue(first.isCancelled());
          system.answer("same.example", "192.0.2.1");
          assertEquals("same.example/192.0.2.1", third.result().toString());
          assertEquals(List.of("same.example"), system.asked());
          assertEquals("same.example/192.0.2.1", spawnLookup("same.example").result().toString());
          assertEquals(1, system.asked().size(), "the JDK remembers");
        });
  }

  @Test
  void aTimeoutPassesThroughTheJdkAndLeavesNoFailureThere() throws Exception {
    Hub.run(
        () -> {
          Dns.use(system.resolver(8));
          try (Timeout timeout = Timeout.start(Duration.ofMillis(5))) {
            TimeoutExpired expired =
                assertThrows(TimeoutExpired.class, () -> InetAddress.getAllByName("late.example"));
            assertSame(timeout, expired.timeout());
          }
          Greenlet<InetAddress> again = spawnLookup("late.example");
          Greenlets.yieldNow();
          system.answer("late.example", "192.0.2.1");
          assertEquals("192.0.2.1", again.result().getHostAddress());
        });
  }

  @Test
  void anUnknownHostIsRememberedByTheJdk() throws Exception {
    system.fail("none.example", new UnknownHostException("none.example: no"));
    Hub.run(
        () -> {
          Dns.use(system.resolver(8));
          for (int i = 0; i < 2; i++) {
            assertThrows(UnknownHostException.class, () -> InetAddress.getByName("none.example"));
          }
        });
    assertEquals(1, system.asked().size());
  }

  @Test
  void anInterruptIsKeptUntilTheAnswer() throws Exception {
    Hub.run(
        () -> {
          Dns.use(system.resolver(8));
          Greenlet<Boolean> asker =
              Greenlets.spawn(
                  () -> {
                    assertNotNull(InetAddress.getByName("interrupt.example"));
                    return Thread.interrupted();
                  });
          Greenlets.yieldNow();
          asker.thread().interrupt();
          Greenlets.yieldNow();
          system.answer("interrupt.example", "192.0.2.1");
          assertTrue(asker.result());
        });
  }

  @Test
  void theSystemsOwnResolverIsReachedWithoutARoundTrip() throws Exception {
    Hub.run(
        () -> {
          List<InetAddress> expected = Dns.lookup("localhost");
          assertTrue(expected.getFirst().isLoopbackAddress());
          assertEquals(expected, List.of(InetAddress.getAllByName("localhost")));
          assertThrows(UnknownHostException.class, () -> Dns.lookup("0x7f.1"));
        });
    assertTrue(PlatformResolver.system().lookup("localhost").getFirst().isLoopbackAddress());
  }

  @Test
  void plainThreadsAskWhomTheyAskedBefore() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Refusing());
          FutureTask<InetAddress> task = new FutureTask<>(() -> InetAddress.getByName("LOCALHOST"));
          Thread.ofPlatform().start(task).join();
          assertTrue(task.get().isLoopbackAddress());
        });
  }

  @Test
  void callbacksAskWhomTheyAskedBefore() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Refusing());
          AsyncResult<InetAddress> found = new AsyncResult<>();
          Hub.current()
              .runCallback(
                  () -> {
                    try {
                      found.set(InetAddress.getByName("LocalHost"));
                    } catch (UnknownHostException e) {
                      found.setException(e);
                    }
                  });
          assertTrue(found.result().isLoopbackAddress());
        });
  }

  /** Looks a name up while it is initialised, where a greenlet cannot give its turn away. */
  private static final class Initialised {
    static final InetAddress ADDRESS;

    static {
      try {
        ADDRESS = InetAddress.getByName("localHost");
      } catch (UnknownHostException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  @Test
  void staticInitialisersAskWhomTheyAskedBefore() throws Exception {
    Hub.run(
        () -> {
          Dns.use(new Refusing());
          assertTrue(Initialised.ADDRESS.isLoopbackAddress());
        });
  }

  @Test
  void aResolverMayAskTheJdkItself() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    Hub.run(
        () -> {
          Dns.use(
              new Refusing() {
                @Override
                public List<InetAddress> lookup(String host) throws UnknownHostException {
                  asked.incrementAndGet();
                  return List.of(InetAddress.getAllByName("localhosT"));
                }
              });
          assertTrue(InetAddress.getByName("round.example").isLoopbackAddress());
        });
    assertEquals(1, asked.get());
  }

  @Test
  void namesOfAddressesAreLookedUpInTheSameWay() throws Exception {
    Hub.run(
        () -> {
          Dns.use(HostsFile.parse("192.0.2.44 named.example"));
          InetAddress address = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 44});
          assertEquals("named.example", address.getCanonicalHostName());
        });
  }

  @Test
  void unpatchUndoesIt() throws Exception {
    assertTrue(PlatformDns.isPatched());
    PlatformDns.patch();
    PlatformDns.unpatch();
    assertFalse(PlatformDns.isPatched());
    PlatformDns.unpatch();
    Hub.run(
        () -> {
          Dns.use(new Refusing());
          assertTrue(InetAddress.getByName("lOcalhost").isLoopbackAddress());
        });
  }

  @Test
  void thePolicyOfTheJdkIsKept() {
    InetAddress four = InetAddress.ofLiteral("192.0.2.1");
    InetAddress six = InetAddress.ofLiteral("2001:db8::1");
    List<InetAddress> mixed = List.of(six, four);
    int both = LookupPolicy.IPV4 | LookupPolicy.IPV6;
    assertEquals(List.of(four), arranged(mixed, LookupPolicy.IPV4));
    assertEquals(List.of(six), arranged(mixed, LookupPolicy.IPV6));
    assertEquals(List.of(four, six), arranged(mixed, both | LookupPolicy.IPV4_FIRST));
    assertEquals(List.of(six, four), arranged(List.of(four, six), both | LookupPolicy.IPV6_FIRST));
    assertEquals(mixed, arranged(mixed, both));
  }

  private static List<InetAddress> arranged(List<InetAddress> found, int policy) {
    return HubAddressResolver.arrange(found, LookupPolicy.of(policy)).toList();
  }

  private static Greenlet<InetAddress> spawnLookup(String host) {
    return Greenlets.spawn(() -> InetAddress.getByName(host));
  }

  /** Must not be asked. */
  private static class Refusing implements Resolver {

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
      new Event().waitUntilSet(Duration.ofMillis(1));
      throw new UnknownHostException("must not be asked");
    }

    @Override
    public String reverse(InetAddress address) {
      throw new AssertionError("must not be asked");
    }
  }
}
