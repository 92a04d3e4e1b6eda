package dev.celadon.zeromq;

import dev.celadon.hub.WaitQueue;
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
  private final List<Listener> listeners = new ArrayList<>(0);

  Lookers(ZmqSocket socket) {
    this.readable = new WaitQueue(socket);
    this.writable = new WaitQueue(socket);
  }

  boolean isEmpty() {
    return listeners.isEmpty() && readable.isEmpty() && writable.isEmpty();
  }

  /** The line for one of {@code ZMQ_POLLIN} and {@code ZMQ_POLLOUT}. */
  WaitQueue line(int event) {
    return event == ZMQ.ZMQ_POLLIN ? readable : writable;
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

  /** Tells those whose interest is among these events. Never switches. */
  void tell(int events) {
    if ((events & ZMQ.ZMQ_POLLIN) != 0) {
      WaitQueue.wakeAll(readable.grantAll(null));
    }
    if ((events & ZMQ.ZMQ_POLLOUT) != 0) {
      WaitQueue.wakeAll(writable.grantAll(null));
    }
    if (!listeners.isEmpty()) {
      tellListeners(events);
    }
  }

  /** Whoever is told may come and go. */
  private void tellListeners(int events) {
    for (Listener listener : List.copyOf(listeners)) {
      if ((listener.interest & events) != 0) {
        listener.call.run();
      }
    }
  }

  /** Everybody is told, for there is nothing more to look at; who waits gets a failure. */
  void end(Supplier<? extends Throwable> failure) {
    Lines.failAll(readable, failure);
    Lines.failAll(writable, failure);
    tellListeners(-1);
  }
}
