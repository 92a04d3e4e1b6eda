package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;

/**
 * A number of permits that greenlets share.
 *
 * <p>Strictly fair: a released permit goes to the longest waiter at that moment, and nobody who
 * comes later can take it. Who is killed or timed out while waiting takes none.
 *
 * <p>Safe for use from any thread.
 */
public final class Semaphore {
  /*
   * Permits are there only while nobody waits: release hands its permit to a waiter if there is one. So acquire may take a permit
   * whenever it sees one.
   */
  private final WaitQueue waiters = new WaitQueue(this);

  /** Guarded by the queue's lock. */
  private int permits;

  /**
   * Makes a semaphore.
   *
   * @param permits how many may hold it at first; 0 or more
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public Semaphore(int permits) {
    if (permits < 0) {
      throw new IllegalArgumentException("permits must not be negative: " + permits);
    }
    this.permits = permits;
  }

  /** Takes a permit, waiting for one if need be. Switches unless one is free. */
  public void acquire() {
    boolean _ = acquire(Long.MAX_VALUE);
  }

  /**
   * Takes a permit, waiting for one for a limited time. Switches unless one is free.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if a permit was taken, false if time was over first
   */
  public boolean acquire(Duration timeout) {
    return acquire(Clock.waitNanos(timeout));
  }

  private boolean acquire(long nanos) {
    if (tryAcquire()) {
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
   * Takes a permit if one is free. Never switches.
   *
   * @return true if a permit was taken
   */
  public boolean tryAcquire() {
    waiters.lock();
    boolean free = permits > 0;
    if (free) {
      permits--;
    }
    waiters.unlock();
    return free;
  }

  /**
   * Takes a permit or adds a waiter of one's own, such as a suspended coroutine. Never switches.
   *
   * @param waiter granted with null together with a permit; to be taken back with {@link
   *     #unregister}
   * @return false if a permit was free and is taken now: the waiter was not added
   */
  public boolean register(Waiter waiter) {
    waiters.lock();
    boolean free = permits > 0;
    if (free) {
      permits--;
    } else {
      waiters.add(waiter);
    }
    waiters.unlock();
    return !free;
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  /**
   * Gives a permit back: to the longest waiter, if there is one. The caller keeps its turn. There
   * may be more permits than at first. Never switches.
   */
  public void release() {
    waiters.lock();
    Waiter granted = waiters.grantFirst(null);
    if (granted == null) {
      permits++;
    }
    waiters.unlock();
    if (granted != null) {
      granted.wake();
    }
  }

  /**
   * How many permits are free. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int availablePermits() {
    waiters.lock();
    int free = permits;
    waiters.unlock();
    return free;
  }

  @Override
  public String toString() {
    return "Semaphore[permits=" + availablePermits() + "]";
  }
}
