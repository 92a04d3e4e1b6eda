package dev.celadon.queue;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A meeting point: an item passes from who puts it to who gets it, and nothing is kept in between.
 *
 * <p>A put returns after somebody got the item. Both sides are served longest waiter first; nobody
 * who comes later can take what a waiter was given. Who is killed or timed out while waiting has
 * neither put nor got anything. Of a pair on one hub, the one that gets goes on first.
 *
 * <p>A channel can be waited for by {@link Waitable}: it is ready when a {@link #get} would not
 * wait, that is, when somebody waits to put, or after the end.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the items, which are never null
 */
public final class Channel<T> implements Waitable, Iterable<T> {

  private final Exchange<T> exchange = new Exchange<>(this, new ArrivedItems<>(false), 0);

  /** Makes a channel. */
  public Channel() {}

  // --- Putting

  /**
   * Passes an item on, waiting for somebody who gets it. Switches.
   *
   * @param item what to pass on
   * @throws QueueShutDown if the channel is shut down, before or meanwhile
   */
  public void put(T item) {
    boolean _ = put(item, Long.MAX_VALUE);
  }

  /**
   * Passes an item on, waiting for a limited time for somebody who gets it. Switches, unless the
   * time is zero.
   *
   * @param item what to pass on
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if somebody got it; false if time was over first, and then nobody will
   * @throws QueueShutDown if the channel is shut down, before or meanwhile
   */
  public boolean put(T item, Duration timeout) {
    return put(item, Clock.waitNanos(timeout));
  }

  private boolean put(T item, long nanos) {
    if (nanos <= 0) {
      return tryPut(item);
    }
    Objects.requireNonNull(item, "item");
    Waiter waiter = Waiter.current(); // a callback must not wait, partner or not
    if (exchange.offer(item, null)) {
      letGetterGoFirst();
      return true;
    }
    return exchange.offer(item, waiter) || exchange.waitUntilGranted(waiter, nanos);
  }

  /** The item has its new owner already: what is thrown in meanwhile is not this call's affair. */
  private static void letGetterGoFirst() {
    Strand self = Strand.current();
    try {
      self.yieldNow();
    } catch (InterruptedWaitException _) {
      // The status stays set, for the next wait.
    } catch (Throwable late) {
      self.throwIn(late, self.shieldDepth()); // it was inside
    }
  }

  /**
   * Passes an item on if somebody waits for one. Never switches.
   *
   * @param item what to pass on
   * @return true if somebody got it
   * @throws QueueShutDown if the channel is shut down
   */
  public boolean tryPut(T item) {
    return exchange.offer(item, null);
  }

  // --- Getting

  /**
   * Gets an item, waiting for somebody who puts one. Switches unless somebody waits to put.
   *
   * @return the item
   * @throws QueueShutDown if the channel is shut down, before or meanwhile
   */
  public T get() {
    return Objects.requireNonNull(exchange.get(Long.MAX_VALUE)); // it ends with an item
  }

  /**
   * Gets an item, waiting for a limited time for somebody who puts one. Switches unless somebody
   * waits to put.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the item, or null if time was over first
   * @throws QueueShutDown if the channel is shut down, before or meanwhile
   */
  public @Nullable T get(Duration timeout) {
    return exchange.get(Clock.waitNanos(timeout));
  }

  /**
   * Gets an item if somebody waits to put one. Never switches.
   *
   * @return the item, or null
   * @throws QueueShutDown if the channel is shut down
   */
  public @Nullable T tryGet() {
    return exchange.take(null);
  }

  /**
   * Gets items, one by one, until the channel is shut down: {@code for (T item : channel)}. {@code
   * hasNext} waits for the next item, and has got it then; it switches unless somebody waits to
   * put.
   *
   * @return an iterator for one loop
   */
  @Override
  public Iterator<T> iterator() {
    return new UntilShutDown<>(exchange);
  }

  // --- The end

  /**
   * Ends the channel: every put and get throws {@link QueueShutDown} from now on, as do those that
   * wait now. Does nothing the second time. Never switches.
   */
  public void shutdown() {
    exchange.close();
  }

  /**
   * Whether the channel was shut down.
   *
   * @return true from {@link #shutdown} on
   */
  public boolean isShutDown() {
    return exchange.isShutDown();
  }

  // --- Looking

  /**
   * How many wait to put, less how many wait to get; those on their way out may be counted still.
   *
   * @return above 0 if somebody waits to put, below 0 if somebody waits to get
   */
  public int balance() {
    return exchange.waitingProducers() - exchange.waitingConsumers();
  }

  /**
   * How many items are kept: none.
   *
   * @return 0
   */
  public int size() {
    return 0;
  }

  /**
   * Whether nothing is kept: always.
   *
   * @return true
   */
  public boolean isEmpty() {
    return true;
  }

  /**
   * Whether there is no place to keep anything: always.
   *
   * @return true
   */
  public boolean isFull() {
    return true;
  }

  /**
   * This channel as {@code java.util.concurrent} sees it: what {@link
   * java.util.concurrent.SynchronousQueue} is. Its contract is that of {@link
   * Queue#asBlockingQueue}.
   *
   * @return a view
   */
  public BlockingQueue<T> asBlockingQueue() {
    return new BlockingFace<>(exchange);
  }

  // --- Waits of one's own

  /**
   * Passes an item on if somebody waits for one, or adds a waiter that brings it: for waits of
   * one's own, such as suspended coroutines. Never switches.
   *
   * @param item what to pass on
   * @param waiter granted with null when somebody got the item, or failed with {@link
   *     QueueShutDown}; to be taken back with {@link #unregister}; null does not wait
   * @return true if somebody got the item; then the waiter was not added
   * @throws QueueShutDown if the channel is shut down; the waiter was not added
   */
  public boolean registerPut(T item, @Nullable Waiter waiter) {
    return exchange.offer(item, waiter);
  }

  /**
   * Gets an item if somebody waits to put one, or adds a waiter for one: for waits of one's own,
   * such as suspended coroutines. Never switches.
   *
   * @param waiter granted with an item, or failed with {@link QueueShutDown}; to be taken back with
   *     {@link #unregister}; null does not wait
   * @return the item; then the waiter was not added. Null if there is none
   * @throws QueueShutDown if the channel is shut down; the waiter was not added
   */
  public @Nullable T registerGet(@Nullable Waiter waiter) {
    return exchange.take(waiter);
  }

  /**
   * Gives an item back that was got but not used: it goes to the longest waiting consumer. If there
   * is none, the channel keeps it, as the only thing it ever keeps, for the next one who comes,
   * also after the end. Never switches.
   *
   * <p>It goes before all that were given back earlier. Where several takers may give up at the
   * same moment, {@link #putBack(Object, Waiter)} keeps the order.
   *
   * @param item what {@link #registerGet} or a grant gave
   */
  public void putBack(T item) {
    exchange.putBack(item, null);
  }

  /**
   * Gives an item back that a wait of one's own got but did not use, as {@link #putBack(Object)}
   * does, and keeps the order: whoever gives back first, items that were handed out in a certain
   * order are taken in that order again. Never switches.
   *
   * @param item what {@link #registerGet} or a grant gave
   * @param taker the waiter with which it, and nothing else, was got; if that {@linkplain
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
    return "Channel[balance " + balance() + "]";
  }
}
