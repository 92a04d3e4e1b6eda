package dev.celadon.queue;

import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where producers and consumers meet: the items of a queue, the lines of those who wait, and the
 * count of what was put but is not done yet. All queues, and the channel, are faces of it.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the items
 */
final class Exchange<T> {
  /*
   * Everything is guarded by the lock of `consumers`. A waiting producer's item is what its waiter carries; a
   * consumer's waiter that may give back carries the turn of what it got.
   *
   *   consumers and lookers wait only while there is neither an item nor a waiting producer
   *   producers wait only while there is no place, but for the moment until settle() has let them in
   *   after close() nobody waits, but for joiners; a producer that is still in line has lost already
   *
   * The moment: whoever frees a place calls settle() before it returns. Where the order of the items is the user's code, settle()
   * has to leave the lock in order to find a producer's place. Meanwhile nobody overtakes that producer: who wants to put lines up
   * behind, and who wants to take but finds no item takes it from the first producer directly. The latter is also all there is
   * to a channel, which has no places.
   */
  private final Object owner;
  private final Items<T> items;
  private final WaitQueue consumers;
  private final WaitQueue producers;

  /** Those who wait for an item, or the end, but will not take it. */
  private final WaitQueue lookers;

  private final WaitQueue joiners;

  private int capacity;
  private long unfinished;
  private boolean shutDown;

  /**
   * Makes an exchange.
   *
   * @param owner what users see of it, for messages
   * @param capacity how many items it holds before a put waits
   */
  Exchange(Object owner, Items<T> items, int capacity) {
    this.owner = owner;
    this.items = items;
    this.capacity = capacity;
    this.consumers = new WaitQueue(owner);
    this.producers = new WaitQueue(owner);
    this.lookers = new WaitQueue(owner);
    this.joiners = new WaitQueue(owner);
  }

  // --- Putting

  boolean put(T item, long nanos) {
    if (offer(item, null)) {
      return true;
    }
    Waiter waiter = Waiter.current();
    return offer(item, waiter) || waitUntilGranted(waiter, nanos);
  }

  /**
   * Adds an item, or a waiter that brings it, unless that is null.
   *
   * @return true if the item was added; then the waiter was not
   * @throws QueueShutDown if nothing can be put any more
   */
  boolean offer(T item, @Nullable Waiter waiter) {
    Objects.requireNonNull(item, "item");
    Place<T> place = null;
    while (true) {
      consumers.lock();
      if (shutDown) {
        consumers.unlock();
        throw QueueShutDown.forPut(owner);
      }
      Waiter woken = consumers.grantFirst(item);
      boolean added = woken != null;
      if (woken != null && mayGiveBack(woken)) {
        woken.carry(items.turnOfNew());
      }
      boolean free = !added && items.size() < capacity && producers.first() == null;
      if (free && items.fits(place)) {
        items.add(item, place);
        woken = lookers.grantAll(item);
        added = true;
      }
      if (added) {
        unfinished++;
      } else if (!free && waiter != null) {
        waiter.carry(item);
        producers.add(waiter);
        if (capacity == 0) {
          woken = lookers.grantAll(item);
        }
      }
      consumers.unlock();
      WaitQueue.wakeAll(woken);
      if (added || !free) {
        return added;
      }
      place = items.seek(item, consumers);
    }
  }

  /** Lets the longest waiting producers in while there are places for them. */
  private void settle() {
    Waiter sought = null;
    Place<T> place = null;
    while (true) {
      consumers.lock();
      Waiter producer = hasPlaceForProducer() ? producers.first() : null;
      boolean fits = false;
      boolean granted = false;
      if (producer != null) {
        Place<T> found = producer == sought ? place : null;
        fits = items.fits(found);
        granted = fits && grantTo(producer);
        if (granted) {
          items.add(itemOf(producer), found);
        }
      }
      consumers.unlock();
      if (producer == null) {
        return;
      }
      if (granted) {
        producer.wake();
      } else if (!fits) {
        sought = producer;
        place = seekFor(producer);
      }
    }
  }

  private boolean hasPlaceForProducer() {
    return producers.first() != null && !shutDown && items.size() < capacity;
  }

  private boolean grantTo(Waiter producer) {
    producers.remove(producer);
    boolean granted = producer.grant(null);
    if (granted) {
      unfinished++;
    }
    return granted;
  }

  /** What the user's order throws is the producer's failure, whoever happens to ask. */
  private @Nullable Place<T> seekFor(Waiter producer) {
    try {
      return items.seek(itemOf(producer), consumers);
    } catch (Throwable thrown) {
      consumers.lock();
      boolean failed = producers.remove(producer) && producer.fail(thrown);
      consumers.unlock();
      if (failed) {
        producer.wake();
      }
      return null;
    }
  }

