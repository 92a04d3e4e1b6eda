package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items in the order of a comparator; of equal ones, the one that came first is the first. Guarded
 * by the queue's lock, but for {@link #seek}.
 */
final class SortedItems<T> extends Items<T> {
  /*
   * A skip list [1]: sorted at all times, so that only who adds compares, and who takes just unlinks the first node. The comparator
   * is the user's code and must not run under the lock. So seek() takes the lock for the step to the next node, compares outside,
   * and add() uses what was found if it is still true. What can happen between two steps:
   *
   *   the first node is taken         it is marked as gone. All nodes before it are gone too, so `head` stands for it: the search
   *                                   goes on, and what was found stays true.
   *   a node is added, or removed     `age` grows: the search begins again. One of those who sought at the same time has got on
   *   from the middle                 then, so not all of them can be turned back for ever.
   *
   * [1] W. Pugh, Skip Lists: A Probabilistic Alternative to Balanced Trees, 1990. The heights come from a counter, well mixed: the
   * same program makes the same list.
   */

  /** Enough for a few dozen million items: every fourth node of a level stands on the next one. */
  private static final int LEVELS = 13;

  static final class Node<T> {
    final @Nullable T item; // null in the head only
    final @Nullable Node<T>[] next;
    boolean gone;

    Node(@Nullable T item, int height) {
      this.item = item;
      this.next = nodes(height);
    }
  }

  private final Comparator<? super T> order;
  private final Node<T> head = new Node<>(null, LEVELS);
  private int sorted;
  private long age;
  private long heights;

  SortedItems(Comparator<? super T> order) {
    this.order = order;
  }

  @Override
  boolean isLastFirst() {
    return false;
  }

  @Override
  int sizeInOrder() {
    return sorted;
  }

  @Override
  @Nullable T firstInOrder() {
    Node<T> first = head.next[0];
    return first == null ? null : first.item;
  }

  @Override
  @Nullable T takeFirstInOrder() {
    Node<T> first = head.next[0];
    if (first == null) {
      return null;
    }
    for (int level = 0; level < first.next.length; level++) {
      head.next[level] = first.next[level];
      first.next[level] = null; // the collector need not follow a chain of taken nodes
    }
    first.gone = true;
    sorted--;
    return first.item;
  }

  @Override
  boolean fits(@Nullable Place<T> place) {
    return sorted == 0 || (place != null && place.age == age);
  }

  @Override
  void add(T item, @Nullable Place<T> place) {
    Node<T> node = new Node<>(item, nextHeight());
    for (int level = 0; level < node.next.length; level++) {
      Node<T> before = sorted == 0 || place == null ? head : alive(place.before[level]);
      node.next[level] = before.next[level];
      before.next[level] = node;
    }
    sorted++;
    age++;
  }

  private Node<T> alive(@Nullable Node<T> node) {
    return node == null || node.gone ? head : node;
  }

  private int nextHeight() {
    heights += 0x9E3779B97F4A7C15L; // SplitMix64
    long mixed = (heights ^ (heights >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return Math.min(LEVELS, 1 + Long.numberOfTrailingZeros(mixed ^ (mixed >>> 31)) / 2);
  }

  @Override
  Place<T> seek(T item, WaitQueue lock) {
    Place<T> place = begin(lock);
    Node<T> at = head;
    int level = LEVELS - 1;
    while (true) {
      lock.lock();
      boolean stale = place.age != age;
      at = alive(at);
      Node<T> next = at.next[level];
      while (next == null && level > 0) {
        place.before[level--] = at;
        next = at.next[level];
      }
      lock.unlock();
      if (stale) {
        place = begin(lock);
        at = head;
        level = LEVELS - 1;
      } else if (next != null && compare(item, next) >= 0) {
        at = next;
      } else {
        place.before[level--] = at;
        if (level < 0) {
          return place;
        }
      }
    }
  }

  private Place<T> begin(WaitQueue lock) {
    @Nullable Node<T>[] before = nodes(LEVELS);
    lock.lock();
    long now = age;
    lock.unlock();
    return new Place<>(before, now);
  }

  @SuppressWarnings("NullAway") // only the head has no item, and it is nobody's next
  private int compare(T item, Node<T> node) {
    return order.compare(item, node.item);
  }

  @Override
  boolean removeInOrder(Object item) {
    Node<T> node = head.next[0];
    while (node != null && node.item != item) {
      node = node.next[0];
    }
    if (node == null) {
      return false;
    }
    for (int level = 0; level < node.next.length; level++) {
      Node<T> before = head;
      for (Node<T> next = head.next[level]; next != node && next != null; ) {
        before = next;
        next = next.next[level];
      }
      before.next[level] = node.next[level];
    }
    node.gone = true;
    sorted--;
    age++;
    return true;
  }

  @Override
  void copyInOrder(List<T> copy) {
    for (Node<T> node = head.next[0]; node != null; node = node.next[0]) {
      if (node.item != null) {
        copy.add(node.item);
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  private static <T> @Nullable Node<T>[] nodes(int length) {
    return new Node[length];
  }
}
