package dev.celadon.zeromq;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import zmq.ZMQ;

/**
 * Those who want to be told when a socket can be received from or sent to, without doing it.
 *
 * <p>Confined to its hub.
 */
final class Lookers {

  private record Listener(int interest, Runnable call) {}

  private final WaitQueue readable;
  private final WaitQueue writable;

  /** Those who want to hear of the end only, as everybody does. */
  private final WaitQueue ends;

  private final List<Listener> listeners = new ArrayList<>(0);

  Lookers(ZmqSocket socket) {
    this.readable = new WaitQueue(new Wish(socket, "for something to receive"));
    this.writable = new WaitQueue(new Wish(socket, "for room to send"));
    this.ends = new WaitQueue(new Wish(socket, "for its end"));
  }

  boolean hasListeners() {
    return !listeners.isEmpty();
  }

  /** Whether nobody wants to be told of an event. */
  boolean isEmpty() {
    return listeners.isEmpty() && readable.isEmpty() && writable.isEmpty();
  }

  /** The line for one of {@code ZMQ_POLLIN} and {@code ZMQ_POLLOUT}; or for 0, the end. */
  WaitQueue line(int event) {
    return switch (event) {
      case ZMQ.ZMQ_POLLIN -> readable;
      case ZMQ.ZMQ_POLLOUT -> writable;
      default -> ends;
    };
  }

  void forget(Waiter waiter) {
    readable.forget(waiter);
    writable.forget(waiter);
    ends.forget(waiter);
  }

  /** How many wait, those for the end included. */
  int waiting() {
    return readable.size() + writable.size() + ends.size();
  }

  /** See {@link ZmqSocket#listen}. */
  Runnable listen(int interest, Runnable call) {
    Listener listener = new Listener(interest, call);
    listeners.add(listener);
    return () -> remove(listener);
  }

  private void remove(Listener listener) {
    listeners.removeIf(other -> other == listener);
  }

  /** Tells those whose interest is among these events; false if nobody's is. Never switches. */
  boolean tell(int events) {
    boolean anybody = false;
    if ((events & ZMQ.ZMQ_POLLIN) != 0) {
      anybody = grantAll(readable);
    }
    if ((events & ZMQ.ZMQ_POLLOUT) != 0) {
      anybody |= grantAll(writable);
    }
    return tellListeners(events) || anybody;
  }

  private static boolean grantAll(WaitQueue line) {
    Waiter granted = line.grantAll(null);
    WaitQueue.wakeAll(granted);
    return granted != null;
  }

  /** Whoever is told may come and go. */
  private boolean tellListeners(int events) {
    if (listeners.isEmpty()) {
      return false;
    }
    boolean anybody = false;
    for (Listener listener : List.copyOf(listeners)) {
      if ((listener.interest & events) != 0) {
        anybody = true;
        listener.call.run();
      }
    }
    return anybody;
  }

  /** Everybody is told, for there is nothing more to look at; who waits gets a failure. */
  void end(Supplier<? extends Throwable> failure) {
    Lines.failAll(readable, failure);
    Lines.failAll(writable, failure);
    Lines.failAll(ends, failure);
    boolean _ = tellListeners(-1);
  }
}
