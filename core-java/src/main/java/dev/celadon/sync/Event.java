package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;

/**
 * A flag that greenlets can wait for.
 *
 * <p>{@link #set} lets everybody go on who waits at that moment, longest first, even if {@link
 * #clear} follows at once.
 *
 * <p>Safe for use from any thread.
 */
public final class Event implements Waitable {

  private final WaitQueue waiters = new WaitQueue(this);

  /**
   * Turned on under the queue's lock, so that no waiter joins behind the grant; turned off
   * anywhere.
   */
  private volatile boolean set;

  /** Makes an event whose flag is off. */
  public Event() {}

  /** Turns the flag on and lets all who wait go on. The caller keeps its turn. Never switches. */
  public void set() {
    waiters.lock();
    set = true;
    Waiter granted = waiters.grantAll(null);
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /** Turns the flag off. Never switches. */
  public void clear() {
    set = false;
  }

  /**
   * Whether the flag is on.
   *
   * @return true between {@link #set} and {@link #clear}
   */
  public boolean isSet() {
    return set;
  }

  @Override
  public boolean isReady() {
    return set;
  }

  /** Waits until the flag is on. Switches unless it is. */
  public void waitUntilSet() {
    boolean _ = waitFor(Long.MAX_VALUE);
  }

  /**
   * Waits until the flag is on, for a limited time. Switches unless it is.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if the flag was turned on, false if time was over first
   */
  public boolean waitUntilSet(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
  }

  private boolean waitFor(long nanos) {
    if (set) {
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
   * @param waiter granted with null when the flag is turned on; to be taken back with {@link
   *     #unregister}
   * @return false if the flag is on: the waiter was not added
   */
  @Override
  public boolean register(Waiter waiter) {
    waiters.lock();
    boolean wait = !set;
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
    return set ? "Event[set]" : "Event[clear]";
  }
}
