package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Items in the order in which they came, or the other way round. Guarded by the queue's lock. */
final class ArrivedItems<T> extends Items<T> {

  private final ArrayDeque<T> items = new ArrayDeque<>();
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
    return items.size();
  }

  @Override
  @Nullable T firstInOrder() {
    return items.peekFirst();
  }

  @Override
  @Nullable T takeFirstInOrder() {
    return items.pollFirst();
  }

  @Override
  boolean fits(@Nullable Place<T> place) {
    return true;
  }

  @Override
  void add(T item, @Nullable Place<T> place) {
    if (lastFirst) {
      items.addFirst(item);
    } else {
      items.addLast(item);
    }
  }

  @Override
  boolean removeInOrder(Object item) {
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
    copy.addAll(items);
  }

  @Override
  Place<T> seek(T item, WaitQueue lock) {
    throw new AssertionError("bug in Celadon, please report: an item that came has its place");
  }
}
