package dev.celadon.loop;

import org.jspecify.annotations.Nullable;

/**
 * An action that a loop runs once, when its time has come. Made by {@link EventLoop#schedule}.
 *
 * <p>Timers with one deadline fire in the order in which they were armed.
 *
 * <p>Confined to its loop's thread.
 */
public final class Timer {

  private static final int NOT_PENDING = -1;

  final long deadlineNanos;

  /** The order of arming; the lowest bit tells whether the timer counts. */
  final long sequence;

  private final EventLoop loop;
  private final Runnable action;

  /** Where this timer is kept: a place in the heap, or below {@code NOT_PENDING} a list. */
  int index = NOT_PENDING;

  /** The neighbours in a list of the wheel. */
  @Nullable Timer previous;

  @Nullable Timer next;

  Timer(EventLoop loop, long deadlineNanos, long sequence, boolean counts, Runnable action) {
    this.loop = loop;
    this.deadlineNanos = deadlineNanos;
    this.sequence = sequence << 1 | (counts ? 1 : 0);
    this.action = action;
  }

  /**
   * When this timer is due.
   *
   * @return nanoseconds on the scale of the loop's clock
   */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /**
   * Whether this timer has neither fired nor been cancelled.
   *
   * @return true while it waits
   */
  public boolean isPending() {
    return index != NOT_PENDING;
  }

  /**
   * Takes this timer out of the loop, at once: nothing of it stays behind.
   *
   * @return true if it was pending, false if it had fired or had been cancelled
   */
  public boolean cancel() {
    return loop.cancel(this);
  }

  /** Whether the loop has something to do as long as this timer is pending. */
  boolean counts() {
    return (sequence & 1) != 0;
  }

  void outOfQueue() {
    index = NOT_PENDING;
  }

  void fire() {
    action.run();
  }

  /**
   * Earlier deadline first, then earlier arming; by difference, because clock readings may wrap
   * around.
   */
  boolean isBefore(Timer other) {
    long difference = deadlineNanos - other.deadlineNanos;
    return difference != 0 ? difference < 0 : sequence - other.sequence < 0;
  }
}
