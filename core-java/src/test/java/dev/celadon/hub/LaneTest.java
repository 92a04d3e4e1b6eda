package dev.celadon.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.loop.Clock;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class LaneTest {

  private final Trail trail = new Trail();

  private void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  @Test
  void callbacksAndGreenletsShareOneOrder() throws Exception {
    run(
        () -> {
          Hub hub = Hub.current();
          Greenlets.spawn(() -> trail.step("g1"));
          hub.runCallback(
              () -> {
                trail.step("c1");
                hub.runCallback(() -> trail.step("c4"));
              });
          hub.runCallback(() -> trail.step("c2"));
          Greenlets.spawn(() -> trail.step("g2"));
          hub.runCallback(() -> trail.step("c3"));
          Greenlets.yieldNow();
          trail.step("main");
          Greenlets.yieldNow();
        });
    trail.is("g1 c1 c2 g2 c3 main c4");
  }

  @Test
  void timedCallbacksAndSleepersFireInArmingOrder() throws Exception {
    run(
        () -> {
          Hub hub = Hub.current();
          long second = 1_000_000_000L;
          Greenlets.spawn(
              () -> {
                Greenlets.sleep(Duration.ofSeconds(1));
                trail.step("sleeper1");
              });
          Greenlets.yieldNow();
          hub.runCallbackLater(second, () -> trail.step("callback"));
          LaneTimer cancelled = hub.runCallbackLater(second, () -> trail.step("never"));
          Greenlets.spawn(
              () -> {
                Greenlets.sleep(Duration.ofSeconds(1));
                trail.step("sleeper2");
              });
          Greenlets.yieldNow();
          cancelled.cancel();
          assertEquals(3, hub.loop().pendingTimers());
          Greenlets.sleep(Duration.ofSeconds(2));
        });
    trail.is("sleeper1 callback sleeper2");
  }

  @Test
  void aCallbackMustNotWaitInACallOfCeladon() throws Exception {
    List<Body> waits =
        List.of(
            () -> Greenlets.sleep(Duration.ofMillis(1)),
            Greenlets::yieldNow,
            () -> new Event().waitUntilSet(),
            () -> new Semaphore(0).acquire(),
            () -> Timeout.start(Duration.ofSeconds(1)));
    run(
        () -> {
          Hub hub = Hub.current();
          List<Throwable> thrown = new ArrayList<>();
          for (Body wait : waits) {
            hub.runCallback(() -> thrown.add(assertThrows(BlockingSwitchOut.class, wait::run)));
          }
          Greenlets.yieldNow();
          assertEquals(waits.size(), thrown.size());
          assertTrue(thrown.getFirst().getMessage().contains("spawn a greenlet"));
        });
  }

  @Test
  void aFailingCallbackIsReportedAndTheNextOnesRun() throws Exception {
    List<String> reports = new ArrayList<>();
    Hub.run(
        HubOptions.defaults()
            .withName("noisy")
            .withErrorHandler(
                (source, failure) -> reports.add(source + ": " + failure.getMessage())),
        () -> {
          Hub.current()
              .runCallback(
                  () -> {
                    throw new IllegalStateException("boom");
                  });
          Hub.current().runCallback(() -> trail.step("next"));
          Greenlets.yieldNow();
        });
    trail.is("next");
    assertEquals(List.of("a callback of Hub[noisy]: boom"), reports);
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void aLockHeldByAParkedGreenletStopsTheLaneButNotTheHub() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    run(
        () -> {
          Hub hub = Hub.current();
          Event letGo = new Event();
          Greenlet<?> holder =
              Greenlets.spawn(
                  () -> {
                    lock.lock();
                    try {
                      letGo.waitUntilSet();
                    } finally {
                      lock.unlock();
                    }
                  });
          Greenlets.yieldNow();
          hub.runCallback(
              () -> {
                lock.lock();
                try {
                  trail.step("locked");
                } finally {
                  lock.unlock();
                }
              });
          hub.runCallback(() -> trail.step("behind"));
          Greenlets.yieldNow();
          Greenlets.spawn(() -> trail.step("others-run"));
          Greenlets.yieldNow();
          hub.runCallback(() -> trail.step("last"));
          letGo.set();
          holder.join();
          for (int i = 0; i < 5; i++) {
            Greenlets.yieldNow();
          }
        });
    trail.is("others-run locked behind last");
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  void aMonitorHeldByAParkedGreenletDoesNotStopTheHubEither() throws Exception {
    Object monitor = new Object();
    Hub.run(
        () -> {
          Event letGo = new Event();
          Event done = new Event();
          Greenlets.spawn(
              () -> {
                synchronized (monitor) {
                  letGo.waitUntilSet();
                }
              });
          Greenlets.yieldNow();
          Greenlets.spawn(
              () -> {
                synchronized (monitor) {
                  trail.step("greenlet");
                }
                done.set();
              });
          Greenlets.yieldNow();
          trail.step("main");
          letGo.set();
          done.waitUntilSet();
        });
    trail.is("main greenlet");
  }

  @Test
  void theLaneIsAlwaysTheSameThread() throws Exception {
    run(
        () -> {
          Hub hub = Hub.current();
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            hub.runCallback(
                () -> {
                  assertTrue(hub.inLane());
                  threads.add(Thread.currentThread());
                });
            Greenlets.yieldNow();
          }
          assertFalse(hub.inLane());
          assertEquals(1, threads.stream().distinct().count());
          assertEquals(3, threads.size());
        });
  }

  @Test
  void anInterruptOfACallbackEndsWithIt() throws Exception {
    run(
        () -> {
          Hub hub = Hub.current();
          hub.runCallback(() -> Thread.currentThread().interrupt());
          hub.runCallback(() -> trail.step("" + Thread.currentThread().isInterrupted()));
          Greenlets.yieldNow();
        });
    trail.is("false");
  }

  @Test
  void callbacksFromOtherThreadsAllRunInTheirOrder() throws Exception {
    try (Hub hub = Hub.start("lane")) {
      int[] next = new int[1];
      for (int i = 0; i < 10_000; i++) {
        int number = i;
        hub.runCallback(() -> assertEquals(number, next[0]++));
      }
      assertEquals(10_000, Greenlet.spawn(hub, () -> next[0]).result());
    }
  }

  /** Time that passes only when a callback says so. */
  private static final class HandClock implements Clock {
    private final AtomicLong now = new AtomicLong();

    void pass(long nanos) {
      now.addAndGet(nanos);
    }

    @Override
    public long nanoTime() {
      return now.get();
    }

    @Override
    public boolean jumpTo(long deadlineNanos) {
      now.set(deadlineNanos);
      return true;
    }
  }

  @Test
  void callbacksDoNotKeepTimersWaiting() throws Exception {
    HandClock clock = new HandClock();
    int[] ran = new int[1];
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          Hub hub = Hub.current();
          for (int i = 0; i < 1_000; i++) {
            hub.runCallback(
                () -> {
                  ran[0]++;
                  clock.pass(1_000_000);
                });
          }
          Greenlets.sleep(Duration.ofMillis(10));
          assertTrue(ran[0] < 40, ran[0] + " callbacks of 1 ms ran before a 10 ms sleeper");
        });
  }

  @Test
  @DirectModeOnly("a wait of the JDK gives the turn back")
  @SuppressWarnings("LockNotBeforeTry") // held while others are lined up
  void theBacklogOfABlockedLaneDoesNotKeepTimersWaiting() throws Exception {
    HandClock clock = new HandClock();
    ReentrantLock lock = new ReentrantLock();
    int[] ran = new int[1];
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          Hub hub = Hub.current();
          lock.lock();
          hub.runCallback(
              () -> {
                lock.lock();
                try {
                  trail.step("locked");
                } finally {
                  lock.unlock();
                }
              });
          Greenlets.yieldNow();
          for (int i = 0; i < 1_000; i++) {
            hub.runCallback(
                () -> {
                  ran[0]++;
                  clock.pass(1_000_000);
                });
          }
          Greenlets.yieldNow(); // all of them are in the backlog
          lock.unlock();
          Greenlets.sleep(Duration.ofMillis(10));
          trail.step("slept");
          assertTrue(ran[0] < 40, ran[0] + " callbacks of 1 ms ran before a 10 ms sleeper");
        });
    trail.is("locked slept");
  }

  @Test
  void anInterruptOfTheIdleLaneHarmsNobody() throws Exception {
    Thread[] lane = new Thread[1];
    try (Hub hub = Hub.start("lane")) {
      hub.runCallback(() -> lane[0] = Thread.currentThread());
      Greenlet.spawn(hub, () -> trail.step("first")).join();
      lane[0].interrupt();
      hub.runCallback(() -> trail.step("interrupted=" + Thread.currentThread().isInterrupted()));
      Greenlet.spawn(hub, () -> trail.step("second")).join();
      trail.is("first interrupted=false second");
    }
  }

  @Test
  void nothingCanBeThrownIntoTheLane() throws Exception {
    run(
        () -> {
          Strand[] lane = new Strand[1];
          Hub.current().runCallback(() -> lane[0] = Strand.current());
          Greenlets.yieldNow();
          assertThrows(
              UnsupportedOperationException.class, () -> lane[0].throwIn(new GreenletExit()));
        });
  }
}
