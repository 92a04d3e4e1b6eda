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
   * A thread with a hub takes its turns like a greenlet: what wakes it up goes through the hub's ready queue, and ends the loop's run
   * if the thread is still in that wait. A wake-up that comes late, because the wait had ended by itself, does nothing.
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

  /**
   * The strand of a thread that will begin with {@link #begin}; the calling thread keeps its own.
   */
  static ThreadStrand unstarted(Thread thread) {
    return new ThreadStrand(thread);
  }

  /** The first call of a thread that was unstarted, and drives a hub from now on. */
  void begin(Hub hub) {
    STRAND.set(this);
    drives(hub);
  }

  @Override
  public @Nullable Hub hubOrNull() {
    Hub current = hub;
    if (current == null || !current.hasEnded()) {
      return current;
    }
    if (Thread.currentThread() == thread) {
      hub = null;
    }
    return null;
  }

  void drives(@Nullable Hub hub) {
    this.hub = hub;
  }

  @Override
  Waiter newWaiter() {
    return new Waiter(this);
  }

  @Override
  void await(Waiter waiter, long nanos) {
    if (isOverBefore(waiter, nanos)) {
      return;
    }
    Hub driven = hubOrNull();
    waiting = waiter;
    try {
      if (driven == null) {
        park(waiter, nanos);
      } else {
        drive(driven, waiter, nanos);
      }
    } finally {
      waiting = null;
    }
  }

  private void drive(Hub driven, Waiter waiter, long nanos) {
    Timer timer = arm(driven, waiter, nanos);
    boolean interrupted = Thread.interrupted();
    try {
      while (waiter.isWaiting() && !driven.hasEnded()) {
        if (interrupted && waiter.cancel()) {
          if (timer != null) {
            timer.cancel(); // the waiter may be used again
          }
          throw new InterruptedWaitException(thread);
        }
        interrupted |= driven.drive();
      }
    } finally {
      if (interrupted) {
        thread.interrupt();
      }
    }
    if (waiter.isWaiting()) {
      // Somebody else has shut the hub down; the rest of the wait is a plain thread's.
      long left = timer == null ? Long.MAX_VALUE : timer.deadlineNanos() - driven.loop().nanoTime();
      driven.retire();
      hub = null;
      park(waiter, left);
    } else if (timer != null) {
      timer.cancel();
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
    boolean _ =
        driven.submit(
            () -> {
              if (turn.grant(null)) {
                driven.loop().stop(); // here and now: this task is the thread's turn
              }
            });
    boolean _ = turn.await();
  }

  @Override
  void resume(Waiter ended) {
    Hub driven = hub;
    if (driven == null || !driven.submit(() -> takeTurn(driven, ended))) {
      Parking.unpark(thread);
    }
  }

  private void takeTurn(Hub driven, Waiter ended) {
    if (waiting == ended) {
      driven.loop().stop();
    }
  }

  @Override
  public String toString() {
    return thread.toString();
  }
}
