package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Shield;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.LoopExit;
import dev.celadon.hub.Waiter;
import dev.celadon.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@SuppressWarnings({
  "LockNotBeforeTry",
  "WaitNotInLoop",
  "JavaUtilDate"
}) // a failed test needs no unlock
class ConditionTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final Trail trail = new Trail();

  private Greenlet<?> waiter(Condition condition, String name) {
    return Greenlets.spawn(
        () -> {
          condition.lock().acquire();
          try {
            condition.waitUntilSignalled();
            trail.step(name);
          } finally {
            condition.lock().release();
          }
        });
  }

  @Test
  void aSignalGoesToTheLongestWaiterWhichHasTheLockWhenItGoesOn() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          waiter(condition, "a");
          waiter(condition, "b");
          Greenlet<?> last = waiter(condition, "c");
          Greenlets.yieldNow();
          condition.lock().acquire();
          assertEquals(3, condition.waiting());
          condition.signal();
          Greenlets.yieldNow();
          trail.step("signalled");
          condition.lock().release();
          Greenlets.yieldNow();
          trail.step("|");
          condition.lock().acquire();
          condition.signalAll();
          condition.lock().release();
          last.join();
          assertFalse(condition.lock().isLocked());
        });
    trail.is("signalled a | b c");
  }

  @Test
  void everyCallNeedsTheLock() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          assertThrows(IllegalMonitorStateException.class, condition::signal);
          assertThrows(IllegalMonitorStateException.class, condition::signalAll);
          assertThrows(IllegalMonitorStateException.class, condition::waitUntilSignalled);
          assertThrows(IllegalMonitorStateException.class, () -> condition.waitUntil(() -> true));
          assertEquals("Condition[0 waiting, RLock[free]]", condition.toString());
        });
  }

  @Test
  void aWaitGivesAwayALockHeldTwiceAndHasItBackTwice() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Condition condition = new Condition(lock);
          assertSame(lock, condition.lock());
          Greenlets.spawn(
              () -> {
                lock.acquire();
                condition.signal();
                Greenlets.sleep(Duration.ofSeconds(1));
                lock.release();
              });
          lock.acquire();
          lock.acquire();
          assertTrue(condition.waitUntilSignalled(DAY));
          assertEquals(2, lock.holdCount());
          assertFalse(condition.waitUntilSignalled(Duration.ofSeconds(1)));
          assertEquals(2, lock.holdCount());
        });
  }

  @Test
  void waitUntilLooksAgainAfterEachSignalAndWithinItsTime() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          int[] value = new int[1];
          Greenlet<Boolean> waiter =
              Greenlets.spawn(
                  () -> {
                    condition.lock().acquire();
                    try {
                      return condition.waitUntil(() -> value[0] == 3, Duration.ofSeconds(10));
                    } finally {
                      condition.lock().release();
                    }
                  });
          Greenlet<Boolean> late =
              Greenlets.spawn(
                  () -> {
                    condition.lock().acquire();
                    boolean seen = condition.waitUntil(() -> value[0] == 4, Duration.ofSeconds(9));
                    trail.step("late");
                    condition.lock().release();
                    return seen;
                  });
          for (int i = 0; i < 3; i++) {
            Greenlets.sleep(Duration.ofSeconds(2));
            condition.lock().acquire();
            value[0]++;
            condition.signalAll();
            condition.lock().release();
          }
          assertTrue(waiter.result());
          Greenlets.sleep(Duration.ofMillis(2_999));
          trail.step("soon");
          assertFalse(late.result());
        });
    trail.is("soon late");
  }

  @Test
  void aKilledWaiterLeavesWithTheLockAndTakesNoSignal() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          Greenlet<?> victim =
              Greenlets.spawn(
                  () -> {
                    condition.lock().acquire();
                    try {
                      condition.waitUntilSignalled();
                    } catch (GreenletExit exit) {
                      trail.step("killed:" + condition.lock().holdCount());
                      throw exit;
                    } finally {
                      condition.lock().release();
                    }
                  });
          Greenlet<?> next = waiter(condition, "next");
          Greenlets.yieldNow();
          condition.lock().acquire();
          victim.killAsync();
          condition.signal();
          Greenlets.yieldNow();
          trail.step("held");
          condition.lock().release();
          next.join();
          assertTrue(victim.isCancelled());
        });
    trail.is("held killed:1 next");
  }

  @Test
  void aKillWhileInLineForTheLockArrivesAtTheNextSwitchPoint() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          Greenlet<?> victim =
              Greenlets.spawn(
                  () -> {
                    condition.lock().acquire();
                    try {
                      condition.waitUntilSignalled();
                      trail.step("signalled:" + condition.lock().holdCount());
                      Greenlets.yieldNow();
                      trail.step("never");
                    } finally {
                      condition.lock().release();
                    }
                  });
          Greenlets.yieldNow();
          condition.lock().acquire();
          condition.signal();
          Greenlets.yieldNow(); // it stands in line for the lock
          victim.killAsync();
          Greenlets.yieldNow();
          assertFalse(victim.isReady());
          trail.step("held");
          condition.lock().release();
          victim.join();
          assertTrue(victim.isCancelled());
          assertFalse(condition.lock().isLocked());
        });
    trail.is("held signalled:1");
  }

  @Test
  void aLockThatNeverComesBackEndsTheProgram() {
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Simulation.run(
                    1,
                    () -> {
                      Condition condition = new Condition();
                      Greenlets.spawn(
                          () -> {
                            condition.lock().acquire();
                            condition.signal();
                          });
                      condition.lock().acquire();
                      condition.waitUntilSignalled();
                    }));
    assertInstanceOf(LoopExit.class, error.getCause());
    assertTrue(
        error.getCause().getMessage().contains("RLock[held by"), error.getCause().toString());
    assertTrue(error.getCause().getMessage().contains("has ended"));
  }

  @Test
  void anInterruptLeavesWithTheLock() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          Greenlet<Integer> waiter =
              Greenlets.spawn(
                  () -> {
                    condition.lock().acquire();
                    assertThrows(InterruptedWaitException.class, condition::waitUntilSignalled);
                    assertTrue(Thread.interrupted());
                    return condition.lock().holdCount();
                  });
          Greenlets.yieldNow();
          condition.lock().acquire();
          waiter.thread().interrupt();
          Greenlets.yieldNow();
          condition.lock().release();
          assertEquals(1, waiter.result());
        });
  }

  @Test
  void theFaceOfJavaUtilConcurrentKeepsItsRules() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          var condition = lock.newCondition();
          assertThrows(IllegalMonitorStateException.class, condition::signal);
          lock.lock();
          assertTrue(condition.awaitNanos(1_000) <= 0);
          assertFalse(condition.await(1, TimeUnit.SECONDS));
          assertThrows(
              UnsupportedOperationException.class, () -> condition.awaitUntil(new Date(0)));
          Thread.currentThread().interrupt();
          assertThrows(InterruptedException.class, condition::await);
          assertFalse(Thread.currentThread().isInterrupted());
          Greenlets.spawnLater(
              Duration.ofSeconds(1),
              () -> {
                lock.lock();
                condition.signalAll();
                lock.unlock();
              });
          assertTrue(condition.awaitNanos(TimeUnit.SECONDS.toNanos(5)) > 3_000_000_000L);
          assertEquals(1, lock.holdCount());
        });
  }

  @Test
  void anUninterruptibleWaitKeepsTheStatusForLater() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          var condition = lock.newCondition();
          boolean[] flag = new boolean[1];
          Greenlet<Boolean> waiter =
              Greenlets.spawn(
                  () -> {
                    lock.lock();
                    while (!flag[0]) {
                      condition.awaitUninterruptibly();
                    }
                    lock.unlock();
                    return Thread.interrupted();
                  });
          Greenlets.yieldNow();
          waiter.thread().interrupt();
          Greenlets.sleep(Duration.ofSeconds(1));
          lock.lock();
          flag[0] = true;
          condition.signal();
          lock.unlock();
          assertTrue(waiter.result());
        });
  }

  @Test
  void everyItemIsTakenOnceInEveryOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final Condition changed = new Condition();
              final ArrayDeque<Integer> items = new ArrayDeque<>();
              int made;
              int taken;

              @Override
              public void work(Random random) {
                changed.lock().acquire();
                try {
                  if (random.nextBoolean()) {
                    items.add(made++);
                    changed.signalAll();
                  } else if (changed.waitUntil(() -> !items.isEmpty(), Chaos.nanos(random, 30))) {
                    items.remove();
                    taken++;
                  }
                  assertEquals(1, changed.lock().holdCount());
                } finally {
                  assertTrue(changed.lock().isHeldByCurrent());
                  changed.lock().release();
                }
              }

              @Override
              public void check() {
                assertEquals(made, taken + items.size());
                assertEquals(0, changed.waiting());
                assertFalse(changed.lock().isLocked());
              }
            });
  }

  @Test
  void threadsAndGreenletsTakeTurns() throws Exception {
    Condition turn = new Condition();
    int[] next = new int[1];
    AtomicInteger numbers = new AtomicInteger();
    Chaos.everywhere(
        () -> {
          int mine = numbers.getAndIncrement();
          for (int i = 0; i < 100; i++) {
            turn.lock().acquire();
            turn.waitUntil(() -> next[0] % 9 == mine);
            next[0]++;
            turn.signalAll();
            turn.lock().release();
          }
        });
    assertEquals(900, next[0]);
  }

  @Test
  void aTimeoutInsideAShieldThatComesInTheLineForTheLockArrivesInsideOfIt() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          Greenlet<?> shielded =
              Greenlets.spawn(
                  () -> {
                    condition.lock().acquire();
                    try (var _ = Shield.open();
                        Timeout _ = Timeout.start(Duration.ofSeconds(1))) {
                      condition.waitUntilSignalled();
                      assertThrows(TimeoutExpired.class, () -> Greenlets.sleep(DAY));
                      trail.step("expired");
                    } finally {
                      condition.lock().release();
                    }
                  });
          Greenlets.yieldNow();
          condition.lock().acquire();
          condition.signal();
          Greenlets.sleep(Duration.ofSeconds(2));
          condition.lock().release();
          shielded.result();
          trail.is("expired");
        });
  }

  // --- Guests of the lock: parties that are neither greenlets nor threads

  @Test
  void aGuestWaitsForASignalAndGivesOne() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          RLock lock = condition.lock();
          Waiter holder = new Waiter(() -> {});
          assertFalse(lock.registerAcquire(holder));
          Waiter signal = new Waiter(() -> trail.step("signalled"));
          condition.register(holder, signal);
          assertFalse(lock.isLocked());
          assertEquals(1, condition.waiting());
          lock.acquire();
          condition.signal();
          lock.release();
          trail.is("signalled");
          assertTrue(signal.isGranted());
          Greenlet<?> one = waiter(condition, "one");
          Greenlet<?> two = waiter(condition, "two");
          Greenlet<?> three = waiter(condition, "three");
          Greenlets.yieldNow();
          Waiter again = new Waiter(() -> {});
          assertFalse(lock.registerAcquire(again));
          condition.signalFor(again);
          condition.signalAllFor(again);
          lock.releaseFor(again);
          Greenlets.joinAll(one, two, three);
          trail.is("signalled one two three");
        });
  }

  @Test
  void aGuestMustHoldTheLock() throws Exception {
    inVirtualTime(
        () -> {
          Condition condition = new Condition();
          Waiter stranger = new Waiter(() -> {});
          Waiter signal = new Waiter(() -> {});
          assertThrows(
              IllegalMonitorStateException.class, () -> condition.register(stranger, signal));
          assertThrows(IllegalMonitorStateException.class, () -> condition.signalFor(stranger));
          assertThrows(IllegalMonitorStateException.class, () -> condition.signalAllFor(stranger));
          assertEquals(0, condition.waiting());
        });
  }
}
