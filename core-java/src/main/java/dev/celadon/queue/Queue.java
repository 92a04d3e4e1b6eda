package dev.celadon.queue;

import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way from producers to consumers, first in, first out, with an optional bound.
 *
 * <p>Strictly fair on both sides: an item goes to the longest waiting consumer, a free place to the
 * longest waiting producer, at that moment; nobody who comes later can take it. Who is killed or
 * timed out while waiting has taken, or put, nothing.
 *
 * <p>It ends by {@link #shutdown}: what is in it can still be taken, then every get throws {@link
 * QueueShutDown}, and a loop over the queue ends:
 *
 * <pre>{@code
 * for (Job job : queue) {
 *   job.run();
 *   queue.taskDone();
 * }
 * }</pre>
 *
 * <p>Each item that was put is unfinished until somebody calls {@link #taskDone}; {@link #join}
 * waits for the last. Who does not join need not call it. So this is gevent's {@code JoinableQueue}
 * too, as gevent's own {@code Queue} is.
 *
 * <p>A queue can be waited for by {@link Waitable}: it is ready when a {@link #get} would not wait,
 * that is, with an item in it, or after its end.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the items, which are never null
 */
public sealed class Queue<T> implements Waitable, Iterable<T> permits LifoQueue, PriorityQueue {

  private final Exchange<T> exchange;

  /** Makes a queue without a bound: a put never waits. */
  public Queue() {
    this(new ArrivedItems<>(false), Integer.MAX_VALUE, List.of());
  }

  /**
   * Makes a queue with a bound.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public Queue(int capacity) {
    this(new ArrivedItems<>(false), capacity, List.of());
  }

  /**
   * Makes a queue without a bound that has items from the start. They are unfinished, like items
   * that were put.
   *
   * @param items the first items, in order
   */
  public Queue(Collection<? extends T> items) {
    this(new ArrivedItems<>(false), Integer.MAX_VALUE, items);
  }

  /**
   * Makes a queue with a bound that has items from the start. They are unfinished, like items that
   * were put.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @param items the first items, in order
   * @throws IllegalArgumentException if {@code capacity} is less than 1, or than there are items
   */
  public Queue(int capacity, Collection<? extends T> items) {
    this(new ArrivedItems<>(false), capacity, items);
  }

  @SuppressWarnings("this-escape") // for messages only, and no subclass has a state of its own
  Queue(Items<T> kept, int capacity, Collection<? extends T> items) {
    this.exchange = new Exchange<>(this, kept, checkCapacity(capacity));
    for (T item : Objects.requireNonNull(items, "items")) {
      if (!exchange.offer(item, null)) {
        throw new IllegalArgumentException(
            "more items than the capacity "
                + capacity
                + " allows: "
                + items.size()
                + "; put the rest later, or leave the capacity out");
      }
    }
  }

  private static int checkCapacity(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "capacity must be at least 1: "
              + capacity
              + "; leave it out for a queue without a bound, take a Channel for a meeting point");
    }
    return capacity;
  }

  // --- Putting

  /**
   * Adds an item, waiting for a place if need be. Switches only if the queue is full.
   *
   * @param item what to add
   * @throws QueueShutDown if the queue is shut down, before or meanwhile; the item is not added
   */
  public void put(T item) {
    boolean _ = exchange.put(item, Long.MAX_VALUE);
  }

  /**
   * Adds an item, waiting for a place for a limited time. Switches only if the queue is full.
   *
   * @param item what to add
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it was added; false if time was over first, and then it will not be
   * @throws QueueShutDown if the queue is shut down, before or meanwhile; the item is not added
   */
  public boolean put(T item, Duration timeout) {
    return exchange.put(item, Clock.waitNanos(timeout));
  }

  /**
   * Adds an item if there is a place. Never switches.
   *
   * @param item what to add
   * @return true if it was added
   * @throws QueueShutDown if the queue is shut down
   */
  public boolean tryPut(T item) {
    return exchange.offer(item, null);
  }

  // --- Getting

  /**
   * Takes the first item, waiting for one if need be. Switches only if the queue is empty.
   *
   * @return the item
   * @throws QueueShutDown if the queue is empty and shut down, before or meanwhile
   */
  public T get() {
    return Objects.requireNonNull(exchange.get(Long.MAX_VALUE)); // it ends with an item
  }

  /**
   * Takes the first item, waiting for one for a limited time. Switches only if the queue is empty.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the item, or null if time was over first
   * @throws QueueShutDown if the queue is empty and shut down, before or meanwhile
   */
  public @Nullable T get(Duration timeout) {
    return exchange.get(Clock.waitNanos(timeout));
  }

  /**
   * Takes the first item, if there is one. Never switches.
   *
   * @return the item, or null
   * @throws QueueShutDown if the queue is empty and shut down
   */
  public @Nullable T tryGet() {
    return exchange.take(null);
  }

  /**
   * Takes items, one by one, until the queue is shut down and empty: {@code for (T item : queue)}.
   * {@code hasNext} waits for the next item, and has taken it then; it switches only if the queue
   * is empty. Several loops share the items.
   *
   * @return an iterator for one loop
   */
  @Override
  public Iterator<T> iterator() {
    return new UntilShutDown<>(exchange);
  }

  // --- Peeking

  /**
   * Looks at the first item, waiting for one if need be. It stays, so several may see the same one,
   * and no place becomes free. Who waits to get goes first: an item that is handed to a consumer at
   * once is not seen. Switches only if the queue is empty.
   *
   * @return the item
   * @throws QueueShutDown if the queue is empty and shut down, before or meanwhile
   */
  public T peek() {
    return Objects.requireNonNull(exchange.peek(Long.MAX_VALUE)); // it ends with an item
  }

  /**
   * Looks at the first item as {@link #peek()} does, waiting for one for a limited time. Switches
   * only if the queue is empty.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the item, or null if time was over first
   * @throws QueueShutDown if the queue is empty and shut down, before or meanwhile
   */
  public @Nullable T peek(Duration timeout) {
    return exchange.peek(Clock.waitNanos(timeout));
  }

  /**
   * Looks at the first item, if there is one. Never switches.
   *
   * @return the item, which stays, or null
   * @throws QueueShutDown if the queue is empty and shut down
   */
  public @Nullable T tryPeek() {
    return exchange.look(null);
  }

  // --- Work to be done

  /**
   * Tells that the work on an item is done: once for each item that was taken. Never switches.
   *
   * @throws IllegalStateException if that was said as often as items were put
   */
  public void taskDone() {
    exchange.taskDone();
  }

  /**
   * Waits until {@link #taskDone} was called for every item that was put. Switches unless it was.
   */
  public void join() {
    boolean _ = exchange.join(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until {@link #taskDone} was called for every item that was put.
   * Switches unless it was.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if nothing is unfinished, false if time was over first
   */
  public boolean join(Duration timeout) {
    return exchange.join(Clock.waitNanos(timeout));
  }

  // --- The end

  /**
   * Lets nothing more in: every put throws {@link QueueShutDown} from now on, as do those that wait
   * now. What is in the queue can be taken; then every get throws it too. Does nothing the second
   * time. Never switches.
   */
  public void shutdown() {
    exchange.close();
  }

  /**
   * Lets nothing more in, like {@link #shutdown}, and takes out what is there: each of those items
   * counts as done, so that {@link #join} waits for what was taken before only. Never switches.
   *
   * @return what was taken out, in order
   */
  public List<T> shutdownNow() {
    exchange.close();
    List<T> dropped = new ArrayList<>();
    for (T item = exchange.drop(); item != null; item = exchange.drop()) {
      dropped.add(item);
    }
    return dropped;
  }

  /**
   * Whether the queue was shut down. There may be items in it still.
   *
   * @return true from {@link #shutdown} or {@link #shutdownNow} on
   */
  public boolean isShutDown() {
    return exchange.isShutDown();
  }

  // --- Looking

  /**
   * How many items are in the queue. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int size() {
    return exchange.size();
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
    return size() >= capacity();
  }

  /**
   * How many items the queue holds before a put waits.
   *
   * @return at least 1; {@link Integer#MAX_VALUE} without a bound
   */
  public int capacity() {
    return exchange.capacity();
  }

  /**
   * Changes the bound. A wider one lets waiting producers in at once; with a narrower one nothing
   * is lost, but a put waits until enough was taken. Never switches.
   *
   * @param capacity how many items it holds before a put waits; at least 1
   * @throws IllegalArgumentException if {@code capacity} is less than 1
   */
  public void setCapacity(int capacity) {
    exchange.setCapacity(checkCapacity(capacity));
  }

  /**
   * How many wait to get; those on their way out by kill or timeout may be counted still.
   *
   * @return 0 or more
   */
  public int waitingGetters() {
    return exchange.waitingConsumers();
  }

  /**
   * How many wait to put; those on their way out by kill or timeout may be counted still.
   *
   * @return 0 or more
   */
  public int waitingPutters() {
    return exchange.waitingProducers();
  }

  /**
   * This queue as {@code java.util.concurrent} sees it, for executors and libraries: the same
   * items, the same lines of waiters. {@code peek} of a {@code java.util.Queue} answers at once,
   * while {@link #peek()} waits: so it is a view.
   *
   * <p>Its waiting calls throw {@link InterruptedException} and clear the interrupt status. After
   * the end they throw {@link QueueShutDown}, while those that answer at once say false or null. An
   * iterator shows the items of the moment of its making. What is taken out through the view stays
   * unfinished, as with {@link #get}.
   *
   * @return a view
   */
  public BlockingQueue<T> asBlockingQueue() {
    return new BlockingFace<>(exchange);
  }

  // --- Waits of one's own

  /**
   * Adds an item, or a waiter that brings it: for waits of one's own, such as suspended coroutines.
   * Never switches.
   *
   * @param item what to add
   * @param waiter granted with null when the item was added, or failed with {@link QueueShutDown};
   *     to be taken back with {@link #unregister}; null does not wait
   * @return true if the item was added; then the waiter was not
   * @throws QueueShutDown if the queue is shut down; the waiter was not added
   */
  public boolean registerPut(T item, @Nullable Waiter waiter) {
    return exchange.offer(item, waiter);
  }

  /**
   * Takes the first item, or adds a waiter for one: for waits of one's own, such as suspended
   * coroutines. Never switches.
   *
   * @param waiter granted with an item, or failed with {@link QueueShutDown}; to be taken back with
   *     {@link #unregister}; null does not wait
   * @return the item; then the waiter was not added. Null if there is none
   * @throws QueueShutDown if the queue is empty and shut down; the waiter was not added
   */
  public @Nullable T registerGet(@Nullable Waiter waiter) {
    return exchange.take(waiter);
  }

  /**
   * Gives an item back that was taken but not used: it is the first again, or goes to the longest
   * waiting consumer. It may exceed the bound, and come after the end. Never switches.
   *
   * <p>It goes before all others, those that were given back earlier included. Where several takers
   * may give up at the same moment, {@link #putBack(Object, Waiter)} keeps the order.
   *
   * @param item what {@link #registerGet} or a grant gave
   */
  public void putBack(T item) {
    exchange.putBack(item, null);
  }

  /**
   * Gives an item back that a wait of one's own got but did not use, as {@link #putBack(Object)}
   * does, and keeps the order: whoever gives back first, items that were handed out in a certain
   * order are taken in that order again. (In a {@link LifoQueue} what was handed to those who
   * waited goes first, the last of it before the others.) All of them are taken before items that
   * nobody had taken. Never switches.
   *
   * @param item what {@link #registerGet} or a grant gave
   * @param taker the waiter with which it, and nothing else, was taken; if that {@linkplain
   *     Waiter#carry carries} something of its own, or is {@linkplain Waiter#current a greenlet's
   *     or thread's}, this is {@link #putBack(Object)}
   */
  public void putBack(T item, Waiter taker) {
    exchange.putBack(item, Objects.requireNonNull(taker, "taker"));
  }

  @Override
  public boolean isReady() {
    return exchange.isReady();
  }

  @Override
  public boolean register(Waiter waiter) {
    return !exchange.registerLooker(waiter);
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}, {@link #registerPut} or {@link #registerGet}
   */
  @Override
  public void unregister(Waiter waiter) {
    exchange.forget(waiter);
  }

  @Override
  public String toString() {
    int bound = capacity();
    String name = getClass().getSimpleName();
    return name + "[" + size() + (bound == Integer.MAX_VALUE ? "" : " of " + bound) + "]";
  }
}
