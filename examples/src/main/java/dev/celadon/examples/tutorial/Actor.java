package dev.celadon.examples.tutorial;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.queue.Queue;
import org.jspecify.annotations.Nullable;

/** A greenlet with an inbox, which it works through one message at a time. */
abstract class Actor<M> extends Greenlet<@Nullable Void> {

  private final Queue<M> inbox = new Queue<>();

  /** What it does with a message. */
  abstract void receive(M message) throws Exception;

  final void tell(M message) {
    inbox.put(message);
  }

  /** Ends it when all messages that have come are done. */
  final void stop() {
    inbox.shutdown();
  }

  @Override
  protected final @Nullable Void run() throws Exception {
    for (M message : inbox) {
      receive(message);
    }
    return null;
  }
}
