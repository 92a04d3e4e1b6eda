package dev.celadon.zeromq;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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

  /** The heads of the lines at the last {@link #haveStood}. */
  private @Nullable Waiter firstReader;

  private @Nullable Waiter firstWriter;

  Lookers(ZmqSocket socket) {
    this.readable = new WaitQueue(socket);
    this.writable = new WaitQueue(socket);
    this.ends = new WaitQueue(socket);
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

  /** Whether somebody stands here who did so at the last call. */
  boolean haveStood() {
    Waiter reader = readable.first();
    Waiter writer = writable.first();
    boolean stood =
        (reader != null && reader == firstReader) || (writer != null && writer == firstWriter);
    firstReader = reader;
    firstWriter = writer;
    return stood;
  }

  /** Whether those of whom {@link #haveStood} has spoken are told by now. */
  boolean areGone() {
    return (firstReader != null && firstReader.isGranted())
        || (firstWriter != null && firstWriter.isGranted());
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
    Lines.failAll(ends, failure);
    tellListeners(-1);
  }
}
