package dev.celadon.queue;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Takes items until the queue is shut down and empty. Confined to who iterates. */
final class UntilShutDown<T> implements Iterator<T> {

  private final Exchange<T> exchange;
  private @Nullable T next;

  UntilShutDown(Exchange<T> exchange) {
    this.exchange = exchange;
  }

  @Override
  public boolean hasNext() {
    if (next == null) {
      try {
        next = exchange.get(Long.MAX_VALUE);
      } catch (QueueShutDown _) {
        return false;
      }
    }
    return true;
  }

  @Override
  public T next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException("the queue is shut down and empty: ask hasNext first");
    }
    T item = next;
    next = null;
    return item;
  }
}
