package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The permits of a semaphore, and those who wait for one: some to take it, some only to see it.
 *
 * <p>Safe for use from any thread.
 */
final class Permits {
  /*
   * Permits are free only while nobody waits: a released one goes along the line, past those who only look, until somebody takes it.
   * So acquire may take a permit whenever it sees one, and nobody can overtake.
   *
   * Who is going to take carries TAKER; whatever else a waiter carries, it only looks.
   */
  private static final Object TAKER = new Object();

  private final Object owner;
  private final WaitQueue waiters;
  private final int bound;

  @SuppressWarnings("UnnecessaryLambda") // made once, not at each release
  private final Predicate<Waiter> mayHave = _ -> this.free > 0;

  private final Consumer<Waiter> given = this::book;

  /** Guarded by the queue's lock. */
  private int free;

  /** Permits of {@code owner}, of which never more than {@code bound} are free. */
  Permits(Object owner, int free, int bound) {
    if (free < 0) {
      throw new IllegalArgumentException(
          "permits must not be negative: "
              + free
              + "; with 0 the first acquire waits for a release");
    }
    this.owner = owner;
    this.waiters = new WaitQueue(owner);
    this.free = free;
    this.bound = bound;
  }

  boolean tryAcquire() {
    waiters.lock();
    boolean taken = free > 0;
    if (taken) {
      free--;
    }
    waiters.unlock();
    return taken;
  }

  boolean acquire(long nanos) {
    if (tryAcquire()) {
      return true;
    }
    Waiter waiter = Waiter.current();
    return !registerAcquire(waiter) || await(waiter, nanos);
  }

  boolean registerAcquire(Waiter waiter) {
    waiter.carry(TAKER);
    waiters.lock();
    boolean wait = free == 0;
    if (wait) {
      waiters.add(waiter);
    } else {
      free--;
    }
    waiters.unlock();
    return wait;
  }

  boolean look(long nanos) {
    if (free() > 0) {
      return true;
    }
    Waiter waiter = Waiter.current();
    return !register(waiter) || await(waiter, nanos);
  }

  boolean register(Waiter waiter) {
    waiters.lock();
    boolean wait = free == 0;
    if (wait) {
      waiters.add(waiter);
    }
    waiters.unlock();
    return wait;
  }

  private boolean await(Waiter waiter, long nanos) {
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
    }
  }

  void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  void release() {
    waiters.lock();
    boolean tooMany = free >= bound;
    Waiter granted = null;
    if (!tooMany) {
      free++;
      granted = waiters.grantWhile(null, mayHave, given);
    }
    waiters.unlock();
    if (tooMany) {
      throw new IllegalStateException(
          owner
              + " was released more often than acquired: all of its "
              + bound
              + " permits are free; release once for each acquire that got one");
    }
    WaitQueue.wakeAll(granted);
  }

  private void book(Waiter waiter) {
    if (waiter.payload() == TAKER) {
      free--;
    }
  }

  int free() {
    waiters.lock();
    int now = free;
    waiters.unlock();
    return now;
  }

  int waiting() {
    waiters.lock();
    int now = waiters.size();
    waiters.unlock();
    return now;
  }
}
