package dev.celadon.queue;

import java.util.Collection;
import java.util.List;

/**
 * A queue whose last item comes out first: a stack that one can wait for.
 *
 * <p>A waiting producer's item is the last when its place becomes free, not when the producer came.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the items, which are never null
 */
public final class LifoQueue<T> extends Queue<T> {

  /** Makes a queue without a bound: a put never waits. */
  public LifoQueue() {
    this(Integer.MAX_VALUE, List.of());
  }

  /**
   * Makes a queue with a bound.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public LifoQueue(int capacity) {
    this(capacity, List.of());
  }

  /**
   * Makes a queue without a bound that has items from the start. They are unfinished, like items
   * that were put.
   *
   * @param items the first items; the last of them comes out first
   */
  public LifoQueue(Collection<? extends T> items) {
    this(Integer.MAX_VALUE, items);
  }

  /**
   * Makes a queue with a bound that has items from the start. They are unfinished, like items that
   * were put.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @param items the first items; the last of them comes out first
   * @throws IllegalArgumentException if {@code capacity} is less than 1, or than there are items
   */
  public LifoQueue(int capacity, Collection<? extends T> items) {
    super(new ArrivedItems<>(true), capacity, items);
  }
}
