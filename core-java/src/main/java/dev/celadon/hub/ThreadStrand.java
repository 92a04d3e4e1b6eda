package dev.celadon.hub;

import dev.celadon.loop.Parking;
import dev.celadon.loop.SystemClock;
import dev.celadon.loop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * A thread that is no greenlet: one that owns a hub and drives it whenever it waits, or one that
 * just parks.
 *
 * <p>Confined to its thread, but for {@link #resume}.
 */
final class ThreadStrand extends Strand {
  /*
   * A thread with a hub takes its turns like a greenlet: what wakes it up goes through the hub's ready queue as the task `turn`,
   * which ends the loop's run. Every wake-up is one turn in the queue, and every wait takes one out.
   */
  private static final ThreadLocal<@Nullable ThreadStrand> STRAND = new ThreadLocal<>();

  private final Thread thread;

  /**
   * The hub that this thread drives. Written by the thread, never while it waits; read by those who
   * wake it.
   */
  private volatile @Nullable Hub hub;

  private ThreadStrand(Thread thread) {
    this.thread = thread;
  }

  /** The strand of the calling thread. */
  static ThreadStrand of(Thread current) {
    ThreadStrand strand = STRAND.get();
    if (strand == null) {
      strand = new ThreadStrand(current);
      STRAND.set(strand);
    }
    return strand;
  }

  @Override
  public @Nullable Hub hubOrNull() {
    Hub current = hub;
    if (current != null && current.hasEnded()) {
      hub = null;
      return null;
    }
    return current;
  }

  void drives(@Nullable Hub hub) {
    this.hub = hub;
  }

  @Override
  Waiter newWaiter() {
    return new Waiter(this);
  }

  @Override
  void waitFor(Waiter waiter, long nanos) {
    Hub driven = hubOrNull();
    if (driven == null) {
      park(waiter, nanos);
    } else {
      drive(driven, waiter, nanos);
    }
  }

  private void drive(Hub driven, Waiter waiter, long nanos) {
    Timer timer = arm(driven, waiter, nanos);
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        if (interrupted && waiter.cancel()) {
          throw new InterruptedWaitException(thread);
        }
        if (!driven.drive()) {
          return;
        }
        interrupted = true;
      }
    } finally {
      if (timer != null) {
        timer.cancel();
      }
      if (interrupted) {
        thread.interrupt();
      }
    }
  }

  private void park(Waiter waiter, long nanos) {
    long deadline = nanos == Long.MAX_VALUE ? 0 : SystemClock.INSTANCE.nanoTime() + nanos;
    while (waiter.isWaiting()) {
      if (nanos == Long.MAX_VALUE) {
        Parking.park();
      } else {
        long left = deadline - SystemClock.INSTANCE.nanoTime();
        if (left <= 0 && waiter.expireUnparked()) {
          return;
        }
        Parking.parkNanos(left);
      }
      if (thread.isInterrupted() && waiter.cancel()) {
        throw new InterruptedWaitException(thread);
      }
    }
  }

  @Override
  public void yieldNow() {
    Hub driven = hubOrNull();
    if (driven == null) {
      Parking.yieldNow();
      return;
    }
    checkpoint();
    Waiter turn = newWaiter();
    boolean granted = turn.grant(null);
    assert granted;
    turn.wake();
    turn.await();
  }

  @Override
  void resume() {
    Hub driven = hub;
    if (driven == null) {
      Parking.unpark(thread);
    } else {
      driven.submit(driven.turnOfDriver());
    }
  }

  @Override
  public String toString() {
    return thread.toString();
  }
}
