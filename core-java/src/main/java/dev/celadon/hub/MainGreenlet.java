package dev.celadon.hub;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The first greenlet of {@link Hub#run}.
 *
 * @param <T> the type of its result
 */
final class MainGreenlet<T extends @Nullable Object> extends RawGreenlet {

  private final Callable<? extends T> body;
  private final Waiter driver = Waiter.current();
  private @Nullable T value;
  private @Nullable Throwable failure;

  MainGreenlet(Hub hub, Callable<? extends T> body) {
    super(hub);
    this.body = body;
  }

  /** The driving thread's call. */
  void startAndWait() {
    boolean _ = startSoon();
    driver.await();
  }

  @Override
  protected void main() {
    try {
      value = body.call();
    } catch (Throwable thrown) {
      failure = causeOfEnd(thrown);
    }
  }

  @Override
  protected void ended(@Nullable Throwable thrown) {
    if (thrown != null) {
      failure = thrown;
    }
    if (driver.grant(null)) {
      driver.wake();
    }
  }

  @SuppressWarnings("NullAway") // null is the value of a T that may be null
  T result() {
    Throwable thrown = failure;
    if (thrown instanceof GreenletExit) {
      throw (CancellationException)
          new CancellationException("the body of Hub.run was killed").initCause(thrown);
    }
    if (thrown != null) {
      throw raise(thrown);
    }
    return value;
  }

  @Override
  public String toString() {
    return "main greenlet of " + hub();
  }
}
