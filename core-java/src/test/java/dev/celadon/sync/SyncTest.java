package dev.celadon.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SyncTest {

  private final Trail trail = new Trail();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  // --- Event

  @Test
  void setThenClearWakesEverybodyWhoWaited() throws Exception {
    run(
        () -> {
          Event event = new Event();
          List<Greenlet<Boolean>> waiters = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            waiters.add(Greenlets.spawn(() -> event.waitUntilSet(Duration.ofDays(1))));
          }
          Greenlets.yieldNow();
          event.set();
          event.clear();
          assertFalse(event.isSet());
          for (Greenlet<Boolean> waiter : waiters) {
            assertTrue(waiter.result());
          }
          assertFalse(event.waitUntilSet(Duration.ofSeconds(1)));
          event.set();
          event.waitUntilSet();
        });
  }

  @Test
  void setKeepsTheTurnAndWakesInOrder() throws Exception {
    run(
        () -> {
          Event event = new Event();
          for (int i = 0; i < 3; i++) {
            int number = i;
            Greenlets.spawn(
                () -> {
                  event.waitUntilSet();
                  trail.step("" + number);
                });
          }
          Greenlets.yieldNow();
          event.set();
          trail.step("setter");
          Greenlets.yieldNow();
        });
    trail.is("setter 0 1 2");
  }

  // --- Semaphore

  @Test
  void aReleasedPermitCannotBeTakenFromTheLongestWaiter() throws Exception {
    run(
        () -> {
          Semaphore semaphore = new Semaphore(1);
          semaphore.acquire();
          for (String name : List.of("a", "b")) {
            Greenlets.spawn(
                () -> {
                  semaphore.acquire();
                  trail.step(name);
                  semaphore.release();
                });
          }
          Greenlets.yieldNow();
          semaphore.release();
          assertFalse(semaphore.tryAcquire(), "it is the waiter's already");
          semaphore.acquire();
          trail.step("main");
          semaphore.release();
          assertEquals(1, semaphore.availablePermits());
        });
    trail.is("a b main");
  }

  @Test
  void releasesMayExceedTheStart() {
    Semaphore semaphore = new Semaphore(0);
    semaphore.release();
    semaphore.release();
    assertEquals(2, semaphore.availablePermits());
    assertEquals(
        "permits must not be negative: -1",
        assertThrows(IllegalArgumentException.class, () -> new Semaphore(-1)).getMessage());
  }

  @Test
  void noPermitIsLostOrDoubledByKillsAndTimeouts() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int permits = 1 + random.nextInt(3);
      Semaphore semaphore = new Semaphore(permits);
      int[] holding = new int[1];
      String message = "seed " + seed;
      run(
          () -> {
            List<Greenlet<?>> workers = new ArrayList<>();
            for (int w = 0; w < 8; w++) {
              workers.add(Greenlets.spawn(() -> work(random, semaphore, holding, permits)));
            }
            for (int k = 0; k < 20; k++) {
              Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
              Greenlet<?> victim = workers.get(random.nextInt(workers.size()));
              victim.killAsync();
              workers.add(Greenlets.spawn(() -> work(random, semaphore, holding, permits)));
            }
            Greenlets.joinAll(workers);
            assertTrue(workers.stream().allMatch(Greenlet::isSuccessful), message);
            assertEquals(permits, semaphore.availablePermits(), message);
            assertEquals(0, holding[0], message);
            assertEquals(0, Hub.current().loop().pendingTimers(), message);
          });
    }
  }

  private static void work(Random random, Semaphore semaphore, int[] holding, int permits) {
    for (int i = 0; i < 5; i++) {
      boolean taken = semaphore.acquire(Duration.ofNanos(random.nextInt(30)));
      if (taken) {
        try {
          assertTrue(++holding[0] <= permits);
          Greenlets.sleep(Duration.ofNanos(random.nextInt(10)));
        } finally {
          holding[0]--;
          semaphore.release();
        }
      }
    }
  }

  @Test
  void guardsASectionAcrossThreadsAndHubs() throws Exception {
    Semaphore semaphore = new Semaphore(1);
    int[] counter = new int[1];
    Body increments =
        () -> {
          for (int i = 0; i < 1_000; i++) {
            semaphore.acquire();
            counter[0]++; // plain on purpose
            semaphore.release();
          }
        };
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      List<Greenlet<?>> greenlets = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        greenlets.add(Greenlet.spawn(one, increments));
        greenlets.add(Greenlet.spawn(two, increments));
      }
      List<Thread> threads =
          List.of(
              Thread.ofPlatform().start(() -> quietly(increments)),
              Thread.startVirtualThread(() -> quietly(increments)));
      for (Greenlet<?> greenlet : greenlets) {
        greenlet.result();
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertEquals(8_000, counter[0]);
    assertEquals(1, semaphore.availablePermits());
  }

  private static void quietly(Body body) {
    try {
      body.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  // --- AsyncResult

  @Test
  void aResultGoesToEverybodyAndStays() throws Exception {
    run(
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          assertFalse(result.isReady());
          List<Greenlet<String>> getters = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            getters.add(Greenlets.spawn(() -> result.result()));
          }
          Greenlets.yieldNow();
          result.set("first");
          result.set("second"); // gevent's way: no guard, the getters see the last
          for (Greenlet<String> getter : getters) {
            assertEquals("second", getter.result());
          }
          assertFalse(result.trySet("third"));
          assertFalse(result.tryFail(new IOException()));
          assertEquals("second", result.result());
          assertTrue(result.isSuccessful());
        });
  }

  @Test
  void aFailedResultThrowsItsFailureUnchanged() throws Exception {
    run(
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          IOException failure = new IOException("no");
          assertTrue(result.tryFail(failure));
          assertSame(failure, assertThrows(IOException.class, result::result));
          assertTrue(result.waitUntilReady(Duration.ZERO));
          assertFalse(result.isSuccessful());
          assertSame(failure, result.exception());
        });
  }
}
