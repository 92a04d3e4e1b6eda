package dev.celadon.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.loop.Parking;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopExitTest {

  private static final HubOptions DRAINED =
      HubOptions.defaults().withClock(new VirtualClock()).withLoopExit(LoopExit.When.DRAINED);

  @Test
  void everybodyWaitsIsToldWithTheWaiters() throws Exception {
    Hub.run(
        DRAINED,
        () -> {
          Event never = new Event();
          Queue<String> empty = new Queue<>();
          Greenlet<?> reader = Greenlets.spawn(() -> empty.get()).named("reader");
          LoopExit exit = assertThrows(LoopExit.class, never::waitUntilSet);
          assertEquals(
              List.of(
                  "main greenlet of Hub[hub] waits for Event[clear]", "reader waits for Queue[0]"),
              exit.waiters());
          assertTrue(exit.getMessage().contains("reader waits for Queue[0]"), exit.getMessage());
          assertFalse(reader.isReady(), "only the main greenlet is told");
        });
  }

  @Test
  void theHubGoesOnAfterwards() throws Exception {
    Trail trail = new Trail();
    Hub.run(
        DRAINED,
        () -> {
          Event event = new Event();
          assertThrows(LoopExit.class, event::waitUntilSet);
          Greenlets.spawnLater(Duration.ofHours(1), () -> event.set());
          event.waitUntilSet();
          trail.step("set");
          event.clear();
          assertThrows(LoopExit.class, event::waitUntilSet);
        });
    trail.is("set");
  }

  @Test
  void aTimerCountsAsSomethingToDo() throws Exception {
    Hub.run(
        DRAINED,
        () -> assertFalse(new Event().waitUntilSet(Duration.ofDays(1)), "its own time is over"));
  }

  @Test
  void aThreadThatDrivesItsOwnHubIsTold() throws Exception {
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    Hub.run(
                        DRAINED,
                        () -> {
                          Greenlet<?> a = Greenlets.spawn(() -> new Event().waitUntilSet());
                          Greenlets.joinAll(a);
                        });
                  } catch (Throwable e) {
                    thrown[0] = e;
                  }
                });
    thread.join();
    assertEquals(LoopExit.class, thrown[0].getClass());
  }

  @Test
  void workElsewhereThatIsCountedHoldsItOff() throws Exception {
    Trail trail = new Trail();
    CountDownLatch go = new CountDownLatch(1);
    Hub.run(
        DRAINED,
        () -> {
          Hub hub = Hub.current();
          Event event = new Event();
          hub.ref();
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaitQuietly(go);
                    event.set();
                    hub.unref();
                  });
          Greenlets.spawn(() -> go.countDown());
          event.waitUntilSet();
          trail.step("set");
          event.clear();
          assertThrows(LoopExit.class, event::waitUntilSet);
        });
    trail.is("set");
  }

  @Test
  void theLastUnrefLetsTheHubLookAgain() throws Exception {
    Hub.run(
        DRAINED,
        () -> {
          Hub hub = Hub.current();
          hub.ref();
          Thread.ofPlatform().start(hub::unref);
          assertThrows(LoopExit.class, () -> new Event().waitUntilSet());
        });
  }

  @Test
  void unrefWithoutRefIsRefused() throws Exception {
    Hub.run(DRAINED, () -> assertThrows(IllegalStateException.class, Hub.current()::unref));
  }

  @Test
  void aHubOfItsOwnThreadWaitsForCalls() throws Exception {
    Hub hub = Hub.start(HubOptions.defaults().withLoopExit(LoopExit.When.DRAINED));
    try {
      Event event = new Event();
      Greenlet<?> waits = Greenlet.spawn(hub, () -> event.waitUntilSet());
      Greenlet.spawn(hub, () -> {}).join();
      event.set();
      waits.get();
    } finally {
      hub.close();
    }
  }

  @Test
  void joinOfTheHubWaitsUntilNothingIsLeftToDo() throws Exception {
    Trail trail = new Trail();
    Hub.run(
        DRAINED,
        () -> {
          Greenlets.spawnLater(Duration.ofMinutes(1), () -> trail.step("later"));
          Greenlets.spawn(() -> new Event().waitUntilSet());
          assertTrue(Hub.current().join(Duration.ofHours(1)));
          trail.step("drained");
          assertTrue(Hub.current().join(Duration.ofDays(999_999)), "and again");
        });
    trail.is("later drained");
  }

  @Test
  void joinOfTheHubGivesUpInTime() throws Exception {
    Hub.run(
        DRAINED,
        () -> {
          Greenlets.spawn(() -> Greenlets.sleep(Duration.ofHours(2)));
          assertFalse(Hub.current().join(Duration.ofHours(1)));
          assertFalse(Hub.current().join(Duration.ZERO));
          assertEquals(1, Hub.current().statistics().pendingTimers());
        });
  }

  @Test
  void joinOfAnotherHubIsRefused() {
    Hub hub = Hub.start("other");
    try {
      assertThrows(IllegalStateException.class, () -> hub.join(Duration.ofSeconds(1)));
    } finally {
      hub.close();
    }
  }

  /** A JVM of its own: under a test runner there are always threads that may call in. */
  @Test
  void aProgramIsToldWhenNoOtherThreadCanCallIn() throws Exception {
    assertEquals("LoopExit", Program.run("nobody"));
    assertEquals("set by a thread", Program.run("thread"));
    assertEquals("set by a virtual thread", Program.run("virtual"));
    assertEquals("set by a virtual thread of a library", Program.run("socket"));
    assertEquals("LoopExit", Program.run("parked"));
    assertEquals("LoopExit", Program.run("monitored"));
    assertEquals("LoopExit", Program.run("hub that waits, too"));
    assertEquals("set by a pinned virtual thread", Program.run("pinned"));
    assertEquals("late LoopExit", Program.run("nobody, and a sleep that ends early"));
  }

  /** Waits for an event; the argument tells who will set it. */
  static final class Program {

    public static void main(String[] args) throws Exception {
      String[] by = {""};
      Event event = new Event();
      Hub.run(
          () -> {
            switch (args[0]) {
              case "thread" -> Thread.ofPlatform().start(() -> set(event, by, "thread"));
              case "virtual" ->
                  Thread.ofPlatform()
                      .start(
                          () -> Thread.startVirtualThread(() -> set(event, by, "virtual thread")))
                      .join();
              case "socket" -> {
                var server =
                    new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                Thread.startVirtualThread(
                    () -> {
                      try (server) {
                        server.accept().close();
                        by[0] = "set by a virtual thread of a library";
                        event.set();
                      } catch (java.io.IOException e) {
                        throw new java.io.UncheckedIOException(e);
                      }
                    });
                Process client =
                    new ProcessBuilder(
                            "bash",
                            "-c",
                            "sleep 1; : > /dev/tcp/127.0.0.1/" + server.getLocalPort())
                        .start();
                client.onExit(); // its reaper waits, too
              }
              case "monitored" -> dev.celadon.monitor.HubMonitor.watch(Hub.current());
              case "parked" ->
                  Thread.ofPlatform().daemon().start(() -> awaitQuietly(new CountDownLatch(1)));
              case "hub that waits, too" ->
                  Thread.ofPlatform()
                      .daemon()
                      .start(
                          () ->
                              assertThrows(
                                  LoopExit.class, () -> Hub.run(() -> new Event().waitUntilSet())));
              case "pinned" -> Thread.startVirtualThread(() -> Pinned.set(event, by));
              default -> {}
            }
            if (args[0].endsWith("early")) {
              long before = System.nanoTime();
              Parking.unpark(Hub.current().thread());
              assertThrows(LoopExit.class, event::waitUntilSet);
              boolean late = System.nanoTime() - before >= 100_000_000;
              System.out.println(late ? "late LoopExit" : "early LoopExit");
              return;
            }
            try {
              event.waitUntilSet();
              System.out.println(by[0]);
            } catch (LoopExit e) {
              System.out.println("LoopExit");
            }
          });
    }

    /** A virtual thread cannot leave its carrier while it initialises a class. */
    private static final class Pinned {
      static {
        try {
          Thread.sleep(500);
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }

      static void set(Event event, String[] by) {
        by[0] = "set by a pinned virtual thread";
        event.set();
      }
    }

    private static void set(Event event, String[] by, String who) {
      try {
        Thread.sleep(500); // longer than the hub's patience
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      by[0] = "set by a " + who;
      event.set();
    }

    static String run(String who) throws Exception {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-opens=java.base/java.lang=ALL-UNNAMED",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Program.class.getName(),
                  who)
              .redirectErrorStream(true)
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "hangs";
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return output.strip();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void joinWithoutPatienceLooksBehindWhatIsReady() throws Exception {
    Hub.run(
        DRAINED,
        () -> {
          Trail trail = new Trail();
          Greenlets.spawn(() -> trail.step("ran"));
          assertTrue(Hub.current().join(Duration.ZERO));
          trail.is("ran");
          Greenlets.spawnLater(Duration.ofHours(1), () -> trail.step("later"));
          assertFalse(Hub.current().join(Duration.ZERO));
        });
  }

  @Test
  void theCloserCannotBeKilled() {
    Trail trail = new Trail();
    try (Hub hub = Hub.start("closing")) {
      Runnable _ = hub.onClose(() -> trail.step("hook"));
      Greenlet.spawn(
              hub,
              () -> {
                hub.shutdown();
                hub.live().forEach(greenlet -> greenlet.throwIn(new GreenletExit()));
              })
          .join();
    }
    trail.is("hook");
  }
}
