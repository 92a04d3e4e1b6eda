package dev.celadon.sync;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.RawGreenlet;
import org.jspecify.annotations.Nullable;

/**
 * The wake-up of a waiter that is somebody's callback: never runs it on the spot.
 *
 * <p>Immutable.
 *
 * @param hub in whose lane it runs; null for a virtual thread
 * @param callback what runs
 */
record LaneCall(@Nullable Hub hub, Runnable callback) implements Runnable {

  /** A call on the hub of the greenlet or callback that is running, which is sure to go on. */
  static LaneCall here(Runnable callback) {
    RawGreenlet running = RawGreenlet.currentOrNull();
    return new LaneCall(running == null ? null : running.hub(), callback);
  }

  @Override
  public void run() {
    if (hub != null) {
      try {
        hub.runCallback(callback);
        return;
      } catch (HubClosedException e) {
        // It has outlived its hub.
      }
    }
    Thread.startVirtualThread(callback);
  }
}
