package dev.celadon.loop;

import java.time.Duration;
import java.util.Objects;

/**
 * Where a loop reads the time.
 *
 * <p>All time of a hub comes from its one clock: sleeps, timeouts, timed waits of queues and locks,
 * and the timed parks of the JDK. Two sides exist: {@link SystemClock}, which waits in real time,
 * and a clock that a test moves.
 *
 * <p>Safe for use from any thread.
 */
public interface Clock {

  /**
   * The current time in nanoseconds, on a scale of its own: only differences mean something.
   *
   * @return nanoseconds since an arbitrary origin; never runs backwards
   */
  long nanoTime();

  /**
   * Offers the clock the chance to jump over a wait. Called on the loop's thread when nothing is
   * ready to run.
   *
   * @param deadlineNanos the earliest timer's deadline, on the scale of {@link #nanoTime}
   * @return true if the clock now reads at least {@code deadlineNanos}; false if the loop has to
   *     wait in real time
   */
  boolean jumpTo(long deadlineNanos);

  /**
   * Whether this clock reads another time than the JDK's timed calls do.
   *
   * @return true for a clock that a simulation moves
   */
  default boolean isSimulated() {
    return false;
  }

  /**
   * How long, in real time, the channels that a loop watches must be silent before this clock jumps
   * to the next timer. Asked only of a clock that a simulation moves.
   *
   * @return nanoseconds; {@link Long#MAX_VALUE} never jumps meanwhile: a timer is due after as much
   *     real time
   */
  default long quietNanos() {
    return Long.MAX_VALUE;
  }

  /** The longest wait that is told apart from for ever: about 146 years in nanoseconds. */
  long LONGEST_WAIT_NANOS = Long.MAX_VALUE / 2;

  /**
   * The length of a wait in nanoseconds, for the timed calls of all floors.
   *
   * @param duration any duration
   * @return 0 for a negative duration, {@link Long#MAX_VALUE} (wait for ever) for one beyond {@link
   *     #LONGEST_WAIT_NANOS}, else its nanoseconds
   */
  static long waitNanos(Duration duration) {
    if (Objects.requireNonNull(duration, "duration").isNegative()) {
      return 0;
    }
    // Seconds first: Duration.toNanos throws on overflow.
    if (duration.toSeconds() >= LONGEST_WAIT_NANOS / 1_000_000_000L) {
      return Long.MAX_VALUE;
    }
    return duration.toNanos();
  }
}
