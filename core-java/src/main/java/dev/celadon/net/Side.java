package dev.celadon.net;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import dev.celadon.select.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;

/**
 * One side of a socket: the reading, the writing or the accepting one.
 *
 * <p>Every operation calls {@link #enter}, tries, and calls {@link #awaitReady} as often as the
 * channel would block.
 *
 * <p>One party after the other; {@link #close} from any thread.
 */
final class Side {
  /*
   * A peer that never lets an operation block would keep the turn with one greenlet for ever, so after a run of operations that
   * needed no wait the next one begins with giving the turn away: before it has taken anything, so that a kill that arrives there
   * loses nothing. Meanwhile the side is free, so what was asked before is asked again: somebody may have closed it, or wait for it.
   */
  private static final int LONGEST_RUN = 64;

  private final SelectableChannel channel;
  private final Readiness readiness;
  private int run;

  Side(SelectableChannel channel, int operation, Object owner) {
    this.channel = channel;
    readiness = new Readiness(channel, operation, owner);
  }

  /** Before an operation. Switches at the end of a long run of operations without a wait. */
  void enter() throws IOException {
    readiness.requireFree();
    if (++run > LONGEST_RUN) {
      giveTurn();
    }
  }

  private void giveTurn() throws IOException {
    run = 0;
    if (Hub.currentOrNull() == null || !mayWait()) {
      return;
    }
    boolean open = channel.isOpen();
    Strand.current().yieldNow();
    readiness.requireFree();
    if (open && !channel.isOpen()) {
      throw new AsynchronousCloseException();
    }
  }

  /** Whether the caller may wait: false in a callback of the hub. */
  boolean mayWait() {
    Hub hub = Hub.currentOrNull();
    return hub == null || !hub.inLane();
  }

  /** Waits without a time limit. Switches. */
  void awaitReady() throws IOException {
    run = 0;
    boolean _ = waitUntilReady(Long.MAX_VALUE);
  }

  /**
   * Waits for what is left of a time limit. Switches.
   *
   * @return when the limit is over, for the next call
   */
  long awaitReady(Duration limit, long deadline) throws IOException {
    if (limit.isZero()) {
      awaitReady();
      return 0;
    }
    run = 0;
    long now = Hub.current().loop().nanoTime();
    long end = deadline != 0 ? deadline : now + Clock.waitNanos(limit);
    if (!waitUntilReady(end - now)) {
      throw new SocketTimeoutException(
          "waited " + limit + " for " + readiness + ": raise its timeout, or see to the peer");
    }
    return end;
  }

  /** Waits for a time; answers whether the channel is ready. Switches. */
  boolean waitFor(Duration limit) throws IOException {
    run = 0;
    return waitUntilReady(Clock.waitNanos(limit));
  }

  private boolean waitUntilReady(long nanos) throws IOException {
    try {
      return readiness.waitUntilReady(nanos);
    } catch (UncheckedIOException e) {
      throw SocketFaults.checked(e);
    }
  }

  /** Before an operation of those who wait in their own way. Never switches. */
  void requireFree() {
    readiness.requireFree();
  }

  /** Whether those who wait in their own way have to, so that the others have a turn. */
  boolean isTurnOver() {
    return ++run > LONGEST_RUN;
  }

  /** Starts a wait of one's own. Never switches. */
  void register(Waiter waiter) throws IOException {
    run = 0;
    try {
      readiness.register(waiter);
    } catch (UncheckedIOException e) {
      throw SocketFaults.checked(e);
    }
  }

  /** Ends it, if it is one of this side. Never switches. */
  void unregister(Waiter waiter) {
    readiness.unregister(waiter);
  }

  /** Ends a wait, after the channel was closed. Any thread. */
  void close() {
    readiness.close();
  }

  static Duration checkTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "timeout is " + timeout + ": give a positive time, or zero for no limit");
    }
    return timeout;
  }
}
