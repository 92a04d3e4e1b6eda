package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.LaneTimer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The sockets of a context for which somebody waits, to be looked at now and then.
 *
 * <p>Confined to its hub.
 */
final class WaitingSockets {

  /**
   * So many waiting sockets are looked at whenever a worker waits; more than that are left to their
   * bells.
   */
  private static final int SOCKETS_PER_SWEEP = 32;

  private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Hub hub;

  /** And some for which nobody waits any more. */
  private final ArrayDeque<ZmqSocket> waiting = new ArrayDeque<>();

  private final Runnable tick = this::tick;

  private @Nullable Engine engine;
  private @Nullable LaneTimer ticker;
  private boolean isSweeping;
  private boolean isOver;
  private long caughtUp;
  private long looks;

  WaitingSockets(Hub hub) {
    this.hub = hub;
  }

  /** Before the first socket. */
  void servedBy(Engine theirs) {
    engine = theirs;
  }

  /** How many sockets were looked at, without their bells. */
  long looks() {
    return looks;
  }

  /** See {@link ZmqContext#caughtUp}. */
  long caughtUp() {
    return caughtUp;
  }

  /** Somebody waits for this socket from now on. */
  void add(ZmqSocket socket) {
    waiting.add(socket);
    if (ticker == null && !isOver) {
      ticker = hub.runCallbackLater(TICK_NANOS, tick);
    }
  }

  /** Looks at the sockets for which somebody waits. Never switches. */
  void sweep() {
    if (isSweeping) {
      return;
    }
    isSweeping = true;
    try {
      boolean again = true;
      while (again) {
        again = sweepOnce();
      }
    } finally {
      isSweeping = false;
    }
  }

  /** True if something was done that sockets looked at before may have waited for. */
  private boolean sweepOnce() {
    boolean movedInside = false;
    for (int left = Math.min(waiting.size(), SOCKETS_PER_SWEEP); left > 0; left--) {
      ZmqSocket socket = waiting.poll();
      if (socket == null) {
        break;
      }
      looks++;
      movedInside |= socket.serve() && socket.hasInproc();
      keepIfWaiting(socket);
    }
    return movedInside;
  }

  private void keepIfWaiting(ZmqSocket socket) {
    if (socket.staysWaiting()) {
      waiting.add(socket);
    }
  }

  /** The safety net: everything that it catches has slipped through somewhere else. */
  private void tick() {
    ticker = null;
    Engine known = engine;
    if (known != null) {
      known.look(false); // a bell that rings just now has not slipped through
    }
    for (int left = waiting.size(); left > 0; left--) {
      ZmqSocket socket = waiting.poll();
      if (socket == null) {
        break;
      }
      looks++;
      if (socket.catchUp()) {
        caughtUp++;
      }
      keepIfWaiting(socket);
    }
    if (!waiting.isEmpty() && !isOver) {
      ticker = hub.runCallbackLater(TICK_NANOS, tick);
    }
  }

  /** The end begins: nobody waits any more. */
  void stop() {
    isOver = true;
    LaneTimer armed = ticker;
    ticker = null;
    if (armed != null) {
      armed.cancel();
    }
  }

  /** The end. */
  void clear() {
    waiting.clear();
  }
}