  // --- Taking

  @Nullable T get(long nanos) {
    T item = take(null);
    if (item != null) {
      return item;
    }
    Waiter waiter = Waiter.current();
    item = take(waiter);
    if (item != null) {
      return item;
    }
    return waitUntilGranted(waiter, nanos) ? granted(waiter) : null;
  }

  /**
   * Takes the first item, or adds a waiter for one, unless that is null.
   *
   * @return the item; then the waiter was not added
   * @throws QueueShutDown if there is no item and none will come
   */
  @Nullable T take(@Nullable Waiter waiter) {
    consumers.lock();
    if (waiter != null && items.first() != null && mayGiveBack(waiter)) {
      waiter.carry(items.turnOfFirst());
    }
    T item = items.takeFirst();
    boolean owesPlace = item != null && hasPlaceForProducer();
    Waiter producer = null;
    boolean ended = false;
    if (item == null) {
      producer = grantFirstProducer();
      if (producer != null) {
        item = itemOf(producer);
        if (waiter != null && mayGiveBack(waiter)) {
          waiter.carry(items.turnOfNew());
        }
      } else if (shutDown) {
        ended = true;
      } else if (waiter != null) {
        consumers.add(waiter);
      }
    }
    consumers.unlock();
    if (producer != null) {
      producer.wake();
    } else if (owesPlace) {
      settle();
    } else if (ended) {
      throw QueueShutDown.forGet(owner);
    }
    return item;
  }

  private @Nullable Waiter grantFirstProducer() {
    Waiter producer = shutDown ? null : producers.first();
    while (producer != null && !grantTo(producer)) {
      producer = producers.first();
    }
    return producer;
  }

  /**
   * Whether what a waiter gets may come back. What a greenlet or a thread gets is its own for good,
   * and who carries something else has no place for a {@link Turn}.
   */
  private static boolean mayGiveBack(Waiter taker) {
    return !(taker.party() instanceof Strand)
        && (taker.payload() == null || taker.payload() instanceof Turn);
  }

  /**
   * Takes an item back that was taken but not used: it is the first again, but for those that were
   * taken before it, and come back, too.
   *
   * @param taker the waiter with which it was taken; null if nobody knows, and it goes before all
   */
  void putBack(T item, @Nullable Waiter taker) {
    Objects.requireNonNull(item, "item");
    consumers.lock();
    Turn turn =
        taker != null && taker.payload() instanceof Turn known ? known : items.turnBeforeAll();
    Waiter woken = consumers.grantFirst(item);
    if (woken == null) {
      items.putBack(item, turn);
      woken = lookers.grantAll(item);
    } else if (mayGiveBack(woken)) {
      woken.carry(turn);
    }
    consumers.unlock();
    WaitQueue.wakeAll(woken);
  }

  /** Takes this very object out. */
  boolean remove(Object item) {
    consumers.lock();
    boolean removed = items.remove(item);
    boolean owesPlace = removed && hasPlaceForProducer();
    consumers.unlock();
    if (owesPlace) {
      settle();
    }
    return removed;
  }

  // --- Looking

  @Nullable T peek(long nanos) {
    T item = look(null);
    if (item != null) {
      return item;
    }
    Waiter waiter = Waiter.current();
    item = look(waiter);
    if (item != null || !waitUntilGranted(waiter, nanos)) {
      return item;
    }
    return waiter.value() == null
        ? look(null)
        : granted(waiter); // null at the end, which look tells
  }

  /**
   * Looks at the first item, or adds a waiter for one, unless that is null.
   *
   * @return the item; then the waiter was not added
   * @throws QueueShutDown if there is no item and none will come
   */
  @Nullable T look(@Nullable Waiter waiter) {
    consumers.lock();
    T item = first();
    boolean ended = item == null && shutDown;
    if (item == null && !ended && waiter != null) {
      lookers.add(waiter);
    }
    consumers.unlock();
    if (ended) {
      throw QueueShutDown.forGet(owner);
    }
    return item;
  }

  /** What a take would give now. */
  private @Nullable T first() {
    T item = items.first();
    Waiter producer = item == null && !shutDown ? producers.first() : null;
    return producer == null ? item : itemOf(producer);
  }

  boolean isReady() {
    return registerLooker(null);
  }

