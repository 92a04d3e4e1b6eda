package dev.celadon.signal;

import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.RawGreenlet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What runs when a signal arrives; made by {@link Signals#on(String, Body)}.
 *
 * <p>Safe for use from any thread.
 */
public final class SignalHandler implements AutoCloseable {

  private final Hub hub;
  private final String signal;
  private final SignalLine line;
  private final Runnable listener = this::arrived;

  /** Null after the end. */
  private volatile @Nullable Body body;

  private volatile @Nullable Runnable unhook;

  /** An arrival is on its way to its first turn; further ones until then are the same. */
  private final AtomicBoolean pending = new AtomicBoolean();

  SignalHandler(Hub hub, String signal, Body body) {
    this.hub = hub;
    this.signal = signal;
    this.line = SignalLine.of(signal);
    this.body = body;
  }

  void start() {
    unhook = hub.onClose(this::cancel);
    try {
      line.add(listener);
    } catch (RuntimeException refused) {
      cancel();
      throw refused;
    }
  }

  /** On a thread of the JVM, one for each arrival. */
  private void arrived() {
    if (pending.compareAndSet(false, true)) {
      try {
        new Delivery(this).start();
      } catch (HubClosedException e) {
        cancel();
      }
    }
  }

  /** One arrival. */
  private static final class Delivery extends RawGreenlet {

    private final SignalHandler handler;

    Delivery(SignalHandler handler) {
      super(handler.hub);
      this.handler = handler;
    }

    void start() {
      boolean _ = startSoon();
    }

    @Override
    protected void main() throws Exception {
      handler.pending.set(false);
      Body now = handler.body;
      if (now != null) {
        now.run();
      }
    }

    @Override
    protected void ended(@Nullable Throwable thrown) {
      if (thrown != null) {
        handler.pending.set(false); // it was killed before
      }
    }

    @Override
    public String toString() {
      return "the handler of the signal " + handler.signal;
    }
  }

  /**
   * Ends the handling: what has arrived and has not had its turn is dropped, too, and everything
   * that the handler refers to is let go. When the last handler of a signal has gone, the signal
   * does again what it did before the first one. Does nothing the second time. Never waits.
   */
  public void cancel() {
    body = null;
    line.remove(listener);
    Runnable hook = unhook;
    unhook = null;
    if (hook != null) {
      hook.run();
    }
  }

  /** The same as {@link #cancel}. */
  @Override
  public void close() {
    cancel();
  }

  /**
   * Whether arrivals are handled.
   *
   * @return true until {@link #cancel}, or until the hub begins to close
   */
  public boolean isActive() {
    return body != null;
  }

  @Override
  public String toString() {
    return "SignalHandler[" + signal + (isActive() ? "]" : ", cancelled]");
  }
}
