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

  private final long quietNanos;
  private volatile long nanos;

  /** Makes a clock that reads zero, and waits for watched channels in real time. */
  public VirtualClock() {
    this.quietNanos = Long.MAX_VALUE;
  }

  /**
   * Makes a clock that reads zero, and jumps although channels are watched, once they have been
   * silent for a while: for programs whose peers are in the same process, so that a server that
   * waits for connections does not hold time up. Work that is counted holds it up all the same.
   *
   * @param quiet how long the channels must be silent, in real time; zero or negative does not wait
   */
  public VirtualClock(Duration quiet) {
    this.quietNanos = Clock.waitNanos(quiet);
  }

  @Override
  public long nanoTime() {
    return nanos;
  }

  @Override
  public boolean isSimulated() {
    return true;
  }

  @Override
  public long quietNanos() {
    return quietNanos;
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
