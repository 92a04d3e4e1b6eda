package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class GreenletTest {

  private final Trail trail = new Trail();
  private final List<String> reports = new ArrayList<>();

  private void run(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withClock(new VirtualClock())
            .withErrorHandler((source, failure) -> reports.add(source + " | " + failure)),
        body);
  }

  private static void forever() {
    Greenlets.sleep(Duration.ofDays(1));
  }

  // --- Order

  @Test
  void takesTurnsInTheOrderOfSpawning() throws Exception {
    run(
        () -> {
          var a = Greenlets.spawn(() -> loop("a"));
          var b = Greenlets.spawn(() -> loop("b"));
          trail.step("main");
          Greenlets.joinAll(a, b);
        });
    trail.is("main a0 b0 a1 b1 a2 b2");
  }

  private void loop(String name) {
    for (int i = 0; i < 3; i++) {
      trail.step(name + i);
      Greenlets.yieldNow();
    }
  }

  @Test
  void theSameProgramRunsTheSameWayOnAPlainThread() {
    var a = Greenlets.spawn(() -> loop("a"));
    var b = Greenlets.spawn(() -> loop("b"));
    trail.step("main");
    Greenlets.yieldNow(); // the thread takes its turn like a greenlet
    trail.step("main");
    Greenlets.joinAll(a, b);
    trail.is("main a0 b0 main a1 b1 a2 b2");
  }

  @Test
  void wakesSleepersByDeadlineThenByArming() throws Exception {
    run(
        () -> {
          for (int millis : new int[] {30, 10, 20, 10}) {
            Greenlets.spawn(
                () -> {
                  Greenlets.sleep(Duration.ofMillis(millis));
                  trail.step(millis + "ms");
                });
          }
          Greenlets.sleep(Duration.ofSeconds(1));
        });
    trail.is("10ms 10ms 20ms 30ms");
  }

  @Test
  void aYieldingLoopDefeatsNeitherTimeoutsNorSleepers() throws Exception {
    Hub.run( // real time: the clock must move while work is ready
        () -> {
          var spinner =
              Greenlets.spawn(
                  () -> {
                    while (true) {
                      Greenlets.yieldNow();
                    }
                  });
          assertThrows(
              TimeoutExpired.class,
              () ->
                  Greenlets.withTimeout(
                      Duration.ofMillis(10),
                      () -> {
                        new Event().waitUntilSet();
                        return null;
                      }));
          assertFalse(spinner.isReady());
        });
  }

  // --- Results

  @Test
  void hasItsBodysValue() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = Greenlets.spawn(() -> "value");
          assertFalse(greenlet.isReady());
          assertTrue(greenlet.isStarted());
          assertNull(greenlet.value());
          assertEquals("value", greenlet.result());
          assertEquals("value", greenlet.get());
          assertEquals("value", greenlet.value());
          assertEquals("value", greenlet.resultNow());
          assertTrue(greenlet.isReady() && greenlet.isSuccessful() && greenlet.isDone());
          assertFalse(greenlet.isCancelled());
          assertEquals(Future.State.SUCCESS, greenlet.state());
          Callable<String> nothing = () -> null;
          assertNull(Greenlets.spawn(nothing).result());
        });
  }

  @Test
  void hasItsBodysFailureUnchangedEveryTime() throws Exception {
    IOException failure = new IOException("checked");
    run(
        () -> {
          Greenlet<String> greenlet =
              Greenlets.spawn(
                  () -> {
                    throw failure;
                  });
          assertSame(failure, assertThrows(IOException.class, greenlet::result));
          assertSame(failure, assertThrows(IOException.class, greenlet::result));
          assertSame(failure, greenlet.exception());
          assertSame(failure, assertThrows(ExecutionException.class, greenlet::get).getCause());
          assertNull(greenlet.value());
          assertTrue(greenlet.isReady());
          assertFalse(greenlet.isSuccessful());
          assertEquals(Future.State.FAILED, greenlet.state());
          greenlet.join();
        });
    assertEquals(List.of(), reports, "the first result() was there to take it");
  }

  @Test
  void aFailureThatNobodyTakesIsReportedOnceWithNameAndSpawnSite() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                      () -> {
                        throw new IllegalStateException("boom");
                      })
                  .named("worker");
          greenlet.join(); // a join takes no failure
          assertTrue(greenlet.spawnSite().contains("GreenletTest.java:"), greenlet.spawnSite());
        });
    assertEquals(1, reports.size());
    assertTrue(
        reports
            .getFirst()
            .matches(
                "worker spawned at .*GreenletTest\\..*\\(GreenletTest.java:\\d+\\)"
                    + " \\| java.lang.IllegalStateException: boom"),
        reports.getFirst());
  }

  @Test
  void spawnSitesOfNamedBodiesAreTheirOwn() throws Exception {
    class Named implements Body {
      @Override
      public void run() {}
    }
    run(
        () -> {
          Body body = new Named();
          Greenlet<?> one = Greenlets.spawn(body);
          Greenlet<?> two = Greenlets.spawn(body);
          assertTrue(one.spawnSite().contains("GreenletTest.java:"));
          assertFalse(one.spawnSite().equals(two.spawnSite()));
        });
  }

  @Test
  void anErrorHandlerThatFailsHarmsNobody() throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withErrorHandler(
                (source, failure) -> {
                  trail.step("told");
                  throw new IllegalStateException("handler");
                }),
        () -> {
          Greenlets.spawn(
              () -> {
                throw new IllegalStateException("boom");
              });
          Greenlets.yieldNow();
          trail.step("on");
        });
    trail.is("told on");
  }

  @Test
  void aWaitForTheResultGivesUpInTimeAndHarmsNobody() throws Exception {
    run(
        () -> {
          Greenlet<String> slow =
              Greenlets.spawn(
                  () -> {
                    Greenlets.sleep(Duration.ofSeconds(5));
                    return "late";
                  });
          assertThrows(TimeoutException.class, () -> slow.result(Duration.ofSeconds(1)));
          assertThrows(TimeoutException.class, () -> slow.get(1, TimeUnit.SECONDS));
          assertThrows(TimeoutException.class, () -> slow.result(Duration.ZERO));
          assertFalse(slow.join(Duration.ofSeconds(1)));
          assertFalse(Greenlets.joinAll(List.of(slow), Duration.ofSeconds(1)));
          assertEquals("late", slow.result());
          assertTrue(Greenlets.joinAll(List.of(slow), Duration.ofSeconds(1)));
        });
  }

  @Test
  void cannotWaitForItself() throws Exception {
    run(
        () -> {
          Greenlet<?>[] self = new Greenlet<?>[1];
          self[0] =
              Greenlets.spawn(
                  () -> {
                    self[0].join();
                  });
          IllegalStateException misuse = assertThrows(IllegalStateException.class, self[0]::result);
          assertTrue(misuse.getMessage().endsWith("cannot wait for its own end"));
        });
  }

  @Test
  void aSubclassOverridesRun() throws Exception {
    class Doubler extends Greenlet<Integer> {
      private final int number;

      Doubler(int number) {
        this.number = number;
      }

      @Override
      protected Integer run() {
        return 2 * number;
      }
    }
    run(
        () -> {
          Doubler doubler = new Doubler(21);
          assertFalse(doubler.isStarted());
          doubler.start();
          doubler.start(); // the second time does nothing
          assertEquals(42, doubler.result());
          doubler.start();
          assertEquals(42, doubler.result());
          class Empty extends Greenlet<String> {}
          Empty empty = new Empty();
          empty.start();
          assertTrue(
              assertThrows(IllegalStateException.class, empty::result)
                  .getMessage()
                  .contains("override run()"));
        });
  }

  @Test
  void aMissingBodyIsRefusedAtTheCall() throws Exception {
    run(() -> assertThrows(NullPointerException.class, () -> Greenlets.spawn((Body) null)));
  }

  // --- Later

  @Test
  void startsLaterAndCountsAsStartedMeanwhile() throws Exception {
    run(
        () -> {
          Greenlet<?> later =
              Greenlets.spawnLater(Duration.ofSeconds(2), () -> trail.step("later"));
          assertTrue(later.isStarted());
          Greenlets.sleep(Duration.ofSeconds(1));
          trail.step("one");
          Greenlets.sleep(Duration.ofSeconds(2));
          assertTrue(later.isReady());
          Greenlet<?> never =
              Greenlets.spawnLater(Duration.ofSeconds(1), () -> trail.step("never"));
          never.kill();
          assertEquals(0, Hub.current().loop().pendingTimers());
          Greenlets.sleep(Duration.ofSeconds(2));
        });
    trail.is("one later");
  }

  // --- Kill

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
    assertEquals(List.of(), reports);
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
        Greenlet<?> victim = Greenlet.spawn(one, GreenletTest::forever);
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
  void killAllSparesThoseThatNeverRanTheirFirstTurn() throws Exception {
    run(
        () -> {
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            all.add(Greenlets.spawn(GreenletTest::forever));
          }
          Greenlets.yieldNow();
          all.add(Greenlets.spawn(() -> trail.step("never")));
          Greenlets.killAll(all);
          assertTrue(all.stream().allMatch(Greenlet::isCancelled));
          Greenlets.killAll(List.of());
        });
    trail.is("");
  }

  @Test
  void cancelIsKillByTheRulesOfFuture() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlets.spawn(GreenletTest::forever);
          Greenlets.yieldNow();
          assertTrue(greenlet.cancel(false));
          greenlet.join();
          assertTrue(greenlet.isCancelled());
          assertFalse(greenlet.cancel(true));
          assertThrows(CancellationException.class, greenlet::get);
          assertEquals(Future.State.CANCELLED, greenlet.state());
        });
  }

  // --- Links

  @Test
  void linksRunInOrderOnceAndMayWait() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = Greenlets.spawn(() -> "x");
          greenlet.link(
              g -> {
                Greenlets.sleep(Duration.ofSeconds(1));
                trail.step("slow:" + g.value());
              });
          greenlet.linkValue(g -> trail.step("value"));
          greenlet.linkException(g -> trail.step("never"));
          greenlet.rawLink(g -> trail.step("raw"));
          Consumer<Greenlet<String>> removed = g -> trail.step("never");
          greenlet.link(removed);
          greenlet.unlink(removed);
          greenlet.unlink(g -> {});
          greenlet.join();
          trail.step("joined");
          greenlet.link(g -> trail.step("late"));
          trail.step("main");
          Greenlets.sleep(Duration.ofSeconds(2));
        });
    trail.is("value raw joined main late slow:x");
  }

  @Test
  void aLinkThatTakesFailuresKeepsTheReportAway() throws Exception {
    run(
        () -> {
          Body fail =
              () -> {
                throw new IllegalStateException("boom");
              };
          Greenlets.spawn(fail)
              .linkException(g -> trail.step("taken:" + g.exception().getMessage()));
          Greenlets.spawn(fail).linkValue(g -> trail.step("never"));
          Greenlets.yieldNow();
          Greenlets.yieldNow();
        });
    trail.is("taken:boom");
    assertEquals(1, reports.size(), "a link for values takes no failure");
  }

  @Test
  void aFailingLinkIsReportedAndTheOthersRun() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlets.spawn(() -> "x");
          greenlet.link(
              g -> {
                throw new IllegalStateException("link");
              });
          greenlet.link(g -> trail.step("second"));
          greenlet.join();
          Greenlets.yieldNow();
        });
    trail.is("second");
    assertEquals(1, reports.size());
  }

  @Test
  void nameIsGivenOrMade() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlets.spawn(() -> Thread.currentThread().getName());
          assertTrue(greenlet.name().matches("Greenlet-\\d+"));
          assertEquals("given", greenlet.named("given").name());
          assertEquals("given", greenlet.toString());
          assertEquals("given", greenlet.result());
        });
  }

  @Test
  void aHundredThousandGreenletsAreAsleepAtOnce() throws Exception {
    run(
        () -> {
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 100_000; i++) {
            all.add(Greenlets.spawn(GreenletTest::forever));
          }
          Greenlets.joinAll(all);
          assertEquals(1, Hub.current().liveGreenlets());
        });
  }
}
