package dev.celadon.hub;

import dev.celadon.loop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A callback that waits for its time. Made by {@link Hub#runCallbackLater}.
 *
 * <p>Safe for use from any thread.
 */
public final class LaneTimer {

  private final Hub hub;
  private final Runnable callback;

  /** Confined to the hub. */
  private @Nullable Timer timer;

  /** Read in the lane just before the callback would run. */
  private volatile boolean cancelled;

  LaneTimer(Hub hub, Runnable callback) {
    this.hub = hub;
    this.callback = callback;
  }

  /** The hub's call. */
  void arm(long deadlineNanos) {
    if (!cancelled) {
      timer = hub.loop().scheduleAt(deadlineNanos, this::fire);
    }
  }

  private void fire() {
    timer = null;
    if (hub.hasEnded()) {
      return;
    }
    hub.loop().enqueue(new LaneTask(hub.lane(), this::runUnlessCancelled));
  }

  private void runUnlessCancelled() {
    if (!cancelled) {
      callback.run();
    }
  }

  /**
   * Takes the callback back, if it has not started; on its own hub the timer is gone at once. Never
   * switches.
   */
  public void cancel() {
    cancelled = true;
    if (hub.inHub()) {
      disarm();
    } else {
      hub.post(this::disarm);
    }
  }

  private void disarm() {
    Timer armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
  }
}
