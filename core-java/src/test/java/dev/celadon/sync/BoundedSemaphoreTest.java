package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundedSemaphoreTest {

  @Test
  void aReleaseAtTheBoundThrowsAndChangesNothing() {
    BoundedSemaphore semaphore = new BoundedSemaphore(2);
    semaphore.acquire();
    semaphore.release();
    IllegalStateException refused = assertThrows(IllegalStateException.class, semaphore::release);
    assertEquals(
        "BoundedSemaphore[permits=2 of 2] was released more often than acquired: all of its 2"
            + " permits are free; release once for each acquire that got one",
        refused.getMessage());
    assertEquals(2, semaphore.availablePermits());
  }

  @Test
  void aSemaphoreWithoutPermitsIsNeverReleased() throws Exception {
    inVirtualTime(
        () -> {
          BoundedSemaphore semaphore = new BoundedSemaphore(0);
          assertTrue(semaphore.isLocked());
          Greenlet<Boolean> waiter =
              Greenlets.spawn(() -> semaphore.acquire(Duration.ofSeconds(1)));
          Greenlets.yieldNow();
          assertThrows(IllegalStateException.class, semaphore::release);
          assertFalse(waiter.result());
          assertThrows(IllegalArgumentException.class, () -> new BoundedSemaphore(-1));
        });
  }

  @Test
  void aReleaseToAWaiterIsWithinTheBound() throws Exception {
    inVirtualTime(
        () -> {
          BoundedSemaphore semaphore = new BoundedSemaphore();
          semaphore.acquire();
          Greenlet<Boolean> waiter =
              Greenlets.spawn(() -> semaphore.acquire(Duration.ofSeconds(1)));
          Greenlets.yieldNow();
          semaphore.release();
          assertTrue(waiter.result());
          assertEquals(0, semaphore.availablePermits());
          semaphore.release();
          assertThrows(IllegalStateException.class, semaphore::release);
        });
  }

  @Test
  void noPermitIsLostOrDoubledInAnyOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final BoundedSemaphore semaphore = new BoundedSemaphore(1);
              int holding;

              @Override
              public void work(Random random) {
                if (semaphore.acquire(Chaos.nanos(random, 30))) {
                  try {
                    assertEquals(1, ++holding);
                    Greenlets.sleep(Chaos.nanos(random, 10));
                  } finally {
                    holding--;
                    semaphore.release();
                  }
                }
              }

              @Override
              public void check() {
                assertEquals(1, semaphore.availablePermits());
                assertEquals(0, semaphore.waiting());
              }
            });
  }
}
