package dev.celadon.sync;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Objects;

/**
 * A flag that greenlets can wait for.
 *
 * <p>{@link #set} lets everybody go on who waits at that moment, longest first, even if {@link
 * #clear} follows at once.
 *
 * <p>Safe for use from any thread.
 */
public final class Event implements Waitable {
  /*
   * While the flag is on, nobody stands in the queue. So whoever is inside of a wait then was let go on and has not run yet, and one
   * who comes meanwhile gives them their turns first: without that, a greenlet that waits in a loop would go round before the others
   * had heard of the flag.
   */
  private final WaitQueue waiters = new WaitQueue(this);

  /**
   * Turned on under the queue's lock, so that no waiter joins behind the grant; turned off
   * anywhere.
   */
  private volatile boolean set;

  /**
   * How many greenlets and threads are inside of a wait. Written under the queue's lock, read
   * without it: on the same hub the answer is true, elsewhere turns have no order anyway.
   */
  private int inside;

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

  /**
   * Waits until the flag is on. Switches unless it is and everybody whom {@link #set} let go on has
   * done so.
   */
  public void waitUntilSet() {
    boolean _ = waitFor(Long.MAX_VALUE);
  }

  /**
   * Waits until the flag is on, for a limited time. Switches unless it is and everybody whom {@link
   * #set} let go on has done so.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if the flag was turned on, false if time was over first
   */
  public boolean waitUntilSet(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
  }

  private boolean waitFor(long nanos) {
    if (set) {
      if (inside > 0 && nanos > 0) {
        letOthersGoOn();
      }
      return true;
    }
    Waiter waiter = Waiter.current();
    waiters.lock();
    boolean wait = !set;
    if (wait) {
      waiters.add(waiter);
      inside++;
    }
    waiters.unlock();
    return !wait || await(waiter, nanos);
  }

  private boolean await(Waiter waiter, long nanos) {
    try {
      return waiter.await(nanos);
    } finally {
      waiters.lock();
      boolean _ = waiters.remove(waiter);
      inside--;
      waiters.unlock();
    }
  }

  /** A turn for everybody who is ready; a callback must not give its own away. */
  private static void letOthersGoOn() {
    Hub hub = Hub.currentOrNull();
    if (hub != null && !hub.inLane()) {
      Strand.current().yieldNow();
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

  /**
   * Calls somebody once, when the flag is turned on next, or soon if it is on: gevent's {@code
   * rawlink}. The callback runs in the lane of the caller's hub, where it must not wait; without a
   * hub, in a virtual thread. Links are called in the order in which they were added, in one line
   * with those who wait. Never switches.
   *
   * @param callback what it throws goes to the hub's error handler
   */
  public void link(Runnable callback) {
    Objects.requireNonNull(callback, "callback");
    LaneCall call = new LaneCall(Hub.currentOrNull(), callback);
    Waiter waiter = new Waiter(call);
    if (!register(waiter)) {
      call.run();
    }
  }

  /**
   * Takes a link back that has not been called yet. Unknown ones are ignored. Never switches.
   *
   * @param callback what was given to {@link #link}
   */
  public void unlink(Runnable callback) {
    waiters.lock();
    waiters.removeIf(
        waiter -> waiter.party() instanceof LaneCall call && call.callback() == callback);
    waiters.unlock();
  }

  /**
   * How many wait here: greenlets, threads, coroutines and links.
   *
   * @return 0 or more
   */
  public int waiting() {
    waiters.lock();
    int now = waiters.size();
    waiters.unlock();
    return now;
  }

  @Override
  public String toString() {
    return set ? "Event[set]" : "Event[clear]";
  }
}
