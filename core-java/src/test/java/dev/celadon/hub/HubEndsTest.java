package dev.celadon.hub;

import static dev.celadon.hub.FreshThread.onFreshThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.loop.Parking;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** How hubs end, and what becomes of those who are on them. */
class HubEndsTest {

  private final Trail trail = new Trail();

  private static HubOptions virtualTime() {
    return HubOptions.defaults().withClock(new VirtualClock());
  }

  @Test
  void closeHooksRunLastFirstBeforeTheGreenletsAreKilled() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          Hub hub = Hub.current();
          Greenlet<?> greenlet = Greenlets.spawn(() -> Greenlets.sleep(Duration.ofDays(1)));
          greenlet.rawLink(g -> trail.step("killed"));
          hub.onClose(
              () -> {
                Greenlets.sleep(Duration.ofSeconds(1)); // a hook may wait
                trail.step("first-hook");
              });
          hub.onClose(() -> trail.step("second-hook"));
          Runnable takenBack = hub.onClose(() -> trail.step("never"));
          takenBack.run();
        });
    trail.is("second-hook first-hook killed");
  }

  @Test
  void whoeverSeesSomethingOfTheEndSeesThatTheHubIsClosed() {
    for (int i = 0; i < 500; i++) { // the end begins on this thread and goes on in the hub
      Hub hub = Hub.start("short");
      Greenlet<Boolean> hookIsRefused =
          Greenlet.spawn(
              hub,
              () -> {
                while (true) {
                  try {
                    hub.onClose(() -> {}).run();
                  } catch (HubClosedException e) {
                    return hub.isClosed();
                  }
                }
              });
      hub.close();
      assertTrue(hookIsRefused.result());

      Hub other = Hub.start("other");
      AtomicBoolean hookSeesIt = new AtomicBoolean();
      other.onClose(() -> hookSeesIt.set(other.isClosed()));
      other.close();
      assertTrue(hookSeesIt.get());
    }
  }

  @Test
  void closeGivesUpOnAGreenletThatSwallowsItsKill() throws Exception {
    Hub.run(
        virtualTime().withCloseTimeout(Duration.ofSeconds(3)),
        () -> {
          Greenlets.spawn(
              () -> {
                while (true) {
                  try {
                    Greenlets.sleep(Duration.ofHours(1));
                  } catch (GreenletExit survived) {
                    trail.step("survived");
                  }
                }
              });
          Greenlets.yieldNow();
        });
    assertTrue(trail.toString().startsWith("survived"), trail.toString());
  }

  @Test
  void aGreenletCannotCloseItsOwnHubButMayShutItDown() {
    Hub hub = Hub.start("suicidal");
    Greenlet<String> greenlet =
        Greenlet.spawn(
            hub,
            () -> {
              String message = assertThrows(IllegalStateException.class, hub::close).getMessage();
              hub.shutdown();
              return message;
            });
    assertTrue(greenlet.result().contains("call shutdown()"));
    hub.close();
    assertTrue(hub.isClosed());
  }

  @Test
  @DirectModeOnly("virtual threads inherit the hub")
  void whatALibraryWakesAfterTheEndStillRuns() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch finished = new CountDownLatch(1);
    Hub.run(
        () -> {
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      release.await();
                    } catch (InterruptedException e) {
                      throw new AssertionError(e);
                    } finally {
                      finished.countDown();
                    }
                  });
          Greenlets.yieldNow();
        });
    release.countDown();
    finished.await();
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void callbacksBehindOneThatOutlivesTheHubStillRun() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch behind = new CountDownLatch(100);
    try (Hub hub = Hub.start("parking")) {
      hub.runCallback(
          () -> {
            try {
              release.await();
            } catch (InterruptedException e) {
              trail.step("interrupted");
            }
          });
      for (int i = 0; i < 100; i++) {
        hub.runCallback(
            () -> {
              long end = System.nanoTime() + 1_000_000; // all together longer than a batch
              while (System.nanoTime() < end) {
                Thread.onSpinWait();
              }
              if (hub.inLane()) {
                trail.step("in the lane of a hub that is no more");
              }
              behind.countDown();
            });
      }
    }
    release.countDown();
    assertTrue(behind.await(10, TimeUnit.SECONDS));
    trail.is("");
  }

  @Test
  void anInterruptDoesNotLeaveAHubHalfClosed() throws Exception {
    onFreshThread(
        () -> {
          Hub hub = Hub.current();
          Greenlet<?> greenlet = Greenlets.spawn(() -> Greenlets.sleep(Duration.ofDays(1)));
          Greenlets.yieldNow();
          Thread.currentThread().interrupt();
          hub.close();
          assertTrue(Thread.interrupted());
          assertTrue(greenlet.isCancelled());
        });
  }

  @Test
  void spawnsThatRaceWithTheEndEitherFailOrEnd() throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      Hub hub = Hub.start("ending");
      ConcurrentLinkedQueue<Greenlet<?>> spawned = new ConcurrentLinkedQueue<>();
      Thread spawner =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        if (spawned.size() < 1_000 || hub.isClosed()) {
                          spawned.add(Greenlet.spawn(hub, () -> "ran"));
                        }
                      }
                    } catch (HubClosedException e) {
                      trail.step("refused");
                    }
                  });
      while (spawned.size() < 10) {
        Thread.onSpinWait();
      }
      hub.close();
      spawner.join();
      for (Greenlet<?> greenlet : spawned) {
        greenlet.join(); // whoever was accepted has an end
      }
    }
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void linksOfAGreenletThatOutlivesItsHubAreCalledToo() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch linked = new CountDownLatch(2);
    Hub hub = Hub.start(HubOptions.defaults().withName("short").withCloseTimeout(Duration.ZERO));
    Greenlet<?> survivor =
        Greenlet.spawn(
            hub,
            () -> {
              while (release.getCount() > 0) {
                try {
                  release.await();
                } catch (InterruptedException swallowed) {
                  trail.step("swallowed");
                }
              }
            });
    survivor.link(g -> linked.countDown());
    survivor.rawLink(g -> linked.countDown());
    Greenlet.spawn(hub, () -> {}).join(); // the survivor has begun
    hub.close();
    release.countDown();
    survivor.join();
    linked.await();
  }

  @Test
  void aThreadWhoseHubIsShutDownWhileItWaitsWaitsOn() throws Exception {
    onFreshThread(
        () -> {
          Hub hub = Hub.current();
          Event never = new Event();
          Greenlets.spawn(() -> hub.shutdown());
          assertFalse(never.waitUntilSet(Duration.ofMillis(20)));
          assertTrue(hub.isClosed());
          Event later = new Event();
          Thread.ofPlatform().start(later::set);
          later.waitUntilSet();
          hub.close();
        });
  }

  @Test
  void aGreenletThatComesWhileTheHubKillsIsKilledAtOnce() throws Exception {
    VirtualClock clock = new VirtualClock();
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          Greenlets.spawn(
              () -> {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                } finally {
                  Greenlets.spawn(() -> Greenlets.sleep(Duration.ofDays(1)));
                }
              });
          Greenlets.yieldNow();
        });
    assertEquals(Duration.ZERO, clock.elapsed(), "nobody waited for the close timeout");
  }

  @Test
  void cleanUpIsNotKilledASecondTimeByTheEnd() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          for (int i = 0; i < 2; i++) {
            Greenlets.spawn(
                () -> {
                  try {
                    Greenlets.sleep(Duration.ofDays(1));
                  } finally {
                    Greenlets.spawn(() -> Greenlets.sleep(Duration.ofDays(1)));
                    Greenlets.sleep(Duration.ofSeconds(1));
                    trail.step("cleaned");
                  }
                });
          }
          Greenlets.yieldNow();
        });
    trail.is("cleaned cleaned");
  }

  @Test
  void threadsOfTheFactoryLiveAndDieWithTheHub() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          Hub hub = Hub.current();
          hub.threadFactory()
              .newThread(
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofDays(1));
                    } finally {
                      trail.step("cleaned");
                    }
                  })
              .start();
          while (hub.liveGreenlets() < 2) {
            Greenlets.yieldNow();
          }
        });
    trail.is("cleaned");
  }

  @Test
  void aKillAfterTheHubsEndEndsToo() throws Exception {
    Greenlet<?>[] survivors = new Greenlet<?>[2];
    Hub.run(
        virtualTime().withCloseTimeout(Duration.ZERO),
        () -> {
          survivors[0] = new Greenlet<>(Hub.current(), () -> "never started");
          survivors[1] =
              Greenlets.spawn(
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofDays(1));
                    } catch (GreenletExit swallowed) {
                      Greenlets.sleep(Duration.ofDays(1));
                    }
                  });
          Greenlets.yieldNow();
        });
    for (Greenlet<?> survivor : survivors) {
      survivor.kill();
      assertTrue(survivor.isCancelled());
    }
  }

  @Test
  @DirectModeOnly("virtual threads inherit the hub")
  void aTimedWaitOfTheJdkOutlivesTheHub() throws Exception {
    Thread[] library = new Thread[1];
    Hub.run(
        () -> {
          library[0] = Thread.ofVirtual().start(() -> Parking.parkNanos(20_000_000));
          Greenlets.yieldNow();
        });
    library[0].join();
  }

  @Test
  void aHooksInterruptEndsWithIt() throws Exception {
    Hub.run(
        virtualTime(),
        () -> {
          Greenlets.spawn(
              () -> {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                } finally {
                  Greenlets.sleep(Duration.ofSeconds(1));
                  trail.step("cleaned");
                }
              });
          Greenlets.yieldNow();
          Hub.current().onClose(() -> Thread.currentThread().interrupt());
        });
    trail.is("cleaned");
  }

  @Test
  void aHubIsNotClosedFromACallback() throws Exception {
    try (Hub other = Hub.start("other")) {
      Hub.run(
          () -> {
            Hub.current().runCallback(() -> assertThrows(BlockingSwitchOut.class, other::close));
            Greenlets.yieldNow();
            assertFalse(other.isClosed());
          });
    }
  }
}
