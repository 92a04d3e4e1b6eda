package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What becomes of a greenlet that something is thrown into. */
class KillTest extends VirtualTimeTest {

  @Test
  void killedBeforeItsFirstTurnItNeverRuns() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlets.spawn(() -> trail.step("never"));
          greenlet.rawLink(g -> trail.step("linked"));
          greenlet.kill();
          assertTrue(greenlet.isReady() && greenlet.isSuccessful() && greenlet.isCancelled());
          assertThrows(CancellationException.class, greenlet::result);
          Greenlets.yieldNow();
          Greenlet<?> failed = Greenlets.spawn(() -> trail.step("never"));
          IOException own = new IOException("own");
          failed.kill(own);
          assertSame(own, assertThrows(IOException.class, failed::result));
          Greenlet<String> unstarted = new Greenlet<>(Hub.current(), () -> "never");
          unstarted.kill();
          unstarted.start();
          assertTrue(unstarted.isCancelled());
        });
    trail.is("linked");
    assertEquals(1, reports.size(), "a failure like any other: nobody was there to take it");
  }

  @Test
  void killWaitsForTheCleanUp() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } finally {
                      Greenlets.sleep(Duration.ofSeconds(1));
                      trail.step("cleaned");
                    }
                  });
          Greenlets.yieldNow();
          greenlet.killAsync();
          trail.step("async");
          assertFalse(greenlet.kill(Duration.ZERO));
          Greenlets.yieldNow(); // the first one has arrived
          greenlet.kill(); // a second kill during the clean-up ends the clean-up
          trail.step("dead");
        });
    trail.is("async dead");
  }

  @Test
  void killWithPatience() throws Exception {
    run(
        () -> {
          Greenlet<String> stubborn =
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } catch (dev.celadon.hub.GreenletExit swallowed) {
                      Greenlets.sleep(Duration.ofSeconds(10));
                    }
                    return "own way";
                  });
          Greenlets.yieldNow();
          assertFalse(stubborn.kill(Duration.ofSeconds(1)));
          assertEquals("own way", stubborn.result());
          assertTrue(stubborn.kill(Duration.ZERO), "dead already");
        });
  }

  @Test
  void killReachesAReadyGreenletAtItsNextSwitchPoint() throws Exception {
    run(
        () -> {
          Greenlet<?> yielding =
              Greenlets.spawn(
                  () -> {
                    while (true) {
                      trail.step("turn");
                      Greenlets.yieldNow();
                    }
                  });
          Greenlets.yieldNow();
          yielding.kill();
          assertTrue(yielding.isCancelled());
        });
    trail.is("turn");
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  void aKillBehindATimeoutThatHasNotArrivedIsNotLost() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try (Timeout _ = Timeout.start(Duration.ZERO)) {
                      Thread.sleep(Duration.ofDays(1));
                    } catch (InterruptedException e) {
                      trail.step("interrupted");
                    }
                    forever();
                  });
          Greenlets.yieldNow();
          Greenlets.yieldNow(); // the timeout has fired, and waits for a switch point
          greenlet.kill();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("interrupted");
  }

  @Test
  void severalThingsThrownArriveInOrder() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    for (int i = 0; i < 3; i++) {
                      try {
                        Greenlets.yieldNow();
                      } catch (IllegalStateException e) {
                        trail.step(e.getMessage());
                      }
                    }
                  });
          Greenlets.yieldNow();
          greenlet.throwIn(new IllegalStateException("one"));
          greenlet.throwIn(new IllegalStateException("two"));
          greenlet.killAsync();
          greenlet.killAsync(); // dropped: the first is on its way
          greenlet.join();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("one two");
  }

  @Test
  void killsItselfOnTheSpot() throws Exception {
    run(
        () -> {
          Greenlet<?>[] self = new Greenlet<?>[1];
          self[0] =
              Greenlets.spawn(
                  () -> {
                    self[0].kill();
                    trail.step("never");
                  });
          self[0].join();
          assertTrue(self[0].isCancelled());
        });
    trail.is("");
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  @SuppressWarnings("WaitNotInLoop") // it is to end by an interrupt
  void killEndsWaitsOfTheJdkByInterrupt() throws Exception {
    run(
        () -> {
          List<Body> waits =
              List.of(
                  () -> Thread.sleep(Duration.ofDays(1)),
                  () -> new java.util.concurrent.CountDownLatch(1).await(),
                  () -> new java.util.concurrent.LinkedBlockingQueue<String>().take(),
                  () -> {
                    Object monitor = new Object();
                    synchronized (monitor) {
                      monitor.wait();
                    }
                  });
          for (Body wait : waits) {
            Greenlet<?> greenlet =
                Greenlets.spawn(
                    () -> {
                      try {
                        wait.run();
                      } catch (InterruptedException e) {
                        trail.step("interrupted");
                        throw e;
                      }
                    });
            Greenlets.yieldNow();
            greenlet.kill();
            assertTrue(greenlet.isCancelled());
          }
        });
    trail.is("interrupted interrupted interrupted interrupted");
    assertEquals(List.of(), reports);
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  void aSwallowedInterruptOfAKillArrivesAtTheNextSwitchPointWithoutItsFlag() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      Thread.sleep(Duration.ofDays(1));
                    } catch (InterruptedException swallowed) {
                      trail.step("swallowed");
                    }
                    try {
                      Greenlets.sleep(Duration.ofDays(1));
                    } finally {
                      trail.step("flag=" + Thread.currentThread().isInterrupted());
                    }
                  });
          Greenlets.yieldNow();
          greenlet.kill();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("swallowed flag=false");
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  void aKilledGreenletThatGoesBackIntoTheJdkIsInterruptedAgain() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    for (int i = 0; i < 3; i++) {
                      try {
                        Thread.sleep(Duration.ofDays(1));
                      } catch (InterruptedException swallowed) {
                        trail.step("again");
                      }
                    }
                  });
          Greenlets.yieldNow();
          greenlet.kill();
        });
    trail.is("again again again");
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  @SuppressWarnings("LockNotBeforeTry") // only the wait matters
  void aKilledGreenletThatWaitsForALockKeepsNobodyBusy() throws Exception {
    java.util.concurrent.locks.ReentrantLock lock = new java.util.concurrent.locks.ReentrantLock();
    run(
        () -> {
          Greenlets.spawn(
              () -> {
                lock.lock();
                try {
                  Greenlets.sleep(Duration.ofSeconds(10)); // passes only if the hub comes to rest
                } finally {
                  lock.unlock();
                }
              });
          Greenlets.yieldNow();
          Greenlet<?> victim =
              Greenlets.spawn(
                  () -> {
                    lock.lock();
                    lock.unlock();
                    forever();
                  });
          Greenlets.yieldNow();
          victim.kill();
          assertTrue(victim.isCancelled());
        });
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  void aBugInTheCleanUpOfAKilledGreenletIsAFailure() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      Thread.sleep(Duration.ofDays(1));
                    } finally {
                      trail.step("" + Integer.parseInt("bug"));
                    }
                  });
          Greenlets.yieldNow();
          greenlet.kill();
          assertTrue(greenlet.exception() instanceof NumberFormatException);
        });
    assertEquals(1, reports.size());
  }

  @Test
  void everyFailureIsGivenOrReported() {
    int rounds = 400;
    int[] given = new int[1];
    List<String> told = java.util.Collections.synchronizedList(new ArrayList<>());
    HubOptions options =
        HubOptions.defaults().withErrorHandler((source, failure) -> told.add(source));
    try (Hub hub = Hub.start(options)) {
      for (int round = 0; round < rounds; round++) {
        Greenlet<?> failing =
            Greenlet.spawn(
                hub,
                () -> {
                  Greenlets.yieldNow();
                  throw new IllegalStateException("boom");
                });
        try {
          failing.result(Duration.ofNanos(round * 100L));
        } catch (IllegalStateException e) {
          given[0]++;
        } catch (TimeoutException e) {
          failing.join(); // then it is the error handler's
        }
      }
    }
    assertTrue(given[0] + told.size() >= rounds, given[0] + " given, " + told.size() + " told");
  }

  @Test
  void killFromAnotherThreadAndAnotherHub() {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      for (int i = 0; i < 500; i++) {
        Greenlet<?> victim = Greenlet.spawn(one, VirtualTimeTest::forever);
        if (i % 2 == 0) {
          victim.kill();
        } else {
          Greenlet.spawn(two, () -> victim.kill()).result();
        }
        assertTrue(victim.isCancelled());
      }
      assertEquals(1, Greenlet.spawn(one, () -> one.liveGreenlets()).result());
      assertEquals(0, Greenlet.spawn(one, () -> one.loop().pendingTimers()).result());
    }
  }

  @Test
  void cancelIsKillByTheRulesOfFuture() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlets.spawn(VirtualTimeTest::forever);
          Greenlets.yieldNow();
          assertTrue(greenlet.cancel(false));
          greenlet.join();
          assertTrue(greenlet.isCancelled());
          assertFalse(greenlet.cancel(true));
          assertThrows(CancellationException.class, greenlet::get);
          assertEquals(Future.State.CANCELLED, greenlet.state());
        });
  }

  @Test
  void aSecondKillBeforeTheFirstHasArrivedDoesNotCutTheCleanUpOff() throws Exception {
    Hub.run(
        () -> {
          List<String> cleaned = new ArrayList<>();
          Greenlet<?> victim =
              Greenlets.spawn(
                  () -> {
                    try {
                      Greenlets.sleep(Duration.ofSeconds(100));
                    } finally {
                      Greenlets.sleep(Duration.ofMillis(1));
                      cleaned.add("cleaned");
                    }
                  });
          Greenlets.yieldNow();
          victim.killAsync();
          victim.killAsync();
          victim.join();
          assertEquals(List.of("cleaned"), cleaned);
        });
  }
}
