package dev.celadon.queue;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A queue whose least item comes out first, by an order of the user's. Of equal ones, the one that
 * came into the queue first comes out first.
 *
 * <p>Only who puts compares: an order that throws does so in the put whose item it could not place.
 * That item is not added, and the queue works on. A waiting producer's item is compared when its
 * place becomes free, by whoever freed it; what the order throws then is the producer's failure all
 * the same. The bound comes before the order: a waiting producer's item overtakes nothing before it
 * is in the queue.
 *
 * <p>The order must not wait. It runs outside of all locks, and may run again if others put at the
 * same time.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the items, which are never null
 */
public final class PriorityQueue<T> extends Queue<T> {

  /**
   * Makes a queue without a bound: a put never waits.
   *
   * @param order the least comes out first
   */
  public PriorityQueue(Comparator<? super T> order) {
    this(Integer.MAX_VALUE, order, List.of());
  }

  /**
   * Makes a queue with a bound.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @param order the least comes out first
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public PriorityQueue(int capacity, Comparator<? super T> order) {
    this(capacity, order, List.of());
  }

  /**
   * Makes a queue with a bound that has items from the start. They are unfinished, like items that
   * were put.
   *
   * @param capacity how many items it holds before a put waits; at least 1; {@link
   *     Integer#MAX_VALUE} is no bound
   * @param order the least comes out first
   * @param items the first items, in any order
   * @throws IllegalArgumentException if {@code capacity} is less than 1, or than there are items
   */
  public PriorityQueue(int capacity, Comparator<? super T> order, Collection<? extends T> items) {
    super(new SortedItems<>(Objects.requireNonNull(order, "order")), capacity, items);
  }

  /**
   * Makes a queue without a bound for items that have an order of their own.
   *
   * @param <T> the type of the items
   * @return a queue whose least item comes out first
   */
  public static <T extends Comparable<? super T>> PriorityQueue<T> natural() {
    return new PriorityQueue<>(Comparator.naturalOrder());
  }

  /**
   * Makes a queue with a bound for items that have an order of their own.
   *
   * @param <T> the type of the items
   * @param capacity how many items it holds before a put waits; at least 1
   * @return a queue whose least item comes out first
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public static <T extends Comparable<? super T>> PriorityQueue<T> natural(int capacity) {
    return new PriorityQueue<>(capacity, Comparator.naturalOrder());
  }
}
