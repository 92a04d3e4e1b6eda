package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // a failed test needs no unlock
class RLockTest {

  private final Trail trail = new Trail();

  /** A greenlet that has the lock until the event is set. */
  private static Greenlet<?> holder(RLock lock, Event end) {
    Greenlet<?> holder =
        Greenlets.spawn(
            () -> {
              lock.acquire();
              end.waitUntilSet();
              lock.release();
            });
    Greenlets.yieldNow();
    return holder;
  }

  @Test
  void anotherGreenletNeitherTakesNorReleasesALockHeldTwice() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          lock.acquire();
          lock.acquire();
          assertEquals(2, lock.holdCount());
          Greenlet<?> other =
              Greenlets.spawn(
                      () -> {
                        assertFalse(lock.acquire(Duration.ofMillis(1)));
                        assertFalse(lock.tryLock());
                        assertEquals(0, lock.holdCount());
                        IllegalMonitorStateException refused =
                            assertThrows(IllegalMonitorStateException.class, lock::release);
                        assertEquals(
                            "other must hold the lock to release it, but this is RLock[held by "
                                + lock.owner()
                                + "]",
                            refused.getMessage());
                      })
                  .named("other");
          other.result();
          lock.release();
          assertTrue(lock.isLocked(), "held once still");
          assertSame(Strand.current(), lock.owner());
          lock.release();
          assertFalse(lock.isLocked());
          assertNull(lock.owner());
          assertThrows(IllegalMonitorStateException.class, lock::unlock);
          assertEquals("RLock[free]", lock.toString());
        });
  }

  @Test
  void aReleasedLockGoesToTheLongestWaiter() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          lock.lock();
          for (String name : new String[] {"a", "b", "c"}) {
            Greenlets.spawn(
                () -> {
                  lock.lock();
                  trail.step(name);
                  Greenlets.yieldNow();
                  lock.unlock();
                });
          }
          Greenlets.yieldNow();
          assertEquals(3, lock.waiting());
          lock.unlock();
          assertFalse(lock.tryLock(), "it is the waiter's already");
          assertEquals("RLock[on its way to the longest waiter]", lock.toString());
          lock.lock();
          trail.step("main");
          lock.unlock();
        });
    trail.is("a b c main");
  }

  @Test
  void aKilledWaiterTakesNothing() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Event end = new Event();
          holder(lock, end);
          Greenlet<?> victim = Greenlets.spawn(() -> lock.lock());
          Greenlet<Boolean> next = Greenlets.spawn(() -> lock.acquire(Duration.ofDays(1)));
          Greenlets.yieldNow();
          victim.killAsync();
          end.set();
          assertTrue(next.result());
          assertTrue(victim.isCancelled());
        });
  }

  @Test
  void whoEndsWithTheLockKeepsItAndTheMessageTells() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Greenlet<?> owner = Greenlets.spawn(() -> lock.lock()).named("careless");
          Greenlets.yieldNow();
          owner.join();
          assertEquals("RLock[held by careless, which has ended]", lock.toString());
          assertFalse(lock.acquire(Duration.ofDays(1)));
        });
  }

  @Test
  void anInterruptEndsNoLockButLeavesItsStatus() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Event end = new Event();
          holder(lock, end);
          Greenlet<Boolean> waiter =
              Greenlets.spawn(
                  () -> {
                    lock.lock();
                    trail.step("locked");
                    lock.unlock();
                    return Thread.interrupted();
                  });
          Greenlets.yieldNow();
          waiter.thread().interrupt();
          Greenlets.sleep(Duration.ofSeconds(1));
          trail.step("interrupted");
          end.set();
          assertTrue(waiter.result());
        });
    trail.is("interrupted locked");
  }

  @Test
  void aKillEndsALockThatWasInterruptedBefore() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Event end = new Event();
          holder(lock, end);
          Greenlet<?> waiter = Greenlets.spawn(() -> lock.lock());
          Greenlets.yieldNow();
          waiter.thread().interrupt();
          Greenlets.sleep(Duration.ofSeconds(1));
          waiter.kill();
          assertTrue(waiter.isCancelled());
          assertEquals(0, lock.waiting());
        });
  }

  @Test
  void theInterruptibleFormsThrowAtOnceIfInterruptedBefore() throws Exception {
    RLock lock = new RLock();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, lock::lockInterruptibly);
    assertFalse(Thread.currentThread().isInterrupted());
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> lock.tryLock(1, TimeUnit.SECONDS));
    assertFalse(lock.isLocked());
    lock.lockInterruptibly();
    assertTrue(lock.tryLock(1, TimeUnit.SECONDS));
    assertEquals(2, lock.holdCount());
    assertTrue(lock.isHeldByCurrent());
  }

  @Test
  void aCallbackMayTryButNotWait() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          lock.lock();
          Hub hub = Hub.current();
          hub.runCallback(
              () -> {
                assertFalse(lock.tryLock());
                assertThrows(BlockingSwitchOut.class, lock::lock);
                assertThrows(BlockingSwitchOut.class, () -> lock.acquire(Duration.ZERO));
                trail.step("refused");
              });
          Greenlets.yieldNow();
          lock.unlock();
          hub.runCallback(
              () -> {
                assertTrue(lock.tryLock());
                lock.lock();
                lock.unlock();
                lock.unlock();
                trail.step("taken");
              });
          Greenlets.yieldNow();
          assertFalse(lock.isLocked());
        });
    trail.is("refused taken");
  }

  @Test
  void oneAtATimeInEveryOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final RLock lock = new RLock();
              int inside;

              @Override
              public void work(Random random) {
                if (lock.acquire(Chaos.nanos(random, 40))) {
                  try {
                    assertEquals(1, ++inside);
                    again(random);
                    Greenlets.sleep(Chaos.nanos(random, 8));
                  } finally {
                    inside--;
                    lock.release();
                  }
                }
              }

              private void again(Random random) {
                lock.lock();
                try {
                  Greenlets.sleep(Chaos.nanos(random, 4));
                } finally {
                  lock.unlock();
                }
              }

              @Override
              public void check() {
                assertFalse(lock.isLocked());
                assertEquals(0, lock.waiting());
              }
            });
  }

  @Test
  void guardsASectionAcrossThreadsAndHubs() throws Exception {
    RLock lock = new RLock();
    int[] counter = new int[1];
    Chaos.everywhere(
        () -> {
          for (int i = 0; i < 300; i++) {
            lock.lock();
            boolean _ = lock.tryLock();
            counter[0]++; // plain on purpose
            lock.unlock();
            lock.unlock();
          }
        });
    assertEquals(2_700, counter[0]);
    assertFalse(lock.isLocked());
  }

  /** The hub goes on whoever has the lock: greenlets park, callbacks try, threads wait outside. */
  @Test
  void aContendedLockNeverStopsTheHub() throws Exception {
    RLock lock = new RLock();
    Semaphore semaphore = new Semaphore(1);
    CountDownLatch done = new CountDownLatch(6);
    int[] counter = new int[2];
    Runnable contender =
        () -> {
          for (int i = 0; i < 100; i++) {
            lock.lock();
            counter[0]++;
            Greenlets.yieldNow();
            lock.unlock();
            semaphore.acquire();
            counter[1]++;
            Greenlets.yieldNow();
            semaphore.release();
          }
          done.countDown();
        };
    Hub.run(
        () -> {
          for (int i = 0; i < 3; i++) {
            Thread.ofPlatform().start(contender);
            Greenlets.spawn(contender::run);
          }
          Hub hub = Hub.current();
          int[] callbacks = new int[1];
          while (!done.waitUntilZero(Duration.ZERO)) {
            hub.runCallback(
                () -> {
                  callbacks[0]++;
                  if (lock.tryLock()) {
                    counter[0]++;
                    counter[0]--;
                    lock.unlock();
                  }
                  if (semaphore.tryAcquire()) {
                    semaphore.release();
                  }
                });
            int before = callbacks[0];
            Greenlets.yieldNow();
            assertEquals(before + 1, callbacks[0], "the hub goes round");
          }
        });
    assertEquals(600, counter[0]);
    assertEquals(600, counter[1]);
    assertFalse(lock.isLocked());
    assertEquals(1, semaphore.availablePermits());
  }

  // --- Guests: parties that are neither greenlets nor threads

  private Waiter guest(String name) {
    return new Waiter(
        new Runnable() {
          @Override
          public void run() {
            trail.step(name);
          }

          @Override
          public String toString() {
            return name;
          }
        });
  }

  @Test
  void guestsStandInOneLineWithGreenlets() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Waiter first = guest("first");
          Waiter second = guest("second");
          assertFalse(lock.registerAcquire(first));
          assertEquals("RLock[held by first]", lock.toString());
          assertNull(lock.owner());
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    lock.acquire();
                    trail.step("greenlet");
                    lock.release();
                  });
          Greenlets.yieldNow();
          assertTrue(lock.registerAcquire(second));
          assertFalse(lock.tryLock());
          lock.releaseFor(first);
          greenlet.join();
          trail.is("greenlet second");
          assertTrue(second.isGranted());
          assertEquals("RLock[held by second]", lock.toString());
          lock.releaseFor(second);
          assertFalse(lock.isLocked());
        });
  }

  @Test
  void onlyTheGuestGivesItsLockBack() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          Waiter holder = guest("holder");
          Waiter stranger = guest("stranger");
          assertFalse(lock.registerAcquire(holder));
          assertThrows(IllegalMonitorStateException.class, lock::release);
          IllegalMonitorStateException refused =
              assertThrows(IllegalMonitorStateException.class, () -> lock.releaseFor(stranger));
          assertEquals(
              "stranger must hold the lock to release it, but this is RLock[held by holder]",
              refused.getMessage());
          lock.releaseFor(holder);
          assertThrows(IllegalMonitorStateException.class, () -> lock.releaseFor(holder));
        });
  }

  @Test
  void aGuestThatGivesUpLeavesTheLine() throws Exception {
    inVirtualTime(
        () -> {
          RLock lock = new RLock();
          lock.acquire();
          Waiter guest = guest("never");
          assertTrue(lock.registerAcquire(guest));
          assertEquals(1, lock.waiting());
          assertTrue(guest.cancel());
          lock.unregister(guest);
          assertEquals(0, lock.waiting());
          lock.release();
          assertFalse(lock.isLocked());
          trail.is("");
        });
  }
}
