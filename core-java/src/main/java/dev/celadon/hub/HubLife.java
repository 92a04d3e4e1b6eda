package dev.celadon.hub;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A hub's way to its end, and who waits for that.
 *
 * <p>Safe for use from any thread.
 */
final class HubLife {
  /*
   * OPEN -> CLOSING   by begin(): a greenlet, the closer, runs the hooks, kills whoever lives, waits for their ends
   *      -> CLOSED    by the closer's end; the loop stops, and what comes late goes to the reaper
   */
  private enum Phase {
    OPEN,
    CLOSING,
    CLOSED
  }

  private final Hub hub;
  private final WaitQueue waiters;

  /** Guarded by {@code waiters}; read without it where a late answer does no harm. */
  private volatile Phase phase = Phase.OPEN;

  /** Guarded by {@code waiters}. */
  private final ArrayList<Runnable> hooks = new ArrayList<>();

  HubLife(Hub hub) {
    this.hub = hub;
    this.waiters = new WaitQueue(hub);
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  boolean hasEnded() {
    return phase == Phase.CLOSED;
  }

  /**
   * From now on other threads' spawns are refused, and hooks. True for the first who wants the end:
   * it starts the closer.
   */
  boolean begin() {
    waiters.lock();
    boolean first = phase == Phase.OPEN;
    if (first) {
      phase = Phase.CLOSING;
    }
    waiters.unlock();
    return first;
  }

  /** Everybody is dead, or given up. */
  void end() {
    waiters.lock();
    phase = Phase.CLOSED;
    Waiter granted = waiters.grantAll(null);
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /** True once the hub has ended; false if the calling thread was interrupted before. */
  boolean awaitEnd(Waiter waiter) {
    waiters.lock();
    boolean wait = phase != Phase.CLOSED;
    if (wait) {
      waiters.add(waiter);
    }
    waiters.unlock();
    try {
      return !wait || waiter.await();
    } catch (InterruptedWaitException e) {
      return false;
    } finally {
      waiters.forget(waiter);
    }
  }

  void addHook(Runnable hook) {
    waiters.lock();
    boolean open = phase == Phase.OPEN;
    if (open) {
      hooks.add(hook);
    }
    waiters.unlock();
    if (!open) {
      throw new HubClosedException(hub, "register a hook for the end");
    }
  }

  void removeHook(Runnable hook) {
    waiters.lock();
    hooks.remove(hook);
    waiters.unlock();
  }

  /** Takes the hook that came last, or null. */
  @Nullable Runnable nextHook() {
    waiters.lock();
    Runnable hook = hooks.isEmpty() ? null : hooks.removeLast();
    waiters.unlock();
    return hook;
  }
}
