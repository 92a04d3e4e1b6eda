package dev.celadon.simulation;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.EscapedWaitException;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulationTest {

  @Test
  void aSeedReplays() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(trailOf(seed), trailOf(seed));
    }
  }

  @Test
  void seedsDifferAndReachEveryOrder() {
    Set<String> orders = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      orders.add(trailOf(seed).substring(0, 5));
    }
    assertEquals(Set.of("a b c", "a c b", "b a c", "b c a", "c a b", "c b a"), orders);
  }

  private static String trailOf(long seed) {
    Trail trail = new Trail();
    Simulation.run(
        seed,
        () -> {
          for (String name : new String[] {"a", "b", "c"}) {
            Greenlets.spawn(
                () -> {
                  trail.step(name);
                  Greenlets.yieldNow();
                  trail.step(name);
                });
          }
          Greenlets.sleep(Duration.ofDays(1));
        });
    return trail.toString();
  }

  @Test
  void everythingRunsOnceInEveryOrder() {
    Simulation.explore(
        100,
        () -> {
          var all =
              IntStream.range(0, 20)
                  .mapToObj(i -> Greenlets.spawn(() -> Integer.valueOf(i)))
                  .toList();
          Greenlets.joinAll(all);
          assertEquals(190, all.stream().mapToInt(Greenlet::result).sum());
        });
  }

  @Test
  void aFailureTellsItsSeed() {
    IllegalStateException failure = new IllegalStateException("x");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Simulation.explore(
                    3,
                    () -> {
                      throw failure;
                    }));
    assertTrue(error.getMessage().contains("seed 0"), error.getMessage());
    assertSame(failure, error.getCause());
  }

  @Test
  void aFailureThatNobodyTookFailsTheRun() {
    IllegalStateException failure = new IllegalStateException("x");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Simulation.run(
                    7,
                    () -> {
                      Greenlets.spawn(
                          () -> {
                            throw failure;
                          });
                      Greenlets.yieldNow();
                      Greenlets.yieldNow();
                    }));
    assertTrue(error.getMessage().contains("seed 7"), error.getMessage());
    assertSame(failure, error.getCause());
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void aWaitThatEscapesTheClockIsReportedAndDoesNotMoveIt() {
    VirtualClock clock = new VirtualClock();
    List<Throwable> reported = new ArrayList<>();
    HubOptions options =
        HubOptions.defaults()
            .withClock(clock)
            .withErrorHandler((_, failure) -> reported.add(failure));
    assertDoesNotThrow(
        () ->
            Hub.run(
                options,
                () -> {
                  Greenlet<?> sleeper = Greenlets.spawn(() -> Thread.sleep(20)).named("sleeper");
                  Greenlets.spawnLater(Duration.ofHours(1), () -> {});
                  sleeper.join();
                  assertEquals(Duration.ZERO, clock.elapsed());
                }));
    assertEquals(1, reported.size());
    assertEquals(EscapedWaitException.class, reported.getFirst().getClass());
    String message = reported.getFirst().getMessage();
    assertTrue(message.contains("sleeper"), message);
    assertTrue(message.contains("Thread.sleep"), message);
  }

  @Test
  void workElsewhereHoldsTheClock() throws Exception {
    VirtualClock clock = new VirtualClock();
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          Hub hub = Hub.current();
          Event back = new Event();
          Greenlets.spawnLater(Duration.ofHours(1), () -> {});
          hub.ref();
          Thread.ofPlatform()
              .start(
                  () -> {
                    back.set();
                    hub.unref();
                  });
          back.waitUntilSet();
          assertEquals(Duration.ZERO, clock.elapsed());
          Greenlets.sleep(Duration.ofHours(2));
          assertEquals(Duration.ofHours(2), clock.elapsed());
        });
  }

  @Test
  void silentChannelsDoNotHoldAClockThatMayBeQuiet() throws Exception {
    VirtualClock clock = new VirtualClock(Duration.ofMillis(1));
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          StreamServer server =
              new StreamServer(
                  "localhost:0", socket -> socket.inputStream().transferTo(socket.outputStream()));
          server.start();
          Greenlets.sleep(Duration.ofHours(1));
          try (StreamSocket socket = StreamSocket.connect("localhost", server.port())) {
            socket.write(new byte[] {42});
            assertEquals(42, socket.inputStream().read());
          }
          server.stop();
          assertTrue(clock.elapsed().compareTo(Duration.ofHours(1)) >= 0);
        });
  }
}
