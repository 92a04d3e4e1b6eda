package dev.celadon.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.loop.Parking;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WaiterTest {

  @Test
  void theFirstEndOfAWaitIsTheOnlyOne() {
    Waiter waiter = new Waiter(() -> {});
    assertTrue(waiter.isWaiting());
    assertTrue(waiter.grant("first"));
    assertFalse(waiter.grant("second"));
    assertFalse(waiter.fail(new AssertionError()));
    assertFalse(waiter.cancel());
    assertTrue(waiter.isGranted());
    assertEquals("first", waiter.value());
  }

  @Test
  void aFailureIsThrownUnchanged() throws Exception {
    Hub.run(
        () -> {
          Waiter waiter = Waiter.current();
          RuntimeException failure = new RuntimeException("no");
          Greenlets.spawn(
              () -> {
                assertTrue(waiter.fail(failure));
                waiter.wake();
              });
          assertSame(failure, assertThrows(RuntimeException.class, waiter::await));
          assertTrue(waiter.isFailed());
        });
  }

  @Test
  void aQueueServesTheLongestWaiterAndSkipsEndedOnes() {
    WaitQueue queue = new WaitQueue("a test");
    Waiter[] waiters = new Waiter[5];
    for (int i = 0; i < waiters.length; i++) {
      waiters[i] = new Waiter(() -> {});
      queue.add(waiters[i]);
    }
    assertTrue(waiters[0].cancel());
    assertTrue(queue.remove(waiters[2]));
    assertFalse(queue.remove(waiters[2]));
    assertSame(waiters[1], queue.grantFirst("x"));
    assertEquals(2, queue.size());
    assertSame(waiters[3], queue.first());
    assertSame(waiters[3], queue.grantAll("y"));
    assertSame(waiters[4], waiters[3].next);
    assertTrue(queue.isEmpty());
    assertNull(queue.grantFirst("z"));
  }

  @Test
  void interruptedWaitsEndAndKeepTheStatus() throws Exception {
    Hub.run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    assertThrows(InterruptedWaitException.class, () -> Waiter.current().await());
                    assertTrue(Thread.interrupted());
                    Greenlets.yieldNow(); // the next wait is not affected
                  });
          Greenlets.yieldNow();
          greenlet.thread().interrupt();
          greenlet.join();
          assertNull(greenlet.exception());
        });
  }

  @Test
  void aPlainThreadsWaitIsInterruptedToo() throws InterruptedException {
    AtomicInteger ended = new AtomicInteger();
    for (boolean withHub : new boolean[] {false, true}) {
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    if (withHub) {
                      Hub.current();
                    }
                    assertThrows(InterruptedWaitException.class, () -> Waiter.current().await());
                    assertTrue(Thread.interrupted());
                    ended.incrementAndGet();
                  });
      while (!Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING)
          .contains(thread.getState())) {
        Parking.parkNanos(100_000);
      }
      thread.interrupt();
      thread.join();
    }
    assertEquals(2, ended.get());
  }

  /** Grants race with expiry on another thread: whoever wins, exactly one of the two is seen. */
  @Test
  void aGrantAndAnExpiryNeverBothHappen() throws Exception {
    try (Hub hub = Hub.start("races")) {
      int rounds = 3_000;
      WaitQueue queue = new WaitQueue("a test");
      int given = 0;
      Greenlet<Integer> taker =
          Greenlet.spawn(
              hub,
              () -> {
                int taken = 0;
                for (int i = 0; i < rounds; i++) {
                  Waiter waiter = Waiter.current();
                  queue.lock();
                  queue.add(waiter);
                  queue.unlock();
                  try {
                    taken += waiter.await((i % 7) * 3_000L) ? 1 : 0;
                  } finally {
                    queue.forget(waiter);
                  }
                }
                return taken;
              });
      while (!taker.isReady()) {
        queue.lock();
        Waiter granted = queue.grantFirst("item");
        queue.unlock();
        if (granted != null) {
          given++;
          granted.wake();
        }
      }
      assertEquals(given, taker.result());
      assertTrue(queue.isEmpty());
      assertEquals(0, Greenlet.spawn(hub, () -> hub.loop().pendingTimers()).result());
    }
  }

  @Test
  void manyThreadsOfAllKindsAreServedOnceEach() throws Exception {
    try (Hub hub = Hub.start("one");
        Hub other = Hub.start("other")) {
      WaitQueue queue = new WaitQueue("a test");
      AtomicInteger served = new AtomicInteger();
      int each = 200;
      Runnable body =
          () -> {
            for (int i = 0; i < each; i++) {
              Waiter waiter = Waiter.current();
              queue.lock();
              queue.add(waiter);
              queue.unlock();
              waiter.await();
              served.addAndGet((Integer) waiter.value());
            }
          };
      List<Thread> threads = new ArrayList<>();
      threads.add(Thread.ofPlatform().start(body));
      threads.add(Thread.startVirtualThread(body));
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    Hub own = Hub.current();
                    body.run();
                    own.close();
                  }));
      List<Greenlet<?>> greenlets = new ArrayList<>();
      for (int g = 0; g < 5; g++) {
        greenlets.add(Greenlet.spawn(g % 2 == 0 ? hub : other, body::run));
      }
      int grants = 0;
      while (grants < each * 8) {
        queue.lock();
        Waiter granted = queue.grantFirst(1);
        queue.unlock();
        if (granted != null) {
          grants++;
          granted.wake();
        }
      }
      for (Thread thread : threads) {
        thread.join();
      }
      greenlets.forEach(Greenlet::join);
      assertEquals(each * 8, served.get());
    }
  }

  @Test
  void aLockThatIsNeverGivenBackIsToldInsteadOfWaitedForForEver() {
    WaitQueue queue = new WaitQueue("a test");
    queue.lock(); // whoever held it was hit by an Error
    IllegalStateException lost = assertThrows(IllegalStateException.class, queue::lock);
    assertTrue(
        lost.getMessage().contains("java.lang.String was not given back"), lost.getMessage());
  }
}
