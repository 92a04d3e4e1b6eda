package dev.celadon.simulation;

import dev.celadon.loop.Clock;
import java.time.Duration;

/**
 * A clock that stands still while anything is ready to run, and jumps to the next timer when
 * everybody waits: hours of sleeping take no time, and every run is the same.
 *
 * <p>While the hub watches a channel it waits in real time instead, because nobody can know when a
 * byte will come; the clock then stands still. Waits that do not go through the hub, such as those
 * of other threads, do not move it either; {@code Thread.sleep} in a greenlet measures real time
 * itself and does not mix with it.
 *
 * <p>Read from any thread, moved by its one hub.
 */
public final class VirtualClock implements Clock {

  private volatile long nanos;

  /** Makes a clock that reads zero. */
  public VirtualClock() {}

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public boolean jumpTo(long deadlineNanos) {
    nanos = deadlineNanos;
    return true;
  }

  /**
   * The time that has passed on this clock.
   *
   * @return time since it was made
   */
  public Duration elapsed() {
    return Duration.ofNanos(nanos);
  }
}
