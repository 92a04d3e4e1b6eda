package dev.celadon.loop;

/**
 * How late a loop was with its timers: a snapshot of counts in classes that double in width.
 *
 * <p>Immutable.
 */
public final class LagHistogram {

  /** Class i holds what was less than 2^i ns late, and not less than 2^(i-1) ns. */
  private final long[] counts;

  LagHistogram(long[] counts) {
    this.counts = counts.clone();
  }

  /**
   * How many timers have fired.
   *
   * @return 0 or more
   */
  public long count() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /**
   * The lateness that a share of all timers did not exceed, rounded up to a power of two.
   *
   * @param share between 0 and 1: 0.5 for the median, 1 for the maximum
   * @return nanoseconds; 0 if no timer has fired
   * @throws IllegalArgumentException if {@code share} is not between 0 and 1
   */
  public long percentileNanos(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share must be between 0 and 1: " + share + "; 0.99 gives the 99th percentile");
    }
    long left = (long) Math.ceil(share * count());
    for (int index = 0; index < counts.length; index++) {
      left -= counts[index];
      if (left <= 0 && counts[index] > 0) {
        return index == 0 ? 0 : index == Long.SIZE - 1 ? Long.MAX_VALUE : 1L << index;
      }
    }
    return 0;
  }

  /**
   * What has come since an earlier snapshot of the same loop: the lag of the last minute, say.
   *
   * @param earlier an older snapshot
   * @return the difference
   * @throws IllegalArgumentException if {@code earlier} counts more than this one: it is younger
   */
  public LagHistogram since(LagHistogram earlier) {
    long[] difference = counts.clone();
    for (int index = 0; index < difference.length; index++) {
      difference[index] -= earlier.counts[index];
      if (difference[index] < 0) {
        throw new IllegalArgumentException(
            "the earlier histogram must not count more than this one: " + earlier);
      }
    }
    return new LagHistogram(difference);
  }

  @Override
  public String toString() {
    return "%d timers, late by at most %,d ns (half of them), %,d ns (99 %%), %,d ns (all)"
        .formatted(count(), percentileNanos(0.5), percentileNanos(0.99), percentileNanos(1));
  }
}
