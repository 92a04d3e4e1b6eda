package dev.celadon.zeromq;

import java.io.IOException;
import java.nio.channels.Selector;
import zmq.Ctx;
import zmq.ZError;

/** A JeroMQ context with its own threads, whose selectors are {@link ThreadSelector}s. */
final class ThreadCtx extends Ctx {

  private final ThreadEngine engine;

  ThreadCtx(ThreadEngine engine) {
    this.engine = engine; // before super(), which asks for a selector
    super();
  }

  @Override
  public Selector createSelector() {
    try {
      return engine.newSelector();
    } catch (IOException e) {
      throw new ZError.IOException(e);
    }
  }

  @Override
  public boolean closeSelector(Selector selector) {
    engine.forget(selector);
    return HubCtx.close(selector);
  }
}
