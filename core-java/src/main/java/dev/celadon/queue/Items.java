package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The items of a queue, and which of them is the first to be taken.
 *
 * <p>Guarded by the lock of the queue, but for {@link #seek}. Nothing but {@code seek} runs code of
 * the user's: items are told apart by identity.
 *
 * @param <T> the type of the items
 */
abstract sealed class Items<T> permits ArrivedItems, SortedItems {
  /*
   * What comes back stands before all that is in order, whatever came meanwhile: it was the first when it was taken. Those that come
   * back stand by their turns, in which they were handed out, and not in the order in which they come back: several takers that give
   * up at the same moment do so in any order. Turns count up from 1, or down from -1 where the last is the first. Who does not
   * know its turn, because it took in the ordinary way, puts back before all others: its turns count down from far below.
   */
  private static final long BEFORE_ALL = Long.MIN_VALUE / 2;

  /** Null if there are none: those who take ask for no more. */
  private @Nullable TreeMap<Turn, T> returned;

  private long handedOut;
  private long front = BEFORE_ALL;

  // --- Those that come back

  /** The turn of an item that is handed over at once, without having been kept. */
  final Turn turnOfNew() {
    handedOut++;
    return new Turn(isLastFirst() ? -handedOut : handedOut);
  }

  /** The turn of the first item, which is about to be taken. */
  final Turn turnOfFirst() {
    return returned == null ? new Turn(++handedOut) : returned.firstKey();
  }

  /** The turn of an item of which nothing is known but that it was the first. */
  final Turn turnBeforeAll() {
    return new Turn(--front);
  }

  /** Adds an item that was taken, before all that are in order. */
  final void putBack(T item, Turn turn) {
    TreeMap<Turn, T> others = returned == null ? new TreeMap<>() : returned;
    returned = others;
    if (others.putIfAbsent(turn, item) != null) {
      others.put(turnBeforeAll(), item); // whoever took both with one waiter
    }
  }

  private boolean removeReturned(Object item) {
    if (returned == null) {
      return false;
    }
    for (Iterator<T> all = returned.values().iterator(); all.hasNext(); ) {
      if (all.next() == item) {
        all.remove();
        forgetIfEmpty();
        return true;
      }
    }
    return false;
  }

  private void forgetIfEmpty() {
    if (returned != null && returned.isEmpty()) {
      returned = null;
    }
  }

  // --- All

  final int size() {
    return returned == null ? sizeInOrder() : returned.size() + sizeInOrder();
  }

  /** The first item, which stays; null if there is none. */
  final @Nullable T first() {
    return returned == null ? firstInOrder() : returned.firstEntry().getValue();
  }

  final @Nullable T takeFirst() {
    if (returned == null) {
      return takeFirstInOrder();
    }
    T item = returned.pollFirstEntry().getValue();
    forgetIfEmpty();
    return item;
  }

  /** Takes this very object out, wherever it stands. */
  final boolean remove(Object item) {
    return removeReturned(item) || removeInOrder(item);
  }

  /** A copy of all items, in order. Takes as long as there are items. */
  final List<T> copy() {
    List<T> copy = new ArrayList<>(size());
    if (returned != null) {
      copy.addAll(returned.values());
    }
    copyInOrder(copy);
    return copy;
  }

  // --- Those that are in order

  /** Whether what comes last is the first to be taken. */
  abstract boolean isLastFirst();

  abstract int sizeInOrder();

  abstract @Nullable T firstInOrder();

  abstract @Nullable T takeFirstInOrder();

  /**
   * Whether an item may be added now.
   *
   * @param place what {@link #seek} found for that item; null if nobody has sought yet
   * @return false if somebody has to seek, again or for the first time
   */
  abstract boolean fits(@Nullable Place<T> place);

  /** Adds an item that {@link #fits}. */
  abstract void add(T item, @Nullable Place<T> place);

  abstract boolean removeInOrder(Object item);

  abstract void copyInOrder(List<T> copy);

  /**
   * Looks for the place of an item. Outside the lock.
   *
   * @param lock the queue's, taken for a few steps at a time
   * @throws RuntimeException whatever the user's order throws
   */
  abstract Place<T> seek(T item, WaitQueue lock);
}
