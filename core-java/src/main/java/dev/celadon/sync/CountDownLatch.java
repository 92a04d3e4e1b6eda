package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A count that greenlets wait to see at zero, where it stays.
 *
 * <p>At zero everybody who waits goes on, longest first.
 *
 * <p>Safe for use from any thread.
 */
public final class CountDownLatch implements Waitable {

  private final WaitQueue waiters = new WaitQueue(this);

  /** Written under the queue's lock. */
  private volatile int count;

  /**
   * Makes a latch.
   *
   * @param count how many times {@link #countDown} is to be called; 0 or more
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public CountDownLatch(int count) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "count must not be negative: " + count + "; 0 stops nobody");
    }
    this.count = count;
  }

  /** Counts one down, unless the count is zero. The caller keeps its turn. Never switches. */
  public void countDown() {
    waiters.lock();
    @Nullable Waiter granted = null;
    if (count > 0) {
      int left = count - 1;
      count = left;
      granted = left == 0 ? waiters.grantAll(null) : null;
    }
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /**
   * What is left to count. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int count() {
    return count;
  }

  @Override
  public boolean isReady() {
    return count == 0;
  }

  /** Waits until the count is zero. Switches unless it is. */
  public void waitUntilZero() {
    boolean _ = waitFor(Long.MAX_VALUE);
  }

  /**
   * Waits until the count is zero, for a limited time. Switches unless it is.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if the count is zero, false if time was over first
   */
  public boolean waitUntilZero(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
  }

  private boolean waitFor(long nanos) {
    if (count == 0) {
      return true;
    }
    Waiter waiter = Waiter.current();
    if (!register(waiter)) {
      return true;
    }
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
    }
  }

  /**
   * Adds a waiter of one's own, such as a suspended coroutine. Never switches.
   *
   * @param waiter granted with null when the count is zero; to be taken back with {@link
   *     #unregister}
   * @return false if the count is zero: the waiter was not added
   */
  @Override
  public boolean register(Waiter waiter) {
    waiters.lock();
    boolean wait = count > 0;
    if (wait) {
      waiters.add(waiter);
    }
    waiters.unlock();
    return wait;
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  @Override
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  @Override
  public String toString() {
    return "CountDownLatch[count=" + count + "]";
  }
}
