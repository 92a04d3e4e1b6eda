package dev.celadon.monitor;

import java.time.Duration;

/**
 * What a {@link RunReport} contains.
 *
 * <p>Immutable.
 *
 * @param stacks whether the stacks of greenlets are taken
 * @param threads whether the platform threads of the JVM are shown, with their stacks
 * @param frames how many frames of a stack are printed; zero or more
 * @param patience how long a hub may take to answer before it counts as stuck; more than zero
 */
public record ReportOptions(boolean stacks, boolean threads, int frames, Duration patience) {

  /** Checks the ranges. */
  public ReportOptions {
    if (frames < 0) {
      throw new IllegalArgumentException("frames must not be negative: " + frames);
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException("patience must be positive: " + patience);
    }
  }

  /**
   * Stacks of greenlets with 30 frames each, no platform threads, and one second for a hub.
   *
   * @return the defaults
   */
  public static ReportOptions defaults() {
    return new ReportOptions(true, false, 30, Duration.ofSeconds(1));
  }

  /**
   * These options with or without stacks.
   *
   * @param stacks whether the stacks of greenlets are taken
   * @return the changed copy
   */
  public ReportOptions withStacks(boolean stacks) {
    return new ReportOptions(stacks, threads, frames, patience);
  }

  /**
   * These options with or without platform threads.
   *
   * @param threads whether the platform threads of the JVM are shown
   * @return the changed copy
   */
  public ReportOptions withThreads(boolean threads) {
    return new ReportOptions(stacks, threads, frames, patience);
  }

  /**
   * These options with another depth of stacks.
   *
   * @param frames how many frames of a stack are printed; zero or more
   * @return the changed copy
   */
  public ReportOptions withFrames(int frames) {
    return new ReportOptions(stacks, threads, frames, patience);
  }

  /**
   * These options with another patience.
   *
   * @param patience how long a hub may take to answer; more than zero
   * @return the changed copy
   */
  public ReportOptions withPatience(Duration patience) {
    return new ReportOptions(stacks, threads, frames, patience);
  }
}
