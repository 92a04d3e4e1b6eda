package dev.celadon.sync;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.LoopExit;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that belongs to the greenlet or thread that took it, which may take it again.
 *
 * <p>Strictly fair: a released lock goes to the longest waiter at that moment. Who is killed or
 * timed out while waiting takes nothing. Who ends while holding the lock keeps it for ever; the
 * lock's {@code toString} tells.
 *
 * <p>gevent's names are {@link #acquire()} and {@link #release()}; those of {@link Lock} do the
 * same and keep its rules about interrupts. All callbacks of a hub are one party: they may try the
 * lock but not wait for it. What is neither a greenlet nor a thread, such as a coroutine, takes the
 * lock as a guest: {@link #registerAcquire}.
 *
 * <p>Safe for use from any thread.
 */
public final class RLock implements Lock {
  /*
   * A released lock stays locked while it is on its way to the longest waiter, so that nobody can overtake. Nobody but the owner
   * writes itself into owner: the giver takes itself out, and the one who was given the lock enters itself when it goes on. So
   * "owner is me" needs no lock: it can only be true if I wrote it. A guest cannot enter itself, for what goes on is some
   * callback; so the giver books it, under the lock.
   */
  private final WaitQueue waiters = new WaitQueue(this);

  /** Guarded by the queue's lock. */
  private boolean locked;

  /** Written under the queue's lock, by the owner; read by everybody else under it. */
  private @Nullable Strand owner;

  /** The wait by which a guest has got the lock, or null. Guarded by the queue's lock. */
  private @Nullable Waiter guest;

  /** How often the owner has taken the lock. For the owner alone. */
  private int holds;

  /** Makes a lock that is free. */
  public RLock() {}

  // --- gevent's names

  /**
   * Takes the lock, waiting for it if need be. Switches unless it is free or the caller's own.
   *
   * @throws InterruptedWaitException if the thread is interrupted while it waits; the interrupt
   *     status stays set
   */
  public void acquire() {
    boolean _ = acquire(Long.MAX_VALUE);
  }

  /**
   * Takes the lock, waiting for it for a limited time. Switches unless it is free or the caller's
   * own.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if the lock was taken, false if time was over first
   * @throws InterruptedWaitException if the thread is interrupted while it waits; the interrupt
   *     status stays set
   */
  public boolean acquire(Duration timeout) {
    return acquire(Clock.waitNanos(timeout));
  }

  /**
   * Gives the lock back once; after as many releases as acquisitions it goes to the longest waiter.
   * The caller keeps its turn. Never switches.
   *
   * @throws IllegalMonitorStateException if the lock is not the caller's
   */
  public void release() {
    requireOwner("release it");
    if (holds > 1) {
      holds--;
    } else {
      handOver();
    }
  }

  // --- The names of Lock

  /**
   * Takes the lock, waiting for it if need be. Switches unless it is free or the caller's own.
   *
   * <p>A kill or a timeout ends the wait. An interrupt does not: it costs the caller its place in
   * the line, and the interrupt status is set when it has the lock.
   */
  @Override
  public void lock() {
    if (!tryLock()) {
      boolean _ = Interrupts.outlast(() -> acquireSlowPath(Long.MAX_VALUE));
    }
  }

  /**
   * Takes the lock, waiting for it if need be. Switches unless it is free or the caller's own.
   *
   * @throws InterruptedException if the thread is interrupted before or while it waits
   */
  @Override
  public void lockInterruptibly() throws InterruptedException {
    boolean _ = Interrupts.checked(() -> acquire(Long.MAX_VALUE));
  }

  /**
   * Takes the lock if it is free or the caller's own. Never switches, and never overtakes a waiter.
   *
   * @return true if the lock was taken
   */
  @Override
  public boolean tryLock() {
    Strand caller = Strand.current();
    if (owner == caller) {
      holds++;
      return true;
    }
    return take(caller, null);
  }

  /**
   * Takes the lock, waiting for it for a limited time. Switches unless it is free or the caller's
   * own.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @param unit the unit of {@code timeout}
   * @return true if the lock was taken, false if time was over first
   * @throws InterruptedException if the thread is interrupted before or while it waits
   */
  @Override
  public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
    return Interrupts.checked(() -> acquire(unit.toNanos(timeout)));
  }

  /**
   * Gives the lock back once; {@link #release()} under another name. Never switches.
   *
   * @throws IllegalMonitorStateException if the lock is not the caller's
   */
  @Override
  public void unlock() {
    release();
  }

  /**
   * Makes a condition of this lock for code that knows {@code java.util.concurrent}; {@link
   * Condition} is the same with this house's names.
   *
   * @return a condition that supports everything but {@link
   *     java.util.concurrent.locks.Condition#awaitUntil}
   */
  @Override
  public java.util.concurrent.locks.Condition newCondition() {
    return new LockCondition(new Condition(this));
  }

  // --- The line

  private boolean acquire(long nanos) {
    return tryLock() || acquireSlowPath(nanos);
  }

  private boolean acquireSlowPath(long nanos) {
    Waiter waiter = Waiter.current();
    Strand caller = Strand.current();
    if (take(caller, waiter)) {
      return true;
    }
    boolean granted;
    try {
      granted = waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
    }
    if (granted) {
      waiters.lock();
      enter(caller);
      waiters.unlock();
    }
    return granted;
  }

  /** Takes the lock if it is free, else lets {@code otherwise} stand in the line. */
  private boolean take(Strand caller, @Nullable Waiter otherwise) {
    waiters.lock();
    boolean free = !locked;
    if (free) {
      locked = true;
      enter(caller);
    } else if (otherwise != null) {
      waiters.add(otherwise);
    }
    waiters.unlock();
    return free;
  }

  private void enter(Strand caller) {
    owner = caller;
    holds = 1;
  }

  private void handOver() {
    waiters.lock();
    owner = null;
    holds = 0;
    Waiter next = handOverLocked();
    waiters.unlock();
    if (next != null) {
      next.wake();
    }
  }

  private @Nullable Waiter handOverLocked() {
    Waiter next = waiters.grantFirst(null);
    locked = next != null;
    guest = next == null || next.party() instanceof Strand ? null : next;
    return next;
  }

  // --- Guests

  /**
   * Takes the lock for a guest, a party that is neither a greenlet nor a thread, or has it wait in
   * line. The waiter stands for the guest from then on. Never switches.
   *
   * @param waiter a callback's waiter: granted with null when the lock is the guest's; to be taken
   *     back with {@link #unregister} if it is not granted
   * @return false if the lock was free and is the guest's now: the waiter was not added
   */
  public boolean registerAcquire(Waiter waiter) {
    waiters.lock();
    boolean wait = locked;
    if (wait) {
      waiters.add(waiter);
    } else {
      locked = true;
      guest = waiter;
    }
    waiters.unlock();
    return wait;
  }

  /**
   * Takes a guest's waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #registerAcquire}
   */
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  /**
   * Gives a guest's lock to the longest waiter. Never switches.
   *
   * @param holder the waiter by which the guest has the lock
   * @throws IllegalMonitorStateException if the lock is not the guest's
   */
  public void releaseFor(Waiter holder) {
    waiters.lock();
    boolean rightful = guest == holder;
    Waiter next = rightful ? handOverLocked() : null;
    waiters.unlock();
    if (!rightful) {
      throw notTheGuest(holder, "release it");
    }
    if (next != null) {
      next.wake();
    }
  }

  /**
   * Refuses what only the guest may do.
   *
   * @throws IllegalMonitorStateException if the lock is not the guest's
   */
  void requireGuest(Waiter holder, String deed) {
    waiters.lock();
    boolean rightful = guest == holder;
    waiters.unlock();
    if (!rightful) {
      throw notTheGuest(holder, deed);
    }
  }

  private IllegalMonitorStateException notTheGuest(Waiter holder, String deed) {
    return new IllegalMonitorStateException(
        holder.party() + " must hold the lock to " + deed + ", but this is " + this);
  }

  // --- For the conditions

  /**
   * Gives the lock away altogether; the caller is its owner. Returns what {@link #regain} needs.
   */
  int yieldAll() {
    int held = holds;
    handOver();
    return held;
  }

  /**
   * Takes the lock back, whatever happens: what is thrown into the caller meanwhile arrives at its
   * next switch point, and an interrupt leaves its status behind. Only a {@link LoopExit} leaves
   * without the lock: nobody will ever give it back.
   */
  void regain(int held) {
    if (!tryLock()) {
      List<Throwable> later = new ArrayList<>();
      boolean _ = Interrupts.outlast(() -> regainSlowPath(later));
      Strand caller = Strand.current();
      later.forEach(thrown -> caller.throwIn(thrown, caller.shieldDepth())); // it was inside
    }
    holds = held;
  }

  private boolean regainSlowPath(List<Throwable> later) {
    while (true) {
      try {
        return acquireSlowPath(Long.MAX_VALUE);
      } catch (InterruptedWaitException | LoopExit leaves) {
        throw leaves;
      } catch (Throwable thrown) {
        later.add(thrown);
      }
    }
  }

  /**
   * Refuses what only the owner may do.
   *
   * @throws IllegalMonitorStateException if the lock is not the caller's
   */
  void requireOwner(String deed) {
    Strand caller = Strand.current();
    if (owner != caller) {
      throw new IllegalMonitorStateException(
          caller + " must hold the lock to " + deed + ", but this is " + this);
    }
  }

  /** Names who has a lock, for messages. */
  static String describe(Strand holder) {
    return holder instanceof RawGreenlet greenlet && greenlet.isReady()
        ? greenlet + ", which has ended"
        : holder.toString();
  }

  // --- Facts

  /**
   * Whether somebody has the lock. With other threads around, the answer may be old at once.
   *
   * @return true from the first acquisition to the last release
   */
  public boolean isLocked() {
    waiters.lock();
    boolean now = locked;
    waiters.unlock();
    return now;
  }

  /**
   * Whether the lock is the caller's.
   *
   * @return true if the calling greenlet or thread has it
   */
  public boolean isHeldByCurrent() {
    return owner == Strand.current();
  }

  /**
   * How often the caller has taken the lock without giving it back.
   *
   * @return 0 if the lock is not the caller's
   */
  public int holdCount() {
    return isHeldByCurrent() ? holds : 0;
  }

  /**
   * Who has the lock, for messages. With other threads around, the answer may be old at once.
   *
   * @return the owner; null if the lock is free, on its way to the longest waiter, or a guest's
   */
  public @Nullable Strand owner() {
    waiters.lock();
    Strand now = owner;
    waiters.unlock();
    return now;
  }

  /**
   * How many wait for the lock.
   *
   * @return 0 or more
   */
  public int waiting() {
    waiters.lock();
    int now = waiters.size();
    waiters.unlock();
    return now;
  }

  @Override
  public String toString() {
    waiters.lock();
    boolean taken = locked;
    Strand holder = owner;
    Waiter visitor = guest;
    waiters.unlock();
    if (visitor != null) {
      return "RLock[held by " + visitor.party() + "]";
    }
    if (holder == null) {
      return taken ? "RLock[on its way to the longest waiter]" : "RLock[free]";
    }
    return "RLock[held by " + describe(holder) + "]";
  }
}
