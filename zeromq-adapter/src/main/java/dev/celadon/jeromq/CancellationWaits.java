package dev.celadon.jeromq;

import dev.celadon.hub.Waiter;
import dev.celadon.zeromq.ZmqSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.zeromq.ZMQException;
import zmq.ZError;

/** Whose waits end when a token is cancelled. Safe for use from any thread. */
final class CancellationWaits {

  private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
  private volatile boolean isCancelled;

  static CancellationWaits of(org.zeromq.ZMQ.CancellationToken token) {
    if (token instanceof ZMQ.CancellationToken ours) {
      return ours.waits();
    }
    throw new IllegalArgumentException(
        "the token is org.zeromq's, which cannot reach a greenlet: make it by"
            + " socket.createCancellationToken()");
  }

  boolean isCancelled() {
    return isCancelled;
  }

  void reset() {
    isCancelled = false;
  }

  void cancel() {
    isCancelled = true; // before it looks for waiters; see waitFor
    for (Waiter waiter : waiters) {
      end(waiter);
    }
  }

  /** What JeroMQ looks at first, even if there is no need to wait. */
  void check() {
    if (isCancelled) {
      throw Failures.inJeroMqsWords(cancelled());
    }
  }

  /**
   * Waits in the line of a socket, for some milliseconds or for ever; false if time was over first.
   */
  boolean waitFor(Waiter waiter, ZmqSocket socket, int millis) {
    waiters.add(waiter);
    try {
      if (isCancelled) {
        end(waiter);
      }
      return waiter.await(millis < 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(millis));
    } finally {
      waiters.remove(waiter);
      boolean _ = socket.abandon(waiter);
    }
  }

  private static void end(Waiter waiter) {
    if (waiter.fail(cancelled())) {
      waiter.wake();
    }
  }

  private static ZMQException cancelled() {
    return new ZMQException("the operation was cancelled by its token", ZError.ECANCELED);
  }
}
