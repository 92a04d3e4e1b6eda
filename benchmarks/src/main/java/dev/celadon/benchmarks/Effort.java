package dev.celadon.benchmarks;

import java.time.Duration;

/**
 * How much is done to measure a case.
 *
 * @param rounds how often every side is measured, if there is time
 * @param warmUp a JVM works so long before its samples count
 * @param samples how many of them do
 * @param operations how many make one sample
 * @param caseLimit no round begins that would probably end later than this
 * @param sideLimit a JVM that takes longer has failed
 */
record Effort(
    int rounds,
    Duration warmUp,
    int samples,
    int operations,
    Duration caseLimit,
    Duration sideLimit) {

  /** What {@code --quick} promises, less what it takes to end. */
  private static final Duration QUICK = Duration.ofSeconds(50);

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration HOUR = Duration.ofHours(1);

  private static final Duration WARM = Duration.ofSeconds(2);
  private static final Duration LONG_WARM = Duration.ofSeconds(8);
  private static final Duration LUKEWARM = Duration.ofSeconds(1);

  /** In how many operations of a sample each party takes part, at least. */
  private static final int TURNS = 10;

  /** How much a case is worth, measured with as many parties as it says. */
  static Effort of(Case measured, RunOptions options) {
    Effort effort =
        switch (measured.repeats()) {
          case ONCE -> new Effort(3, LONG_WARM, 1, measured.operations(), HOUR, LONG);
          case WARM -> new Effort(5, WARM, 3, measured.operations(), HOUR, LONG);
        };
    if (options.task() == RunOptions.Task.GROWTH) {
      effort = effort.small(measured, TURNS, effort.caseLimit, effort.sideLimit);
    }
    if (options.quick()) {
      effort = effort.small(measured, 2, QUICK, QUICK);
    }
    Integer asked = options.rounds();
    return asked == null ? effort : effort.withRounds(asked);
  }

  private Effort small(Case measured, int turns, Duration caseLimit, Duration sideLimit) {
    boolean isLong = measured.repeats() == Case.Repeats.ONCE;
    int few = Math.ceilDiv(measured.operations(), isLong ? 10 : 4);
    int parties = Math.max(1, measured.parties());
    int whole = Math.max(turns, Math.ceilDiv(few, parties)) * parties;
    return new Effort(3, LUKEWARM, samples, whole, caseLimit, sideLimit);
  }

  private Effort withRounds(int asked) {
    return new Effort(asked, warmUp, samples, operations, caseLimit, sideLimit);
  }
}
