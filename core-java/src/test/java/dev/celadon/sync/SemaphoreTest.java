package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SemaphoreTest {

  private final Trail trail = new Trail();

  private Greenlet<?> spawnTaker(Semaphore semaphore, String name) {
    return Greenlets.spawn(
        () -> {
          semaphore.acquire();
          trail.step(name);
        });
  }

  private Greenlet<?> spawnLooker(Semaphore semaphore, String name) {
    return Greenlets.spawn(
        () -> {
          semaphore.waitUntilFree();
          trail.step(name);
        });
  }

  @Test
  void threeReleasesServeThreeWaitersInOrder() throws Exception {
    inVirtualTime(
        () -> {
          Semaphore semaphore = new Semaphore(0);
          List<Greenlet<?>> takers =
              List.of(
                  spawnTaker(semaphore, "a"),
                  spawnTaker(semaphore, "b"),
                  spawnTaker(semaphore, "c"));
          Greenlets.yieldNow();
          assertEquals(3, semaphore.waiting());
          semaphore.release();
          semaphore.release();
          semaphore.release();
          trail.step("releaser");
          Greenlets.joinAll(takers);
          assertEquals(0, semaphore.availablePermits());
        });
    trail.is("releaser a b c");
  }

  @Test
  void aReleasedPermitCannotBeTakenFromTheLongestWaiter() throws Exception {
    inVirtualTime(
        () -> {
          Semaphore semaphore = new Semaphore();
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
  void aWaiterKilledAfterTheReleaseHasThePermitAndGivesItBack() throws Exception {
    inVirtualTime(
        () -> {
          Semaphore semaphore = new Semaphore(0);
          Greenlet<?> victim =
              Greenlets.spawn(
                  () -> {
                    semaphore.acquire();
                    try {
                      trail.step("victim");
                      Greenlets.yieldNow();
                      trail.step("never");
                    } finally {
                      semaphore.release();
                    }
                  });
          Greenlet<?> next = spawnTaker(semaphore, "next");
          Greenlets.yieldNow();
          semaphore.release();
          victim.killAsync();
          Greenlets.joinAll(victim, next);
          assertEquals(0, semaphore.availablePermits());
          semaphore.release();
          assertEquals(1, semaphore.availablePermits(), "one in all");
        });
    trail.is("victim next");
  }

  @Test
  void releasesMayExceedTheStart() {
    Semaphore semaphore = new Semaphore(0);
    assertTrue(semaphore.isLocked());
    semaphore.release();
    semaphore.release();
    assertEquals(2, semaphore.availablePermits());
    assertFalse(semaphore.isLocked());
    assertEquals("Semaphore[permits=2]", semaphore.toString());
    assertEquals(
        "permits must not be negative: -1; with 0 the first acquire waits for a release",
        assertThrows(IllegalArgumentException.class, () -> new Semaphore(-1)).getMessage());
  }

  @Test
  void asManyPermitsAsThereAreNumbersNeverRefuse() {
    Semaphore endless = new Semaphore(Integer.MAX_VALUE);
    for (int i = 0; i < 1_000; i++) {
      assertTrue(endless.tryAcquire());
    }
    for (int i = 0; i < 1_000; i++) {
      endless.release();
    }
    assertThrows(IllegalStateException.class, endless::release);
    assertEquals(Integer.MAX_VALUE, endless.availablePermits());
  }

  @Test
  void aLookerSeesAPermitAndPassesItOn() throws Exception {
    inVirtualTime(
        () -> {
          Semaphore semaphore = new Semaphore(0);
          List<Greenlet<?>> all =
              List.of(
                  spawnLooker(semaphore, "look1"),
                  spawnTaker(semaphore, "take1"),
                  spawnLooker(semaphore, "look2"),
                  spawnTaker(semaphore, "take2"),
                  spawnLooker(semaphore, "look3"));
          Greenlets.yieldNow();
          semaphore.release();
          assertFalse(semaphore.isReady(), "the permit is taken");
          Greenlets.yieldNow();
          trail.step("|");
          semaphore.release();
          Greenlets.yieldNow();
          trail.step("|");
          semaphore.release();
          assertTrue(semaphore.isReady(), "the last one only looked");
          Greenlets.joinAll(all);
          assertEquals(1, semaphore.availablePermits());
          semaphore.waitUntilFree();
          assertTrue(semaphore.waitUntilFree(Duration.ZERO));
          assertEquals(1, semaphore.availablePermits(), "looking takes nothing");
        });
    trail.is("look1 take1 | look2 take2 | look3");
  }

  @Test
  void aKilledLookerIsPassedOver() throws Exception {
    inVirtualTime(
        () -> {
          Semaphore semaphore = new Semaphore(0);
          Greenlet<?> victim = spawnLooker(semaphore, "never");
          Greenlet<?> next = spawnTaker(semaphore, "next");
          Greenlets.yieldNow();
          victim.killAsync();
          semaphore.release();
          next.join();
          assertEquals(0, semaphore.availablePermits());
          assertEquals(0, semaphore.waiting());
        });
    trail.is("next");
  }

  @Test
  void waitersOfOthersLookOrTake() {
    Semaphore semaphore = new Semaphore(0);
    Waiter looker = new Waiter(() -> {});
    Waiter taker = new Waiter(() -> {});
    looker.carry("anything");
    assertTrue(semaphore.register(looker));
    assertTrue(semaphore.registerAcquire(taker));
    semaphore.release();
    assertTrue(looker.isGranted());
    assertTrue(taker.isGranted());
    assertEquals(0, semaphore.availablePermits());

    semaphore.release();
    assertFalse(semaphore.register(new Waiter(() -> {})), "ready");
    assertFalse(semaphore.registerAcquire(new Waiter(() -> {})), "taken at once");
    assertEquals(0, semaphore.availablePermits());

    Waiter gone = new Waiter(() -> {});
    assertTrue(semaphore.registerAcquire(gone));
    assertTrue(gone.cancel());
    semaphore.unregister(gone);
    assertEquals(0, semaphore.waiting());
  }

  @Test
  void noPermitIsLostOrDoubledInAnyOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final Semaphore semaphore = new Semaphore(2);
              int holding;

              @Override
              public void work(Random random) {
                if (random.nextInt(4) == 0) {
                  semaphore.waitUntilFree(Chaos.nanos(random, 30));
                } else if (semaphore.acquire(Chaos.nanos(random, 30))) {
                  try {
                    assertTrue(++holding <= 2);
                    Greenlets.sleep(Chaos.nanos(random, 10));
                  } finally {
                    holding--;
                    semaphore.release();
                  }
                }
              }

              @Override
              public void check() {
                assertEquals(2, semaphore.availablePermits());
                assertEquals(0, semaphore.waiting());
                assertEquals(0, holding);
              }
            });
  }

  @Test
  void guardsASectionAcrossThreadsAndHubs() throws Exception {
    Semaphore semaphore = new Semaphore(1);
    int[] counter = new int[1];
    Chaos.everywhere(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            if (i % 10 == 0) {
              semaphore.waitUntilFree();
            }
            semaphore.acquire();
            counter[0]++; // plain on purpose
            semaphore.release();
          }
        });
    assertEquals(9_000, counter[0]);
    assertEquals(1, semaphore.availablePermits());
  }
}
