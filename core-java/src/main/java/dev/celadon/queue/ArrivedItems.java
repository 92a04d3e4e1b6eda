package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items in the order in which they came, or the other way round. Guarded by the queue's lock. */
final class ArrivedItems<T> extends Items<T> {

  /** Null until there is one: where takers wait, nothing is ever kept. */
  private @Nullable ArrayDeque<T> items;

  private final boolean lastFirst;

  ArrivedItems(boolean lastFirst) {
    this.lastFirst = lastFirst;
  }

  @Override
  boolean isLastFirst() {
    return lastFirst;
  }

  @Override
  int sizeInOrder() {
    return items == null ? 0 : items.size();
  }

  @Override
  @Nullable T firstInOrder() {
    return items == null ? null : items.peekFirst();
  }

  @Override
  @Nullable T takeFirstInOrder() {
    return items == null ? null : items.pollFirst();
  }

  @Override
  boolean fits(@Nullable Place<T> place) {
    return true;
  }

  @Override
  void add(T item, @Nullable Place<T> place) {
    ArrayDeque<T> kept = items == null ? new ArrayDeque<>(1) : items;
    items = kept;
    if (lastFirst) {
      kept.addFirst(item);
    } else {
      kept.addLast(item);
    }
  }

  @Override
  boolean removeInOrder(Object item) {
    if (items == null) {
      return false;
    }
    for (Iterator<T> all = items.iterator(); all.hasNext(); ) {
      if (all.next() == item) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  @Override
  void copyInOrder(List<T> copy) {
    if (items != null) {
      copy.addAll(items);
    }
  }

  @Override
  Place<T> seek(T item, WaitQueue lock) {
    throw new AssertionError("bug in Celadon, please report: an item that came has its place");
  }
}
