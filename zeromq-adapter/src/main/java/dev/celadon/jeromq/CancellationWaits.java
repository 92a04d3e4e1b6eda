package dev.celadon.jeromq;

import dev.celadon.hub.Waiter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    isCancelled = true; // before it looks for waiters; see add
    for (Waiter waiter : waiters) {
      end(waiter);
    }
  }

  void check() {
    if (isCancelled) {
      throw cancelled();
    }
  }

  void add(Waiter waiter) {
    waiters.add(waiter);
    if (isCancelled) {
      end(waiter);
    }
  }

  void remove(Waiter waiter) {
    waiters.remove(waiter);
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
