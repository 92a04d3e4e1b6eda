package dev.celadon.sync;

import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;

/**
 * A {@link Semaphore} that notices when it is released more often than acquired.
 *
 * <p>As fair as a semaphore: a released permit goes to the longest waiter at that moment. Who is
 * killed or timed out while waiting takes none.
 *
 * <p>Safe for use from any thread.
 */
public final class BoundedSemaphore implements Waitable {

  private final Permits permits;

  private final int bound;

  /** Makes a semaphore of one permit. */
  public BoundedSemaphore() {
    this(1);
  }

  /**
   * Makes a semaphore.
   *
   * @param permits how many may hold it; 0 or more
   * @throws IllegalArgumentException if {@code permits} is negative
   */
  public BoundedSemaphore(int permits) {
    this.bound = permits;
    this.permits = new Permits(this, permits, permits);
  }

  /**
   * Takes a permit, waiting for one if need be. Switches unless one is free.
   *
   * <p>Who is killed, timed out or interrupted while waiting takes none.
   */
  public void acquire() {
    boolean _ = permits.acquire(Long.MAX_VALUE);
  }

  /**
   * Takes a permit, waiting for one for a limited time. Switches unless one is free.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if a permit was taken, false if time was over first
   */
  public boolean acquire(Duration timeout) {
    return permits.acquire(Clock.waitNanos(timeout));
  }

  /**
   * Takes a permit if one is free. Never switches.
   *
   * @return true if a permit was taken
   */
  public boolean tryAcquire() {
    return permits.tryAcquire();
  }

  /**
   * Gives a permit back: to the longest waiter, if there is one. The caller keeps its turn. Never
   * switches.
   *
   * @throws IllegalStateException if all permits are free already; nothing has changed then
   */
  public void release() {
    permits.release();
  }

  /**
   * Waits until a permit is free, and takes none. Switches unless one is free.
   *
   * <p>Keeps its place in the line of those who wait for a permit: it goes on when the next permit
   * would be its own, which then goes to the one behind it. So the permit may be gone when the
   * caller looks.
   */
  public void waitUntilFree() {
    boolean _ = permits.look(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until a permit is free, and takes none; see {@link #waitUntilFree()}.
   * Switches unless one is free.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if a permit was free, false if time was over first
   */
  public boolean waitUntilFree(Duration timeout) {
    return permits.look(Clock.waitNanos(timeout));
  }

  /**
   * Whether a permit is free. With other threads around, the answer may be old at once.
   *
   * @return true if {@link #waitUntilFree()} would not switch
   */
  @Override
  public boolean isReady() {
    return permits.free() > 0;
  }

  /**
   * Whether no permit is free, as gevent's {@code locked}. With other threads around, the answer
   * may be old at once.
   *
   * @return true if {@link #acquire()} would switch
   */
  public boolean isLocked() {
    return permits.free() == 0;
  }

  /**
   * How many permits are free. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int availablePermits() {
    return permits.free();
  }

  /**
   * How many wait here, to take a permit or to see one.
   *
   * @return 0 or more
   */
  public int waiting() {
    return permits.waiting();
  }

  /**
   * Adds a waiter that only looks; see {@link #waitUntilFree()}. Never switches.
   *
   * @param waiter granted with null when a permit is free; to be taken back with {@link
   *     #unregister}
   * @return false if a permit is free: the waiter was not added
   */
  @Override
  public boolean register(Waiter waiter) {
    return permits.register(waiter);
  }

  /**
   * Takes a permit or adds a waiter of one's own that will, such as a suspended coroutine. Never
   * switches.
   *
   * @param waiter granted with null together with a permit, carrying nothing of its own; to be
   *     taken back with {@link #unregister}
   * @return false if a permit was free and is taken now: the waiter was not added
   */
  public boolean registerAcquire(Waiter waiter) {
    return permits.registerAcquire(waiter);
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register} or {@link #registerAcquire}
   */
  @Override
  public void unregister(Waiter waiter) {
    permits.unregister(waiter);
  }

  @Override
  public String toString() {
    return "BoundedSemaphore[permits=" + permits.free() + " of " + bound + "]";
  }
}
