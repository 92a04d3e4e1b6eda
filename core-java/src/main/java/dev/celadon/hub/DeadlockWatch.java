package dev.celadon.hub;

import dev.celadon.loop.SystemClock;
import java.util.ArrayList;
import java.util.List;

/**
 * Sees that nothing can ever run on a hub again, and throws a {@link LoopExit}.
 *
 * <p>Confined to its hub.
 */
final class DeadlockWatch {
  /*
   * The loop asks when it is about to sleep with nothing to do. Where other threads may call in, the answer is first to sleep for a
   * while, and the look around the JVM comes only if nothing has happened until then. That look runs in a greenlet, because it
   * takes locks of the JDK, which the bare thread of the hub must not; so does composing the message, which asks the greenlets for
   * their names. Between looks the loop sleeps longer and longer.
   */
  private static final long FIRST_PATIENCE_NANOS = 100_000_000;
  private static final long LAST_PATIENCE_NANOS = 10_000_000_000L;

  private final Hub hub;
  private final LoopExit.When when;
  private long runsSeen = -1;
  private long sinceNanos;
  private long patienceNanos = FIRST_PATIENCE_NANOS;
  private boolean looked;

  DeadlockWatch(Hub hub, LoopExit.When when) {
    this.hub = hub;
    this.when = when;
  }

  /** How long to sleep, or 0 if a look has been spawned. On the bare thread of the hub. */
  long drained() {
    if (when == LoopExit.When.NEVER || hub.isClosed()) {
      return Long.MAX_VALUE;
    }
    if (when == LoopExit.When.PROVEN) {
      long left = patienceLeft();
      if (left > 0) {
        return left;
      }
    }
    if (!everyoneWaits()) { // asked late, because it looks at every greenlet
      return Long.MAX_VALUE;
    }
    PlainGreenlet.ours(hub, this::look).start();
    return 0;
  }

  /** Measured in real time: a sleep may end early. */
  private long patienceLeft() {
    long now = SystemClock.INSTANCE.nanoTime();
    long runs = hub.loop().runs();
    if (runs != runsSeen) {
      runsSeen = runs;
      sinceNanos = now;
      if (!looked) {
        patienceNanos = FIRST_PATIENCE_NANOS;
      }
      looked = false; // the look is a run, too
    }
    return patienceNanos - (now - sinceNanos);
  }

  private boolean everyoneWaits() {
    for (RawGreenlet greenlet : hub.live()) {
      if (greenlet.waiting == null) {
        return false;
      }
    }
    return hub.lane().isIdle();
  }

  /** In a greenlet of its own. */
  private void look() {
    if (when == LoopExit.When.PROVEN && Outsiders.mayCallIn()) {
      looked = true;
      patienceNanos = Math.min(2 * patienceNanos, LAST_PATIENCE_NANOS);
      return;
    }
    List<String> waiters = new ArrayList<>();
    for (RawGreenlet greenlet : hub.live()) {
      if (greenlet.waiting != null) {
        waiters.add(greenlet.describe());
      }
    }
    if (hub.loop().isDrained()) { // nobody has called in meanwhile
      hub.principal().endWait(new LoopExit(hub, waiters));
    }
  }
}
