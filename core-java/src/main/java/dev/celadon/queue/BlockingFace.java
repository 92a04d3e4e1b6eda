package dev.celadon.queue;

import dev.celadon.hub.InterruptedWaitException;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A queue or channel as {@code java.util.concurrent} sees it.
 *
 * <p>After the queue's end, calls that may wait throw {@link QueueShutDown}, so that no loop around
 * them spins; calls that answer at once say false or null.
 *
 * <p>Safe for use from any thread.
 */
final class BlockingFace<T> extends AbstractQueue<T> implements BlockingQueue<T> {
  /*
   * Looking through the items calls their equals, which is the user's code: so it looks through a copy, and takes out by identity
   * what it found. Who finds an item that somebody else has taken meanwhile looks on.
   */
  private final Exchange<T> exchange;

  BlockingFace(Exchange<T> exchange) {
    this.exchange = exchange;
  }

  // --- Waiting

  @Override
  public void put(T item) throws InterruptedException {
    boolean _ = interruptibly(() -> exchange.put(item, Long.MAX_VALUE));
  }

  @Override
  public boolean offer(T item, long timeout, TimeUnit unit) throws InterruptedException {
    return interruptibly(() -> exchange.put(item, Math.max(0, unit.toNanos(timeout))));
  }

  @Override
  public T take() throws InterruptedException {
    return interruptibly(() -> Objects.requireNonNull(exchange.get(Long.MAX_VALUE)));
  }

  @Override
  public @Nullable T poll(long timeout, TimeUnit unit) throws InterruptedException {
    return interruptibly(() -> exchange.get(Math.max(0, unit.toNanos(timeout))));
  }

  private interface Call<R extends @Nullable Object> {
    R run();
  }

  /** As everywhere in java.util.concurrent: checked, and the interrupt status is cleared. */
  private static <R extends @Nullable Object> R interruptibly(Call<R> call)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    try {
      return call.run();
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted();
      InterruptedException interrupted = new InterruptedException(e.getMessage());
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  // --- Answering at once

  @Override
  public boolean offer(T item) {
    try {
      return exchange.offer(item, null);
    } catch (QueueShutDown _) {
      return false;
    }
  }

  @Override
  public @Nullable T poll() {
    try {
      return exchange.take(null);
    } catch (QueueShutDown _) {
      return null;
    }
  }

  @Override
  public @Nullable T peek() {
    return exchange.firstItem();
  }

  @Override
  public int drainTo(Collection<? super T> target) {
    return drainTo(target, Integer.MAX_VALUE);
  }

  @Override
  public int drainTo(Collection<? super T> target, int maxElements) {
    Objects.requireNonNull(target, "target");
    if (target == this) {
      throw new IllegalArgumentException(
          "a queue cannot be drained into itself: give another collection");
    }
    int drained = 0;
    while (drained < maxElements) {
      T item = poll();
      if (item == null) {
        break;
      }
      target.add(item);
      drained++;
    }
    return drained;
  }

  // --- Looking through

  @Override
  public int size() {
    return exchange.size();
  }

  @Override
  public int remainingCapacity() {
    int capacity = exchange.capacity();
    return capacity == Integer.MAX_VALUE ? capacity : Math.max(0, capacity - exchange.size());
  }

  @Override
  public boolean contains(@Nullable Object sought) {
    return exchange.copy().contains(sought);
  }

  @Override
  public boolean remove(@Nullable Object sought) {
    for (T item : exchange.copy()) {
      if (item.equals(sought) && exchange.remove(item)) {
        return true;
      }
    }
    return false;
  }

  /** The items of this moment; {@code remove} takes the last one out if it is still there. */
  @Override
  public Iterator<T> iterator() {
    List<T> copy = exchange.copy();
    Iterator<T> all = copy.iterator();
    return new Iterator<>() {
      private @Nullable T last;

      @Override
      public boolean hasNext() {
        return all.hasNext();
      }

      @Override
      public T next() {
        T next = all.next();
        last = next;
        return next;
      }

      @Override
      public void remove() {
        if (last == null) {
          throw new IllegalStateException("remove comes after next, once");
        }
        boolean _ = exchange.remove(last);
        last = null;
      }
    };
  }
}
