package dev.celadon.queue;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way from producers to consumers, first in, first out, with an optional bound.
 *
 * <p>Strictly fair on both sides: an item goes to the longest waiting consumer, a free place to the
 * longest waiting producer, at that moment; nobody who comes later can take it. Who is killed or
 * timed out while waiting has taken, or put, nothing.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the items, which are never null
 */
public final class Queue<T> {
  /*
   * Consumers wait only while there are no items, producers only while there is no place. Both queues and the items are guarded
   * by the lock of `consumers`. A waiting producer's item is what its waiter carries; it enters the items together with the
   * grant.
   */
  private final WaitQueue consumers = new WaitQueue(this);
  private final WaitQueue producers = new WaitQueue(this);
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private final int capacity;

  /** Makes a queue without a bound: a put never waits. */
  public Queue() {
    this.capacity = Integer.MAX_VALUE;
  }

  /**
   * Makes a queue with a bound.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public Queue(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "capacity must be at least 1: " + capacity + "; new Queue<>() has no bound");
    }
    this.capacity = capacity;
  }

  // --- Putting

  /**
   * Adds an item, waiting for a place if need be. Switches only if the queue is full.
   *
   * @param item what to add
   */
  public void put(T item) {
    boolean _ = put(item, Long.MAX_VALUE);
  }

  /**
   * Adds an item, waiting for a place for a limited time. Switches only if the queue is full.
   *
   * @param item what to add
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it was added; false if time was over first, and then it will not be
   */
  public boolean put(T item, Duration timeout) {
    return put(item, Clock.waitNanos(timeout));
  }

  /**
   * Adds an item if there is a place. Never switches.
   *
   * @param item what to add
   * @return true if it was added
   */
  public boolean tryPut(T item) {
    return registerPut(item, null);
  }

  private boolean put(T item, long nanos) {
    if (tryPut(item)) {
      return true;
    }
    Waiter waiter = Waiter.current();
    if (registerPut(item, waiter)) {
      return true;
    }
    try {
      return waiter.await(nanos);
    } finally {
      unregister(waiter);
    }
  }

  /**
   * Adds an item, or a waiter that brings it: for waits of one's own, such as suspended coroutines.
   * Never switches.
   *
   * @param item what to add
   * @param waiter granted with null when the item was added; to be taken back with {@link
   *     #unregister}; null does not wait
   * @return true if the item was added; then the waiter was not
   */
  public boolean registerPut(T item, @Nullable Waiter waiter) {
    Objects.requireNonNull(item, "item");
    consumers.lock();
    Waiter consumer = consumers.grantFirst(item);
    boolean added = consumer != null;
    if (!added && items.size() < capacity) {
      added = items.add(item);
    }
    if (!added && waiter != null) {
      waiter.carry(item);
      producers.add(waiter);
    }
    consumers.unlock();
    if (consumer != null) {
      consumer.wake();
    }
    return added;
  }

  // --- Getting

  /**
   * Takes the first item, waiting for one if need be. Switches only if the queue is empty.
   *
   * @return the item
   */
  public T get() {
    return Objects.requireNonNull(get(Long.MAX_VALUE)); // a wait without an end ends with an item
  }

  /**
   * Takes the first item, waiting for one for a limited time. Switches only if the queue is empty.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the item, or null if time was over first
   */
  public @Nullable T get(Duration timeout) {
    return get(Clock.waitNanos(timeout));
  }

  /**
   * Takes the first item, if there is one. Never switches.
   *
   * @return the item, or null
   */
  public @Nullable T tryGet() {
    return registerGet(null);
  }

  private @Nullable T get(long nanos) {
    T item = tryGet();
    if (item != null) {
      return item;
    }
    Waiter waiter = Waiter.current();
    item = registerGet(waiter);
    if (item != null) {
      return item;
    }
    try {
      return waiter.await(nanos) ? item(waiter.value()) : null;
    } finally {
      unregister(waiter);
    }
  }

  /**
   * Takes the first item, or adds a waiter for one: for waits of one's own, such as suspended
   * coroutines. Never switches.
   *
   * @param waiter granted with an item; to be taken back with {@link #unregister}; null does not
   *     wait
   * @return the item; then the waiter was not added. Null if there is none
   */
  public @Nullable T registerGet(@Nullable Waiter waiter) {
    consumers.lock();
    T item = items.poll();
    Waiter producer = null;
    if (item != null) {
      producer = admitProducer();
    } else if (waiter != null) {
      consumers.add(waiter);
    }
    consumers.unlock();
    if (producer != null) {
      producer.wake();
    }
    return item;
  }

  /** If a place is free, the longest waiting producer's item takes it. */
  private @Nullable Waiter admitProducer() {
    Waiter producer = items.size() < capacity ? producers.first() : null;
    while (producer != null) {
      producers.remove(producer);
      if (producer.grant(null)) {
        items.add(item(producer.payload()));
        return producer;
      }
      producer = producers.first();
    }
    return null;
  }

  /**
   * Gives an item back that was taken but not used: it is the first again, or goes to the longest
   * waiting consumer. It may exceed the bound. Never switches.
   *
   * @param item what {@link #registerGet} or a grant gave
   */
  public void putBack(T item) {
    Objects.requireNonNull(item, "item");
    consumers.lock();
    Waiter consumer = consumers.grantFirst(item);
    if (consumer == null) {
      items.addFirst(item);
    }
    consumers.unlock();
    if (consumer != null) {
      consumer.wake();
    }
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #registerPut} or {@link #registerGet}
   */
  public void unregister(Waiter waiter) {
    if (!waiter.isGranted()) {
      consumers.lock();
      boolean _ = consumers.remove(waiter) || producers.remove(waiter);
      consumers.unlock();
    }
  }

  @SuppressWarnings("unchecked") // the waiters of a queue carry and get its items only
  private T item(@Nullable Object carried) {
    return (T) Objects.requireNonNull(carried);
  }

  // --- Looking

  /**
   * How many items are in the queue. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int size() {
    consumers.lock();
    int size = items.size();
    consumers.unlock();
    return size;
  }

  /**
   * Whether a get would wait. With other threads around, the answer may be old at once.
   *
   * @return true without items
   */
  public boolean isEmpty() {
    return size() == 0;
  }

  /**
   * Whether a put would wait. With other threads around, the answer may be old at once.
   *
   * @return true if the bound is reached
   */
  public boolean isFull() {
    return size() >= capacity;
  }

  @Override
  public String toString() {
    return "Queue[" + size() + (capacity == Integer.MAX_VALUE ? "" : " of " + capacity) + "]";
  }
}
