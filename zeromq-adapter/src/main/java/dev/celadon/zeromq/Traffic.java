package dev.celadon.zeromq;

import dev.celadon.hub.Waiter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The messages that go into a socket and come out of it, counted; among the latter those that came
 * back. Nothing here waits.
 *
 * <p>Confined to its hub.
 */
final class Traffic {

  private final Engine engine;
  private final RawSocket raw;
  private final Counters counters;
  private final ArrayDeque<ZmqMessage> putBack = new ArrayDeque<>(1);

  Traffic(Engine engine, RawSocket raw, Counters counters) {
    this.engine = engine;
    this.raw = raw;
    this.counters = counters;
  }

  /** Sends a message if there is room. */
  boolean put(ZmqMessage message) {
    boolean sent = raw.put(message);
    if (sent) {
      counters.sent++;
      engine.ring();
    }
    return sent;
  }

  /** Sends what somebody who waits carries; false if there is no room. */
  boolean putFor(Waiter waiter) {
    return switch (waiter.payload()) {
      case ZmqMessage message -> put(message);
      case Handed handed -> put(handed, waiter);
      case null, default ->
          throw new AssertionError("bug in Celadon, please report: nothing to send");
    };
  }

  private boolean put(Handed handed, Waiter place) {
    if (!handed.begin()) {
      boolean _ = place.cancel(); // withdrawn, and nobody waits for it any more
      return true;
    }
    boolean sent = false;
    try {
      sent = put(handed.message());
    } finally {
      handed.end(sent);
    }
    return sent;
  }

  /** The next message, if there is one. */
  @Nullable ZmqMessage take() {
    ZmqMessage message = putBack.poll();
    if (message == null) {
      message = raw.take();
      if (message != null) {
        counters.received++;
      }
    }
    return message;
  }

  /** Makes a message the next one to be taken. */
  void putBack(ZmqMessage message) {
    counters.putBack++;
    putBack.addFirst(message);
  }

  boolean hasPutBack() {
    return !putBack.isEmpty();
  }

  void clear() {
    putBack.clear();
  }
}
