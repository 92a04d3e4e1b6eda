package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A place where a fixed number of parties wait for each other, again and again.
 *
 * <p>The party that comes last runs the barrier's action and lets the others go on, in the order in
 * which they came; the next round begins at once. If a party leaves before the round is complete,
 * because it is killed, interrupted or its time is over, the barrier is broken: all the others, and
 * whoever comes later, get a {@link BrokenBarrierException} until {@link #reset}.
 *
 * <p>Safe for use from any thread.
 */
public final class Barrier {

  /** What the waiters of a broken round are granted. */
  private static final Object BROKEN = new Object();

  /** One gathering; all fields are guarded by the lock of its queue. */
  private final class Round {
    final WaitQueue waiters = new WaitQueue(Barrier.this);
    int arrived;
    boolean broken;

    /** Broken, or complete and the action is done. */
    boolean over;

    /** Ends the round under its lock; the result is to be woken. */
    @Nullable Waiter fail() {
      broken = true;
      return end(BROKEN);
    }

    @Nullable Waiter end(@Nullable Object how) {
      over = true;
      return waiters.grantAll(how);
    }
  }

  private final int parties;
  private final @Nullable Runnable action;

  /** Replaced under the lock of the round that it was. */
  private volatile Round current = new Round();

  /**
   * Makes a barrier.
   *
   * @param parties how many wait for each other; 1 or more
   * @throws IllegalArgumentException if {@code parties} is less than 1
   */
  public Barrier(int parties) {
    this(parties, null);
  }

  /**
   * Makes a barrier with something to do at the end of each round.
   *
   * @param parties how many wait for each other; 1 or more
   * @param action run by the party that comes last, before the others go on; it may wait. If it
   *     throws, that leaves the last party's call, and the barrier is broken. Null for none
   * @throws IllegalArgumentException if {@code parties} is less than 1
   */
  public Barrier(int parties, @Nullable Runnable action) {
    if (parties < 1) {
      throw new IllegalArgumentException(
          "parties must be at least 1: " + parties + "; count everybody who waits, the caller too");
    }
    this.parties = parties;
    this.action = action;
  }

  /**
   * Waits until all parties have come. Switches unless the caller is the last one and there is no
   * action that does.
   *
   * @return the caller's place: {@code parties() - 1} for who came first, 0 for who came last
   * @throws BrokenBarrierException if the barrier is broken, or becomes so meanwhile
   */
  public int waitForAll() throws BrokenBarrierException {
    return arrive(Long.MAX_VALUE);
  }

  /**
   * Waits until all parties have come, for a limited time. Switches unless the caller is the last
   * one and there is no action that does.
   *
   * @param timeout time to wait at most; with zero or less all the others must be there already
   * @return the caller's place: {@code parties() - 1} for who came first, 0 for who came last
   * @throws BrokenBarrierException if the barrier is broken, or becomes so meanwhile
   * @throws TimeoutException if time was over before all had come; the barrier is broken by that
   */
  public int waitForAll(Duration timeout) throws BrokenBarrierException, TimeoutException {
    int place = arrive(Clock.waitNanos(timeout));
    if (place < 0) {
      throw new TimeoutException("not all of the " + parties + " parties came within " + timeout);
    }
    return place;
  }

  /** The caller's place, or -1 if time was over first. */
  private int arrive(long nanos) throws BrokenBarrierException {
    Waiter waiter = parties == 1 ? null : Waiter.current();
    Round round = lockCurrent();
    if (round.broken) {
      round.waiters.unlock();
      throw broken();
    }
    round.arrived++;
    int place = parties - round.arrived;
    if (place == 0) {
      current = new Round();
    } else if (waiter != null) {
      round.waiters.add(waiter);
    }
    round.waiters.unlock();
    if (place == 0 || waiter == null) {
      complete(round);
      return 0;
    }
    return await(round, waiter, nanos) ? place : -1;
  }

  private Round lockCurrent() {
    while (true) {
      Round round = current;
      round.waiters.lock();
      if (round == current) {
        return round;
      }
      round.waiters.unlock();
    }
  }

  private void complete(Round round) {
    boolean done = false;
    try {
      if (action != null) {
        action.run();
      }
      done = true;
    } finally {
      round.waiters.lock();
      Waiter granted = done ? round.end(null) : round.fail();
      round.waiters.unlock();
      WaitQueue.wakeAll(granted);
      if (!done) {
        breakCurrent();
      }
    }
  }

  /** True if the round was completed, false if this party's time was over before. */
  private boolean await(Round round, Waiter waiter, long nanos) throws BrokenBarrierException {
    boolean granted = false;
    boolean complete = false;
    try {
      granted = waiter.await(nanos);
    } finally {
      complete = granted || leave(round, waiter);
    }
    if (granted && waiter.value() == BROKEN) {
      throw broken();
    }
    return granted || (complete && awaitEnd(round));
  }

  /** A party goes: that breaks the round unless it is complete. True if it is. */
  private boolean leave(Round round, Waiter waiter) {
    round.waiters.lock();
    boolean _ = round.waiters.remove(waiter);
    Waiter granted = round == current ? round.fail() : null;
    boolean complete = !round.broken;
    round.waiters.unlock();
    WaitQueue.wakeAll(granted);
    return complete;
  }

  /** Time was over just when the last party came: only the action is to be waited for. */
  private boolean awaitEnd(Round round) throws BrokenBarrierException {
    Waiter waiter = Waiter.current();
    round.waiters.lock();
    boolean over = round.over;
    boolean failed = round.broken;
    if (!over) {
      round.waiters.add(waiter);
    }
    round.waiters.unlock();
    if (failed) {
      throw broken();
    }
    return over || await(round, waiter, Long.MAX_VALUE);
  }

  private void breakCurrent() {
    Round round = lockCurrent();
    Waiter granted = round.fail();
    round.waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  private BrokenBarrierException broken() {
    return new BrokenBarrierException(
        "a party of " + this + " left before all had come: reset() begins a new round");
  }

  /**
   * Begins a new round. Those who wait in the present one get a {@link BrokenBarrierException}.
   * Never switches.
   */
  public void reset() {
    Round round = lockCurrent();
    Waiter granted = round.fail();
    current = new Round();
    round.waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /**
   * Whether a party has left too early, and {@link #reset} has not been called since.
   *
   * @return true if nobody can wait here
   */
  public boolean isBroken() {
    Round round = lockCurrent();
    boolean now = round.broken;
    round.waiters.unlock();
    return now;
  }

  /**
   * How many parties make a round complete.
   *
   * @return 1 or more
   */
  public int parties() {
    return parties;
  }

  /**
   * How many have come in the present round.
   *
   * @return 0 to {@code parties() - 1}
   */
  public int waiting() {
    Round round = lockCurrent();
    int now = round.broken ? 0 : round.arrived;
    round.waiters.unlock();
    return now;
  }

  @Override
  public String toString() {
    return "Barrier[" + (isBroken() ? "broken" : waiting() + " of " + parties + " came") + "]";
  }
}
