package dev.celadon.simulation;

import dev.celadon.loop.Clock;
import java.time.Duration;

/**
 * A clock that stands still while anything is ready to run, and jumps to the next timer when
 * everybody waits: hours of sleeping take no time, and every run is the same.
 *
 * <p>While the hub watches a channel, or work elsewhere is counted ({@link
 * dev.celadon.hub.Hub#ref}: off-loaded tasks are), it waits in real time instead, because nobody
 * can know when that will come back; the clock then stands still. A timed wait in a call of the
 * JDK, such as {@code Thread.sleep} in a greenlet, lasts in real time, too, and the hub reports it
 * with an {@link dev.celadon.hub.EscapedWaitException}; in portable mode nobody sees it.
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
  public boolean isSimulated() {
    return true;
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
