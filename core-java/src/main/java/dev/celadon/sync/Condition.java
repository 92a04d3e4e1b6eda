package dev.celadon.sync;

import dev.celadon.hub.Hub;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Lets the holders of a lock wait until another one says that something has changed.
 *
 * <pre>{@code
 * lock.acquire();
 * try {
 *   notEmpty.waitUntil(() -> !items.isEmpty());
 *   use(items.removeFirst());
 * } finally {
 *   lock.release();
 * }
 * }</pre>
 *
 * <p>A wait gives the lock away altogether, however often it was taken, and has it back in full
 * when it ends, in whatever way: a kill, a timeout or an interrupt leaves with the lock held, too;
 * what is thrown into the waiter while it stands in line for the lock arrives at its next switch
 * point. There are no spurious wake-ups, but between the signal and the return another holder may
 * have changed things again: {@link #waitUntil} looks anew.
 *
 * <p>Fair: {@link #signal} goes to the longest waiter. The signal is its own from then on: a kill
 * that comes later does not pass it on.
 *
 * <p>Safe for use from any thread.
 */
public final class Condition {

  private final RLock lock;
  private final WaitQueue waiters = new WaitQueue(this);

  /** Makes a condition with a lock of its own. */
  public Condition() {
    this(new RLock());
  }

  /**
   * Makes a condition of a lock, which may have several.
   *
   * @param lock guards what is waited for
   */
  public Condition(RLock lock) {
    this.lock = Objects.requireNonNull(lock, "lock");
  }

  /**
   * The lock that guards what is waited for.
   *
   * @return the lock
   */
  public RLock lock() {
    return lock;
  }

  /**
   * Waits for a signal. Switches.
   *
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  public void waitUntilSignalled() {
    boolean _ = waitFor(Long.MAX_VALUE);
  }

  /**
   * Waits for a signal for a limited time. Switches unless the time is zero or negative; then
   * nobody else gets the lock either.
   *
   * @param timeout time to wait at most, without the time to get the lock back
   * @return true if signalled, false if time was over first
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  public boolean waitUntilSignalled(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
  }

  /**
   * Waits until something is true, looking anew after each signal. Switches unless it is true
   * already.
   *
   * @param predicate looks with the lock held
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  public void waitUntil(BooleanSupplier predicate) {
    boolean _ = waitUntil(predicate, Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until something is true, looking anew after each signal. Switches
   * unless it is true already.
   *
   * @param predicate looks with the lock held
   * @param timeout time to wait at most; zero or negative only looks
   * @return what the predicate said last
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  public boolean waitUntil(BooleanSupplier predicate, Duration timeout) {
    return waitUntil(predicate, Clock.waitNanos(timeout));
  }

  private boolean waitUntil(BooleanSupplier predicate, long nanos) {
    Objects.requireNonNull(predicate, "predicate");
    lock.requireOwner("wait for its condition");
    long start = now();
    long left = nanos;
    while (!predicate.getAsBoolean()) {
      if (left <= 0) {
        return false;
      }
      boolean _ = waitFor(left);
      left = nanos == Long.MAX_VALUE ? nanos : nanos - (now() - start);
    }
    return true;
  }

  boolean waitFor(long nanos) {
    lock.requireOwner("wait for its condition");
    Waiter waiter = Waiter.current();
    if (nanos <= 0) {
      return waiter.await(nanos); // nobody can signal while the lock is held
    }
    waiters.lock();
    waiters.add(waiter);
    waiters.unlock();
    int held = lock.yieldAll();
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
      lock.regain(held);
    }
  }

  /** The time on the scale of the caller's waits. */
  static long now() {
    Hub hub = Hub.currentOrNull();
    return hub == null ? SystemClock.INSTANCE.nanoTime() : hub.loop().nanoTime();
  }

  /**
   * Lets the longest waiter go on, as soon as it has the lock back. The caller keeps its turn and
   * the lock. Never switches.
   *
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  public void signal() {
    lock.requireOwner("signal its condition");
    signalFirst();
  }

  private void signalFirst() {
    waiters.lock();
    Waiter granted = waiters.grantFirst(null);
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /**
   * Lets everybody go on who waits, longest first, one after the other as they get the lock back.
   * The caller keeps its turn and the lock. Never switches.
   *
   * @throws IllegalMonitorStateException if the caller does not hold the lock
   */
  public void signalAll() {
    lock.requireOwner("signal its condition");
    signalEverybody();
  }

  private void signalEverybody() {
    waiters.lock();
    Waiter granted = waiters.grantAll(null);
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  // --- Guests of the lock

  /**
   * Has a guest of the lock wait for a signal, and gives its lock away. Never switches.
   *
   * @param holder the waiter by which the guest has the lock; see {@link RLock#registerAcquire}
   * @param waiter granted with null by a signal, without the lock; to be taken back with {@link
   *     #unregister} if it is not granted
   * @throws IllegalMonitorStateException if the lock is not the guest's
   */
  public void register(Waiter holder, Waiter waiter) {
    lock.requireGuest(holder, "wait for its condition");
    waiters.lock();
    waiters.add(waiter);
    waiters.unlock();
    lock.releaseFor(holder);
  }

  /**
   * Takes a guest's waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  /**
   * As {@link #signal}, for a guest of the lock. Never switches.
   *
   * @param holder the waiter by which the guest has the lock
   * @throws IllegalMonitorStateException if the lock is not the guest's
   */
  public void signalFor(Waiter holder) {
    lock.requireGuest(holder, "signal its condition");
    signalFirst();
  }

  /**
   * As {@link #signalAll}, for a guest of the lock. Never switches.
   *
   * @param holder the waiter by which the guest has the lock
   * @throws IllegalMonitorStateException if the lock is not the guest's
   */
  public void signalAllFor(Waiter holder) {
    lock.requireGuest(holder, "signal its condition");
    signalEverybody();
  }

  /**
   * How many wait for a signal.
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
    return "Condition[" + waiting() + " waiting, " + lock + "]";
  }
}
