package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
  int size() {
    return items.size();
  }

  @Override
  @Nullable T first() {
    return items.peekFirst();
  }

  @Override
  @Nullable T takeFirst() {
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
  void addFirst(T item) {
    items.addFirst(item);
  }

  @Override
  boolean remove(Object item) {
    for (Iterator<T> all = items.iterator(); all.hasNext(); ) {
      if (all.next() == item) {
        all.remove();
        return true;
      }
    }
    return false;
  }

  @Override
  List<T> copy() {
    return new ArrayList<>(items);
  }

  @Override
  Place<T> seek(T item, WaitQueue lock) {
    throw new AssertionError("bug in Celadon, please report: an item that came has its place");
  }
}
