package dev.celadon.greenlet;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.Waiter;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to call after a greenlet's end: the wake-up of a callback's {@link Waiter}.
 *
 * @param <T> the type of the greenlet's result
 */
final class Link<T extends @Nullable Object> implements Runnable {

  enum When {
    ALWAYS,
    SUCCESS,
    FAILURE
  }

  private final Greenlet<T> greenlet;
  private final Consumer<? super Greenlet<T>> callback;
  private final When when;
  private final boolean raw;

  Link(Greenlet<T> greenlet, Consumer<? super Greenlet<T>> callback, When when, boolean raw) {
    this.greenlet = greenlet;
    this.callback = callback;
    this.when = when;
    this.raw = raw;
  }

  boolean takesFailure() {
    return when != When.SUCCESS;
  }

  /** Finds the waiter of a link. */
  record Calls(Consumer<?> callback) implements Predicate<Waiter> {
    @Override
    public boolean test(Waiter waiter) {
      return waiter.party() instanceof Link<?> link && link.callback == callback;
    }
  }

  /** The end has come: whoever is called is called in a greenlet, never here. */
  @Override
  public void run() {
    if ((when == When.SUCCESS && !greenlet.isSuccessful())
        || (when == When.FAILURE && greenlet.isSuccessful())) {
      return;
    }
    Hub hub = greenlet.hub();
    Runnable call = () -> callback.accept(greenlet);
    try {
      if (raw) {
        hub.runCallback(call);
      } else {
        hub.spawnRaw(call);
      }
    } catch (HubClosedException e) {
      Thread.startVirtualThread(call); // the greenlet has outlived its hub
    }
  }
}
