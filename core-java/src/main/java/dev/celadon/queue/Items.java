package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import java.util.List;
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

  abstract int size();

  /** The first item, which stays; null if there is none. */
  abstract @Nullable T first();

  abstract @Nullable T takeFirst();

  /**
   * Whether an item may be added now.
   *
   * @param place what {@link #seek} found for that item; null if nobody has sought yet
   * @return false if somebody has to seek, again or for the first time
   */
  abstract boolean fits(@Nullable Place<T> place);

  /** Adds an item that {@link #fits}. */
  abstract void add(T item, @Nullable Place<T> place);

  /** Adds an item that is taken before all others. */
  abstract void addFirst(T item);

  /** Takes this very object out, wherever it stands. */
  abstract boolean remove(Object item);

  /** A copy of all items, in order. Takes as long as there are items. */
  abstract List<T> copy();

  /**
   * Looks for the place of an item. Outside the lock.
   *
   * @param lock the queue's, taken for a few steps at a time
   * @throws RuntimeException whatever the user's order throws
   */
  abstract Place<T> seek(T item, WaitQueue lock);
}
