package dev.celadon.greenlet;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Several things to wait for, in the order in which they become ready.
 *
 * <pre>{@code
 * try (Iwait<Greenlet<Page>> loaded = Iwait.of(loading)) {
 *   for (Greenlet<Page> page : loaded) {
 *     show(page.result());
 *   }
 * }
 * }</pre>
 *
 * <p>It is told by all of them from the moment it is made; what becomes ready while nobody asks is
 * kept. Those that are ready at first come first, in the given order. One that is given twice comes
 * twice. {@link #close} leaves nothing behind, and so does the end of the iteration.
 *
 * <p>It takes nothing from what it waits for: a semaphore is only told to be free, and the failure
 * of a greenlet is not taken; its {@code result()} throws it.
 *
 * <p>Confined to the greenlet or thread that made it.
 *
 * @param <W> the type of what is waited for
 */
public final class Iwait<W extends Waitable> implements Iterable<W>, AutoCloseable {
  /*
   * Every object gets a waiter whose wake-up puts it behind those that are ready, or hands it to the consumer if that waits. This
   * happens on any thread, in a few instructions under the lock of `consumer`; the rest is the consumer's own.
   */
  private final class Arrival implements Runnable {

    final W object;
    final Waiter waiter = new Waiter(this);
    boolean given;

    /** Guarded by the lock. */
    @Nullable Arrival next;

    Arrival(W object) {
      this.object = object;
    }

    @Override
    public void run() {
      consumer.lock();
      Waiter granted = consumer.grantFirst(this);
      if (granted == null) {
        if (last == null) {
          first = this;
        } else {
          last.next = this;
        }
        last = this;
      }
      consumer.unlock();
      if (granted != null) {
        granted.wake();
      }
    }
  }

  private final WaitQueue consumer = new WaitQueue(this);
  private final Deadline deadline;
  private final boolean takesFailures;
  private final List<Arrival> arrivals;

  /** What is ready and not given yet, in order. Guarded by the lock. */
  private @Nullable Arrival first;

  private @Nullable Arrival last;

  /** How many are still to be given. */
  private int left;

  private boolean closed;

  private Iwait(
      Collection<? extends W> objects, int count, Duration timeout, boolean takesFailures) {
    if (count < 0) {
      throw new IllegalArgumentException(
          "count must not be negative: " + count + "; leave it out for all");
    }
    List<W> all = List.copyOf(Objects.requireNonNull(objects, "objects"));
    this.deadline = Deadline.in(timeout);
    this.takesFailures = takesFailures;
    this.arrivals = new ArrayList<>(all.size());
    this.left = Math.min(count, all.size());
    for (W object : all) {
      arrivals.add(new Arrival(object));
    }
  }

  private Iwait<W> registered() {
    try {
      for (Arrival arrival : arrivals) {
        if (takesFailures) {
          arrival.waiter.carry(Greenlet.RECEIVER);
        }
        if (!arrival.object.register(arrival.waiter)) {
          arrival.run();
        }
      }
    } catch (Throwable thrown) {
      close();
      throw thrown;
    }
    return this;
  }

  /**
   * Waits for all of them, one after the other. Never switches; the iteration does.
   *
   * @param objects what to wait for
   * @param <W> the type of it
   * @return the iteration, to be closed unless it comes to its end
   */
  public static <W extends Waitable> Iwait<W> of(Collection<? extends W> objects) {
    return of(objects, Integer.MAX_VALUE, Deadline.NEVER);
  }

  /**
   * Waits for some of them for a limited time. Never switches; the iteration does.
   *
   * @param objects what to wait for
   * @param count how many to give at most, 0 or more
   * @param timeout time for all waits together, from now on; then the iteration ends without a
   *     word. What is ready already is given even then; zero or negative only looks
   * @param <W> the type of what is waited for
   * @return the iteration, to be closed unless it comes to its end
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static <W extends Waitable> Iwait<W> of(
      Collection<? extends W> objects, int count, Duration timeout) {
    return new Iwait<W>(objects, count, timeout, false).registered();
  }

  /** For one that throws the failures it is told of. */
  static <G extends Greenlet<?>> Iwait<G> takingFailures(
      Collection<? extends G> greenlets, Duration timeout) {
    return new Iwait<G>(greenlets, Integer.MAX_VALUE, timeout, true).registered();
  }

  /**
   * Waits for some of them, and gives them all together. Switches unless enough are ready.
   *
   * @param objects what to wait for
   * @param count how many to give at most, 0 or more
   * @param timeout time to wait at most; zero or negative only looks
   * @param <W> the type of what is waited for
   * @return those that became ready, in that order: {@code count} of them, or all, or fewer if time
   *     was over first
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static <W extends Waitable> List<W> waitAll(
      Collection<? extends W> objects, int count, Duration timeout) {
    List<W> ready = new ArrayList<>();
    try (Iwait<W> all = of(objects, count, timeout)) {
      for (W object : all) {
        ready.add(object);
      }
    }
    return ready;
  }

  /**
   * Goes on with the iteration; there is one, and every iterator of this goes on where the last one
   * was. Its {@code hasNext} and {@code next} switch unless one is ready or the end has come.
   *
   * @return an iterator that waits
   */
  @Override
  public Iterator<W> iterator() {
    return new Iterator<>() {
      private @Nullable W peeked;

      @Override
      public boolean hasNext() {
        if (peeked == null) {
          peeked = nextOrNull();
        }
        return peeked != null;
      }

      @Override
      public W next() {
        if (!hasNext()) {
          throw new NoSuchElementException(
              "nothing is left to wait for, or time is over: ask hasNext first");
        }
        W next = Objects.requireNonNull(peeked);
        peeked = null;
        return next;
      }
    };
  }

  /** The next one that is ready; null at the end. */
  private @Nullable W nextOrNull() {
    if (left == 0 || closed) {
      close();
      return null;
    }
    Arrival arrival = nextArrival();
    if (arrival == null) {
      close();
      return null;
    }
    arrival.given = true;
    left--;
    if (left == 0) {
      close();
    }
    return arrival.object;
  }

  private @Nullable Arrival nextArrival() {
    Arrival ready = takeFirst(null);
    if (ready != null) {
      return ready;
    }
    Waiter waiter = Waiter.current();
    ready = takeFirst(waiter);
    if (ready != null) {
      return ready;
    }
    try {
      return waiter.await(deadline.remainingNanos()) ? granted(waiter) : null;
    } finally {
      consumer.forget(waiter);
    }
  }

  /** Takes one that is ready, or adds the waiter. */
  private @Nullable Arrival takeFirst(@Nullable Waiter waiter) {
    consumer.lock();
    Arrival arrival = first;
    if (arrival != null) {
      first = arrival.next;
      last = first == null ? null : last;
    } else if (waiter != null) {
      consumer.add(waiter);
    }
    consumer.unlock();
    return arrival;
  }

  @SuppressWarnings("unchecked") // grantFirst gives nothing else
  private @Nullable Arrival granted(Waiter waiter) {
    return (Arrival) waiter.value();
  }

  /** Whether all were given that were to be given. */
  boolean isComplete() {
    return left == 0;
  }

  /** Ends the iteration: takes all waits back. Never switches; does nothing the second time. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Arrival arrival : arrivals) {
      if (arrival.waiter.cancel()) {
        arrival.object.unregister(arrival.waiter);
      } else if (takesFailures && !arrival.given && arrival.object instanceof Greenlet<?> ended) {
        ended.giveUpFailure();
      }
    }
    arrivals.clear();
  }

  @Override
  public String toString() {
    return "Iwait[" + left + " to come]";
  }
}
