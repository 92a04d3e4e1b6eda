package dev.celadon.hub;

import static dev.celadon.hub.FreshThread.onFreshThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.Test;

class HubTest {

  private final Trail trail = new Trail();

  private static HubOptions virtualTime() {
    return HubOptions.defaults().withClock(new VirtualClock());
  }

  @Test
  void runGivesTheBodysResultAndItsFailureUnchanged() throws Exception {
    assertEquals("value", Hub.run(() -> "value"));
    IOException failure = new IOException("no");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () ->
                Hub.run(
                    () -> {
                      throw failure;
                    })));
  }

  @Test
  void theBodyOfRunIsAGreenletAndTheOthersDieWithIt() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          assertTrue(Strand.current() instanceof RawGreenlet);
          Greenlets.spawn(
              () -> {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                } finally {
                  trail.step("cleaned-up");
                }
              });
          Greenlets.spawn(() -> trail.step("ran"));
          Greenlets.yieldNow();
          Greenlets.spawn(() -> trail.step("last-turn")); // was ready before the end began
        });
    trail.is("ran last-turn cleaned-up");
  }

  @Test
  void aKilledBodyOfRunIsACancellation() {
    assertThrows(
        CancellationException.class,
        () ->
            Hub.run(
                () -> {
                  Strand.current().throwIn(new GreenletExit());
                  Greenlets.yieldNow();
                }));
  }

  @Test
  void runInsideAGreenletSaysWhatToDoInstead() throws Exception {
    Hub.run(
        () -> {
          IllegalStateException misuse =
              assertThrows(IllegalStateException.class, () -> Hub.run(() -> "nested"));
          assertTrue(misuse.getMessage().contains("inside a greenlet just call the body"));
        });
  }

  @Test
  void aPlainThreadOwnsOneHubThatRunsOnlyWhileTheThreadWaits() throws Exception {
    onFreshThread(
        () -> {
          assertNull(Hub.currentOrNull());
          Hub hub = Hub.current();
          assertSame(hub, Hub.current());
          Greenlet<?> greenlet = Greenlets.spawn(() -> trail.step("ran"));
          trail.step("main");
          assertFalse(greenlet.isReady());
          greenlet.join();
          trail.is("main ran");
          hub.close();
          assertTrue(hub.isClosed());
          assertNull(Hub.currentOrNull());
          assertNotSame(hub, Hub.current());
        });
  }

  @Test
  void runLeavesTheThreadsOwnHubAsItWas() throws Exception {
    onFreshThread(
        () -> {
          Hub own = Hub.current();
          Hub inner = Hub.run(() -> Hub.current());
          assertNotSame(own, inner);
          assertSame(own, Hub.current());
          own.close();
        });
  }

  @Test
  void aVirtualThreadOfNobodyCannotHaveAHub() throws Exception {
    ConcurrentLinkedQueue<Throwable> thrown = new ConcurrentLinkedQueue<>();
    Thread.ofVirtual()
        .start(
            () -> {
              thrown.add(assertThrows(IllegalStateException.class, Hub::current));
              thrown.add(assertThrows(IllegalStateException.class, () -> Hub.run(() -> "never")));
            })
        .join();
    assertEquals(2, thrown.size());
    assertTrue(thrown.peek().getMessage().contains("Hub.start(name)"));
  }

  @Test
  void aThreadWhoseFirstCallStartsAHubIsWokenByIt() throws Exception {
    Strand[] strands = new Strand[2];
    Thread maker =
        Thread.ofPlatform()
            .start(
                () -> {
                  Hub hub = Hub.start("first");
                  strands[0] = Strand.current();
                  strands[1] = Greenlet.spawn(hub, () -> Strand.current()).result();
                  hub.close();
                });
    maker.join();
    assertTrue(strands[0].toString().contains(maker.getName()), strands[0].toString());
    assertTrue(strands[1] instanceof RawGreenlet);
  }

  @Test
  void aStartedHubRunsOnItsOwnThreadUntilClosed() {
    Hub hub = Hub.start("service");
    Greenlet<Boolean> greenlet = Greenlet.spawn(hub, () -> hub.inHub());
    assertTrue(greenlet.result());
    assertFalse(hub.inHub());
    Greenlet<?> sleeper =
        Greenlet.spawn(
            hub,
            () -> {
              Greenlets.sleep(Duration.ofDays(1));
            });
    hub.close();
    assertTrue(sleeper.isCancelled());
    hub.close(); // the second time does nothing
    HubClosedException closed =
        assertThrows(HubClosedException.class, () -> Greenlet.spawn(hub, () -> "late"));
    assertEquals(
        "cannot spawn a greenlet: Hub[service] is closed and runs nothing more; use an open hub",
        closed.getMessage());
    assertThrows(HubClosedException.class, () -> hub.runCallback(() -> {}));
    assertThrows(HubClosedException.class, () -> hub.runCallbackLater(0, () -> {}));
    assertThrows(HubClosedException.class, () -> hub.onClose(() -> {}));
  }

  @Test
  void greenletsOfSeveralHubsWaitForEachOther() {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      Event ping = new Event();
      Event pong = new Event();
      Greenlet<?> left =
          Greenlet.spawn(
              one,
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  ping.set();
                  pong.waitUntilSet();
                  pong.clear();
                }
              });
      Greenlet<?> right =
          Greenlet.spawn(
              two,
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  ping.waitUntilSet();
                  ping.clear();
                  pong.set();
                }
              });
      left.join();
      right.join();
      assertTrue(left.isSuccessful() && right.isSuccessful());
    }
  }

  @Test
  void spawnsFromOtherThreadsAllRun() throws InterruptedException {
    try (Hub hub = Hub.start("target")) {
      List<Thread> threads = new ArrayList<>();
      ConcurrentLinkedQueue<Greenlet<Integer>> spawned = new ConcurrentLinkedQueue<>();
      for (int t = 0; t < 4; t++) {
        Runnable spawner =
            () -> {
              for (int i = 0; i < 2_000; i++) {
                int number = i;
                spawned.add(Greenlet.spawn(hub, () -> number));
              }
            };
        threads.add(
            t % 2 == 0 ? Thread.ofPlatform().start(spawner) : Thread.startVirtualThread(spawner));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      long sum = 0;
      for (Greenlet<Integer> greenlet : spawned) {
        sum += greenlet.result();
      }
      assertEquals(4L * 2_000 * 1_999 / 2, sum);
    }
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void exactlyOneRunsAtAnyMoment() {
    try (Hub hub = Hub.start("single")) {
      int[] running = new int[2]; // plain on purpose: now, most
      List<Greenlet<?>> greenlets = new ArrayList<>();
      for (int g = 0; g < 50; g++) {
        greenlets.add(
            Greenlet.spawn(
                hub,
                () -> {
                  for (int i = 0; i < 200; i++) {
                    running[1] = Math.max(running[1], ++running[0]);
                    running[0]--;
                    if (i % 3 == 0) {
                      Thread.sleep(Duration.ofNanos(1)); // the JDK's own waits included
                    } else {
                      Greenlets.yieldNow();
                    }
                  }
                }));
      }
      greenlets.forEach(Greenlet::join);
      assertEquals(1, running[1]);
    }
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void theJdksTimedWaitsLiveInTheHubsTimers() throws Exception {
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          Greenlet<?> sleeper = Greenlets.spawn(() -> Thread.sleep(Duration.ofHours(1)));
          Greenlets.yieldNow();
          assertEquals(1, hub.loop().pendingTimers());
          sleeper.kill();
          assertEquals(0, hub.loop().pendingTimers());
        });
  }

  @Test
  @DirectModeOnly("virtual threads inherit the hub")
  void aVirtualThreadMadeInAGreenletIsAGreenletToo() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          Hub hub = Hub.current();
          Event done = new Event();
          Thread.ofVirtual()
              .start(
                  () -> {
                    assertSame(hub, Hub.current());
                    Greenlets.sleep(Duration.ofSeconds(1));
                    done.set();
                  });
          done.waitUntilSet();
          Thread made = hub.threadFactory().newThread(() -> trail.step("made"));
          made.start();
          Greenlets.yieldNow();
        });
    trail.is("made");
  }

  @Test
  void threadsThatAGreenletStartsComeInTheOrderInWhichTheyWereMade() throws Exception {
    for (int run = 0; run < 100; run++) {
      List<String> order = new ArrayList<>();
      Hub.run(
          virtualTime(),
          () -> {
            ThreadFactory factory = Hub.current().threadFactory();
            for (String name : List.of("a", "b", "c", "d")) {
              factory.newThread(() -> order.add(name)).start();
            }
            boolean _ = factory.newThread(() -> order.add("never started")).isAlive();
            Greenlets.yieldNow();
            order.add("main");
            Greenlets.yieldNow();
          });
      order.remove("main"); // in one mode it is before them, in the other behind
      assertEquals(List.of("a", "b", "c", "d"), order);
    }
  }

  @Test
  void threadsThatNobodyStartsAreForgotten() throws Exception {
    Hub.run(
        () -> {
          ThreadFactory factory = Hub.current().threadFactory();
          List<WeakReference<Thread>> made = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            made.add(new WeakReference<>(factory.newThread(() -> {})));
          }
          for (int i = 0; made.stream().filter(thread -> thread.get() != null).count() > 10; i++) {
            assertTrue(i < 100, "kept by the hub");
            System.gc();
            Greenlets.yieldNow();
          }
        });
  }

  @Test
  void aGreenletWhoseThreadGotAnotherHandlerIsStillItself() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                      () -> {
                        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {});
                        trail.step(Strand.current().toString());
                        Greenlets.sleep(Duration.ofDays(1));
                      })
                  .named("changed");
          Greenlets.yieldNow();
          greenlet.kill();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("changed");
  }

  @Test
  void aKillMayOvertakeASpawnFromAnotherThread() {
    try (Hub hub = Hub.start("overtaken")) {
      for (int round = 0; round < 300; round++) {
        Greenlet<String> greenlet = new Greenlet<>(hub, () -> "ran");
        Greenlet<?> killer = Greenlet.spawn(hub, () -> greenlet.killAsync());
        greenlet.start();
        killer.join();
        greenlet.join();
      }
      assertEquals(1, Greenlet.spawn(hub, () -> hub.liveGreenlets()).result());
    }
  }

  @Test
  void aWakeUpThatComesLateDoesNotEndAnotherWait() throws Exception {
    onFreshThread(
        () -> {
          Hub own = Hub.current();
          Waiter first = Waiter.current();
          assertTrue(first.grant("at once"));
          assertTrue(first.await());
          first.wake(); // only now
          assertFalse(new Event().waitUntilSet(Duration.ofMillis(5)));
          own.close();
        });
  }

  @Test
  void greenletsLookServicesUpLikeTheMakerOfTheHub() throws Exception {
    ClassLoader own = new ClassLoader(getClass().getClassLoader()) {};
    onFreshThread(
        () -> {
          Thread.currentThread().setContextClassLoader(own);
          assertSame(own, Hub.run(() -> Thread.currentThread().getContextClassLoader()));
        });
  }

  @Test
  void valuesOfAHubAreMadeOnce() throws Exception {
    HubLocal<List<String>> first = new HubLocal<>(hub -> new ArrayList<>());
    HubLocal<Integer> second = new HubLocal<>(hub -> 42);
    Hub.run(
        () -> {
          Hub hub = Hub.current();
          assertSame(hub.get(first), hub.get(first));
          assertEquals(42, hub.get(second));
        });
  }

  @Test
  void optionsRefuseWhatMakesNoSense() {
    HubOptions options = HubOptions.defaults();
    assertEquals(
        "batchLimit must be positive: PT0S; the default is 5 ms",
        assertThrows(IllegalArgumentException.class, () -> options.withBatchLimit(Duration.ZERO))
            .getMessage());
    assertEquals(
        "closeTimeout must not be negative: PT-1S; zero does not wait",
        assertThrows(
                IllegalArgumentException.class,
                () -> options.withCloseTimeout(Duration.ofSeconds(-1)))
            .getMessage());
  }
}
