package dev.celadon;

import dev.celadon.loop.Clock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.BoundedSemaphore;
import dev.celadon.sync.Condition;
import dev.celadon.sync.CountDownLatch;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.ReadWriteLock;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
@SuppressWarnings({"LockNotBeforeTry", "WaitNotInLoop"}) // a failed test needs no unlock
final class SyncWaits {

  private SyncWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(flags(), results(), permits(), locks(), conditions()).flatMap(waits -> waits);
  }

  private static Stream<Supplier<Wait>> flags() {
    return Stream.of(
        () -> {
          Event event = new Event();
          return new Wait("Event.waitUntilSet", event::waitUntilSet, event::set);
        },
        () -> {
          CountDownLatch latch = new CountDownLatch(1);
          return new Wait("CountDownLatch.waitUntilZero", latch::waitUntilZero, latch::countDown);
        });
  }

  private static Stream<Supplier<Wait>> results() {
    return Stream.of(
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.result",
              timeout -> inTime(() -> result.result(timeout)),
              () -> result.set("x"));
        },
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.get",
              timeout -> inTime(() -> result.get(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS)),
              () -> result.set("x"));
        },
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.waitUntilReady", result::waitUntilReady, () -> result.set("x"));
        });
  }

  private static Stream<Supplier<Wait>> permits() {
    return Stream.of(
        () -> {
          Semaphore semaphore = new Semaphore(0);
          return new Wait("Semaphore.acquire", semaphore::acquire, semaphore::release);
        },
        () -> {
          Semaphore semaphore = new Semaphore(0);
          return new Wait("Semaphore.waitUntilFree", semaphore::waitUntilFree, semaphore::release);
        },
        () -> {
          BoundedSemaphore semaphore = taken();
          return new Wait("BoundedSemaphore.acquire", semaphore::acquire, semaphore::release);
        },
        () -> {
          BoundedSemaphore semaphore = taken();
          return new Wait(
              "BoundedSemaphore.waitUntilFree", semaphore::waitUntilFree, semaphore::release);
        });
  }

  private static BoundedSemaphore taken() {
    BoundedSemaphore semaphore = new BoundedSemaphore(1);
    semaphore.acquire();
    return semaphore;
  }

  private static Stream<Supplier<Wait>> locks() {
    return Stream.of(
        () -> {
          RLock lock = new RLock();
          return new Wait("RLock.acquire", lock::acquire, heldByAnother(lock));
        },
        () -> {
          RLock lock = new RLock();
          return new Wait("RLock.tryLock", timeout -> tryLock(lock, timeout), heldByAnother(lock));
        },
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          return new Wait(
              "ReadWriteLock.readLock.tryLock",
              timeout -> tryLock(lock.readLock(), timeout),
              heldByAnother(lock.writeLock()));
        },
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          return new Wait(
              "ReadWriteLock.writeLock.tryLock",
              timeout -> tryLock(lock.writeLock(), timeout),
              heldByAnother(lock.readLock()));
        });
  }

  private static boolean tryLock(Lock lock, Duration timeout) throws InterruptedException {
    return lock.tryLock(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS);
  }

  /** Another greenlet has the lock when this returns; the result makes it give the lock back. */
  private static Runnable heldByAnother(Lock lock) {
    Event release = new Event();
    Greenlets.spawn(
        () -> {
          lock.lock();
          release.waitUntilSet();
          lock.unlock();
        });
    Greenlets.yieldNow();
    return () -> {
      release.set();
      Greenlets.yieldNow(); // it gives the lock back; the one who gets it has not run when we go on
    };
  }

  private static Stream<Supplier<Wait>> conditions() {
    return Stream.of(
        () -> {
          Condition condition = new Condition();
          return new Wait(
              "Condition.waitUntilSignalled",
              timeout -> locked(condition.lock(), () -> condition.waitUntilSignalled(timeout)),
              () -> signal(condition));
        },
        () -> {
          Condition condition = new Condition();
          boolean[] flag = new boolean[1];
          return new Wait(
              "Condition.waitUntil",
              timeout ->
                  locked(condition.lock(), () -> condition.waitUntil(() -> flag[0], timeout)),
              () -> {
                flag[0] = true;
                signal(condition);
              });
        },
        () -> {
          RLock lock = new RLock();
          var condition = lock.newCondition();
          return new Wait(
              "RLock.newCondition.await",
              timeout ->
                  locked(
                      lock, () -> condition.await(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS)),
              () -> {
                lock.lock();
                condition.signal();
                lock.unlock();
              });
        });
  }

  private static void signal(Condition condition) {
    condition.lock().acquire();
    condition.signal();
    condition.lock().release();
  }

  private interface Call<T> {
    T call() throws Exception;
  }

  private static boolean locked(RLock lock, Call<Boolean> call) throws Exception {
    lock.acquire();
    try {
      return call.call();
    } finally {
      lock.release();
    }
  }

  private static boolean inTime(Call<?> call) throws Exception {
    try {
      call.call();
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }
}
