package dev.celadon.benchmarks;

import java.time.Duration;

/**
 * How much is done to measure a case.
 *
 * @param rounds how often every side is measured, if there is time
 * @param warmUps how many samples of a JVM are thrown away
 * @param samples how many are kept
 * @param operations how many make one sample
 * @param caseLimit no round begins that would probably end later than this
 * @param sideLimit a JVM that takes longer has failed
 */
record Effort(
    int rounds, int warmUps, int samples, int operations, Duration caseLimit, Duration sideLimit) {

  /** What {@code --quick} promises, less what it takes to end. */
  private static final Duration QUICK = Duration.ofSeconds(50);

  private static final Duration LONG = Duration.ofMinutes(10);

  /** How much a case is worth, measured with as many parties as it says. */
  static Effort of(Case measured, RunOptions options) {
    Effort effort =
        switch (measured.repeats()) {
          case ONCE -> new Effort(3, 0, 1, measured.operations(), Duration.ofHours(1), LONG);
          case WARM -> new Effort(5, 4, 3, measured.operations(), Duration.ofHours(1), LONG);
        };
    if (options.task() == RunOptions.Task.GROWTH) {
      effort = effort.small(measured, effort.caseLimit, effort.sideLimit);
    }
    if (options.quick()) {
      effort = effort.small(measured, QUICK, QUICK);
    }
    Integer asked = options.rounds();
    return asked == null ? effort : effort.withRounds(asked);
  }

  private Effort small(Case measured, Duration caseLimit, Duration sideLimit) {
    int few = Math.ceilDiv(measured.operations(), warmUps == 0 ? 10 : 4);
    int parties = Math.max(1, measured.parties());
    int whole = Math.ceilDiv(few, parties) * parties;
    return new Effort(3, Math.min(warmUps, 3), Math.min(samples, 3), whole, caseLimit, sideLimit);
  }

  private Effort withRounds(int asked) {
    return new Effort(asked, warmUps, samples, operations, caseLimit, sideLimit);
  }
}
