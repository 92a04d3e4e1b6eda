package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class GreenletTest extends VirtualTimeTest {

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
  void answersTheQuestionsOfFutureInEveryState() throws Exception {
    run(
        () -> {
          Greenlet<String> good = after(1, "good");
          Greenlet<String> bad = failingAfter(1, "bad");
          Greenlet<String> killed = after(1, "killed");
          for (Greenlet<String> running : List.of(good, bad, killed)) {
            assertEquals(Future.State.RUNNING, running.state());
            assertThrows(IllegalStateException.class, running::resultNow);
            assertThrows(IllegalStateException.class, running::exceptionNow);
            assertFalse(running.isDone() || running.isCancelled() || running.isSuccessful());
            assertThrows(TimeoutException.class, () -> running.get(0, TimeUnit.SECONDS));
          }
          killed.kill();
          sleepSeconds(2);
          assertEquals("good", good.resultNow());
          assertThrows(IllegalStateException.class, good::exceptionNow);
          assertSame(bad.exception(), bad.exceptionNow());
          assertThrows(IllegalStateException.class, bad::resultNow);
          assertThrows(IllegalStateException.class, killed::resultNow);
          assertThrows(IllegalStateException.class, killed::exceptionNow);
          assertEquals(Future.State.SUCCESS, good.state());
          assertEquals(Future.State.FAILED, bad.state());
          assertEquals(Future.State.CANCELLED, killed.state());
          for (Greenlet<String> over : List.of(good, bad, killed)) {
            assertTrue(over.isDone() && over.isReady() && !over.isStarted());
          }
          Hub.current()
              .runCallback( // nobody waits for what is over, so even a callback may ask
                  () -> {
                    good.join();
                    trail.step(good.result() + good.resultNow() + good.state());
                  });
          Greenlets.yieldNow();
          Thread.currentThread().interrupt();
          assertEquals("good", good.get(), "an interrupt is for waits");
          assertTrue(Thread.interrupted());
        });
    trail.is("goodgoodSUCCESS");
  }

  @Test
  void waitsForOneEndComeFromEverywhere() throws Exception {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      for (int round = 0; round < 100; round++) {
        Greenlet<String> target =
            Greenlet.spawn(
                one,
                () -> {
                  Greenlets.yieldNow();
                  return "x";
                });
        java.util.concurrent.CountDownLatch linked = new java.util.concurrent.CountDownLatch(2);
        target.link(_ -> linked.countDown());
        target.rawLink(_ -> linked.countDown());
        List<Greenlet<String>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          waiters.add(Greenlet.spawn(i % 2 == 0 ? one : two, () -> target.result()));
        }
        assertEquals("x", target.result());
        for (Greenlet<String> waiter : waiters) {
          assertEquals("x", waiter.result());
        }
        linked.await();
      }
    }
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
          assertTrue(misuse.getMessage().contains("cannot wait for its own end"));
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

  // --- Names

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
            all.add(Greenlets.spawn(VirtualTimeTest::forever));
          }
          Greenlets.joinAll(all);
          assertEquals(1, Hub.current().liveGreenlets());
        });
  }
}