  /**
   * Adds a waiter for the moment when a take would not wait, unless that is null.
   *
   * @return true if that moment is now; then the waiter was not added
   */
  boolean registerLooker(@Nullable Waiter waiter) {
    consumers.lock();
    boolean ready = shutDown || first() != null;
    if (!ready && waiter != null) {
      lookers.add(waiter);
    }
    consumers.unlock();
    return ready;
  }

  /** The first item that is kept. */
  @Nullable T firstItem() {
    consumers.lock();
    T item = items.first();
    consumers.unlock();
    return item;
  }

  int size() {
    consumers.lock();
    int size = items.size();
    consumers.unlock();
    return size;
  }

  List<T> copy() {
    consumers.lock();
    List<T> copy = items.copy();
    consumers.unlock();
    return copy;
  }

  int capacity() {
    consumers.lock();
    int current = capacity;
    consumers.unlock();
    return current;
  }

  void setCapacity(int capacity) {
    consumers.lock();
    this.capacity = capacity;
    consumers.unlock();
    settle();
  }

  int waitingConsumers() {
    return lengthOf(consumers);
  }

  int waitingProducers() {
    return lengthOf(producers);
  }

  /** How many wait for whatever. */
  int waiting() {
    consumers.lock();
    int all = consumers.size() + producers.size() + lookers.size() + joiners.size();
    consumers.unlock();
    return all;
  }

  private int lengthOf(WaitQueue line) {
    consumers.lock();
    int length = line.size();
    consumers.unlock();
    return length;
  }

  // --- Work to be done

  void taskDone() {
    consumers.lock();
    boolean tooOften = unfinished == 0;
    Waiter joined = tooOften ? null : finishOne();
    consumers.unlock();
    if (tooOften) {
      throw new IllegalStateException(
          owner
              + ": taskDone was called more often than items were put; call it once for each get");
    }
    WaitQueue.wakeAll(joined);
  }

  /** One of the unfinished is done; gives those who waited for the last. */
  private @Nullable Waiter finishOne() {
    unfinished--;
    return unfinished == 0 ? joiners.grantAll(null) : null;
  }

  boolean join(long nanos) {
    if (isDone(null)) {
      return true;
    }
    Waiter waiter = Waiter.current();
    return isDone(waiter) || waitUntilGranted(waiter, nanos);
  }

  private boolean isDone(@Nullable Waiter waiter) {
    consumers.lock();
    boolean done = unfinished == 0;
    if (!done && waiter != null) {
      joiners.add(waiter);
    }
    consumers.unlock();
    return done;
  }

  // --- The end

  boolean isShutDown() {
    consumers.lock();
    boolean closed = shutDown;
    consumers.unlock();
    return closed;
  }

  void close() {
    consumers.lock();
    shutDown = true;
    Waiter woken = lookers.grantAll(null);
    consumers.unlock();
    refuseAll(consumers);
    refuseAll(producers);
    WaitQueue.wakeAll(woken);
  }

  /** Everybody gets an exception of its own, made outside the lock. */
  private void refuseAll(WaitQueue line) {
    while (true) {
      consumers.lock();
      Waiter waiter = line.first();
      if (waiter != null) {
        line.remove(waiter);
      }
      consumers.unlock();
      if (waiter == null) {
        return;
      }
      if (waiter.fail(
          line == producers ? QueueShutDown.forPut(owner) : QueueShutDown.forGet(owner))) {
        waiter.wake();
      }
    }
  }

  /** Takes an item that nobody will ever use: it is done. After {@link #close}. */
  @Nullable T drop() {
    consumers.lock();
    T item = items.takeFirst();
    Waiter joined = item != null && unfinished > 0 ? finishOne() : null;
    consumers.unlock();
    WaitQueue.wakeAll(joined);
    return item;
  }

  // --- Waiters

  boolean waitUntilGranted(Waiter waiter, long nanos) {
    try {
      return waiter.await(nanos);
    } catch (QueueShutDown refused) {
      refused.fillInStackTrace(); // where it hits is what helps
      throw refused;
    } finally {
      forget(waiter);
    }
  }

  /** Leaves no trace of a wait that ended early. */
  void forget(Waiter waiter) {
    if (!waiter.isGranted()) {
      consumers.lock();
      boolean _ =
          consumers.remove(waiter)
              || producers.remove(waiter)
              || lookers.remove(waiter)
              || joiners.remove(waiter);
      consumers.unlock();
    }
  }

  private T itemOf(Waiter producer) {
    return item(producer.payload());
  }

  private T granted(Waiter waiter) {
    return item(waiter.value());
  }

  @SuppressWarnings("unchecked") // the waiters of a queue carry and get its items only
  private T item(@Nullable Object carried) {
    return (T) Objects.requireNonNull(carried);
  }
}
