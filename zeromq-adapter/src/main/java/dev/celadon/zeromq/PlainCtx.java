package dev.celadon.zeromq;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.function.Predicate;
import java.util.function.Supplier;
import zmq.Ctx;
import zmq.ZError;

/**
 * A JeroMQ context whose selectors are ours, and whose commands are JeroMQ's business. {@link
 * CommandHook} makes the other kind.
 */
final class PlainCtx extends Ctx {

  private final Supplier<Selector> open;
  private final Predicate<Selector> close;

  PlainCtx(Supplier<Selector> open, Predicate<Selector> close) {
    this.open = open; // before super(), which asks for a selector
    this.close = close;
    super();
  }

  @Override
  public Selector createSelector() {
    return open.get();
  }

  @Override
  public boolean closeSelector(Selector selector) {
    return close.test(selector);
  }

  /** In JeroMQ's words; true if it was open. */
  static boolean close(Selector selector) {
    if (!selector.isOpen()) {
      return false;
    }
    try {
      selector.close();
    } catch (IOException e) {
      throw new ZError.IOException(e);
    }
    return true;
  }
}
