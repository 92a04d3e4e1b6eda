package dev.celadon.jeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.Strand;
import dev.celadon.loop.SystemClock;

/** Time, on a hub or outside. */
final class Pauses {

  private Pauses() {}

  static void sleep(long nanos) {
    try {
      Strand.current().sleepNanos(nanos);
    } catch (InterruptedWaitException e) {
      return; // the interrupt stays set
    }
  }

  /** The hub's time; outside of a hub the system's. */
  static long nanoTime() {
    Hub hub = Hub.currentOrNull();
    return hub == null ? SystemClock.INSTANCE.nanoTime() : hub.loop().nanoTime();
  }

  /** Whether the caller is on a hub, so that it must not block. */
  static boolean isOnHub() {
    return Hub.currentOrNull() != null;
  }
}
