package dev.celadon.zeromq;

import java.io.IOException;
import java.nio.channels.Selector;
import zmq.Ctx;
import zmq.ZError;

/** A JeroMQ context whose selectors are {@link HubSelector}s. Confined to its hub. */
final class HubCtx extends Ctx {

  private final HubEngine engine;

  HubCtx(HubEngine engine) {
    this.engine = engine; // before super(), which asks for a selector
    super();
  }

  @Override
  public Selector createSelector() {
    return engine.newSelector();
  }

  @Override
  public boolean closeSelector(Selector selector) {
    return close(selector);
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
