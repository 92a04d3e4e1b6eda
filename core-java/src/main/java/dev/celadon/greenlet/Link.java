package dev.celadon.greenlet;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody to call after a greenlet's end: the wake-up of a callback's {@link Waiter}.
 *
 * @param <T> the type of the greenlet's result
 */
final class Link<T extends @Nullable Object> implements Runnable {
  /*
   * Until the end, a link's waiter stands among the greenlet's watchers. The end grants it, and then a second waiter of the link
   * stands there until the call: so a link that is called early can still take back one that would be called later.
   */
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
    this.callback = Objects.requireNonNull(callback, "link");
    this.when = when;
    this.raw = raw;
  }

  boolean takesFailure() {
    return when != When.SUCCESS;
  }

  /** The end has come: whoever is called is called in a greenlet or callback, never here. */
  @Override
  public void run() {
    if ((when == When.SUCCESS && !greenlet.isSuccessful())
        || (when == When.FAILURE && greenlet.isSuccessful())) {
      return;
    }
    WaitQueue queue = greenlet.watchers();
    Waiter turn = new Waiter(this);
    queue.lock();
    queue.add(turn);
    queue.unlock();
    Hub hub = greenlet.hub();
    Runnable call = () -> call(queue, turn);
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

  private void call(WaitQueue queue, Waiter turn) {
    queue.lock();
    boolean linked = queue.remove(turn);
    queue.unlock();
    if (linked) {
      callback.accept(greenlet);
    }
  }

  /** Finds one link by its callback, or all links, and counts those that were to get a failure. */
  static final class Sought implements Predicate<Waiter> {

    private final @Nullable Consumer<?> callback;
    private boolean foundOne;
    private int takers;

    /**
     * Made before the lock is taken.
     *
     * @param callback null finds all
     */
    Sought(@Nullable Consumer<?> callback) {
      this.callback = callback;
    }

    @Override
    public boolean test(Waiter waiter) {
      if (!(waiter.party() instanceof Link<?> link)
          || (callback != null && (foundOne || link.callback != callback))) {
        return false;
      }
      foundOne = true;
      takers += link.takesFailure() ? 1 : 0;
      return true;
    }

    int takers() {
      return takers;
    }
  }
}
