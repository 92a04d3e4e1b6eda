package dev.celadon.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
}
