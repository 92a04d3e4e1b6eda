package dev.celadon.signal;

import dev.celadon.hub.Hub;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens once, told by another thread, and who waits for it.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of what it brings
 */
final class Moment<T> {

  private final WaitQueue waiters;

  /** Null until it has happened. Written under the queue's lock. */
  private volatile @Nullable T value;

  /** What it is, for messages. */
  Moment(Object what) {
    this.waiters = new WaitQueue(what);
  }

  /** Lets all who wait go on; true for the first call. */
  boolean happen(T brought) {
    waiters.lock();
    boolean first = value == null;
    Waiter granted = null;
    if (first) {
      granted = waiters.grantAll(null);
      value = brought; // who sees it knows that all who waited have it
    }
    waiters.unlock();
    WaitQueue.wakeAll(granted);
    return first;
  }

  /** What it has brought, or null if it has not happened. */
  @Nullable T value() {
    return value;
  }

  /** Waits; true if it has happened. Switches unless it has. */
  boolean waitFor(long nanos) {
    if (value != null) {
      return true;
    }
    Waiter waiter = Waiter.current();
    waiters.lock();
    boolean wait = value == null;
    if (wait) {
      waiters.add(waiter);
    }
    waiters.unlock();
    return !wait || waitCounted(waiter, nanos);
  }

  /** The hub cannot know what may still come from outside; simulated time would stand still. */
  private boolean waitCounted(Waiter waiter, long nanos) {
    Hub hub = Hub.currentOrNull();
    Hub counting = hub == null || hub.loop().isSimulated() ? null : hub;
    if (counting != null) {
      counting.ref();
    }
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
      if (counting != null) {
        counting.unref();
      }
    }
  }
}
