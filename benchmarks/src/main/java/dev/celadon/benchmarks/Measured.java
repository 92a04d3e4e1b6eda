package dev.celadon.benchmarks;

import com.google.gson.annotations.SerializedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One side of one case, with some parties, as it stands in the file of results.
 *
 * @param name of the case
 * @param side of it, ours or a rival's
 * @param parties how many took part; 0 if the case has none
 * @param unit of the cost of one operation
 * @param operations how many made a sample
 * @param cost of one operation; null if it was not measured
 * @param ratio ours through that of this side, of one operation, round by round; null for our own
 *     and where one of the two was not measured
 * @param rounds the cost in each of them
 * @param elapsed nanoseconds of the wall for one operation; null if the work was not in the JVM
 * @param cpu nanoseconds of processor time for one operation, of all threads; null as well
 * @param allocated bytes for one operation, of all threads; null as well
 * @param skipped why it was not to be measured here; null if it was
 * @param failed why it has failed; null if it has not
 */
record Measured(
    @SerializedName("case") String name,
    String side,
    int parties,
    String unit,
    int operations,
    @Nullable Figure cost,
    @Nullable Figure ratio,
    List<Double> rounds,
    @Nullable Double elapsed,
    @Nullable Double cpu,
    @Nullable Double allocated,
    @Nullable String skipped,
    @Nullable String failed) {

  /** A side that was measured in some rounds, and perhaps failed in the last one. */
  static Measured of(
      Case measured, Side side, int operations, List<Fork> forks, @Nullable String failed) {
    double[] costs = forks.stream().mapToDouble(Fork::cost).toArray();
    boolean isWhole = failed == null && costs.length > 0;
    return new Measured(
        measured.name(),
        side.name(),
        measured.parties(),
        measured.unit(),
        operations,
        isWhole ? Figure.of(costs) : null,
        null,
        forks.stream().map(Fork::cost).toList(),
        median(forks, Fork::elapsed),
        median(forks, Fork::cpu),
        median(forks, Fork::allocated),
        null,
        failed);
  }

  static Measured skipped(Case measured, Side side, String why) {
    return new Measured(
        measured.name(),
        side.name(),
        measured.parties(),
        measured.unit(),
        0,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        why,
        null);
  }

  private static @Nullable Double median(
      List<Fork> forks, Function<Fork, @Nullable Double> figure) {
    List<Double> known = new ArrayList<>();
    for (Fork fork : forks) {
      Double one = figure.apply(fork);
      if (one != null) {
        known.add(one);
      }
    }
    return known.isEmpty()
        ? null
        : Median.of(known.stream().mapToDouble(Double::doubleValue).toArray());
  }

  boolean isOurs() {
    return side.equals(Case.CELADON);
  }

  /** The same beside our own side: with the ratio, if both have been measured. */
  Measured beside(Measured ours) {
    if (isOurs() || cost == null || ours.cost == null) {
      return this;
    }
    double[] ratios =
        IntStream.range(0, Math.min(rounds.size(), ours.rounds.size()))
            .mapToDouble(round -> ours.rounds.get(round) / rounds.get(round))
            .toArray();
    return new Measured(
        name,
        side,
        parties,
        unit,
        operations,
        cost,
        Figure.of(ratios),
        rounds,
        elapsed,
        cpu,
        allocated,
        skipped,
        failed);
  }

  /** What the run prints of a rival, given our own side. */
  String line(Measured ours) {
    String with = parties == 0 ? "" : " parties=" + parties;
    String head = "case=" + name + " side=" + side + with;
    if (skipped != null) {
      return head + " skipped: " + skipped;
    }
    if (failed != null) {
      return head + " failed: " + failed;
    }
    if (cost == null || ratio == null || ours.cost == null) {
      return head + " not compared: " + ours.side + " failed";
    }
    return String.format(
        Locale.ROOT,
        "%s unit=%s value=%.1f celadon=%.1f ratio=%.2f low=%.2f high=%.2f",
        head,
        unit,
        cost.median(),
        ours.cost.median(),
        ratio.median(),
        ratio.low(),
        ratio.high());
  }

  OptionalDouble median() {
    return cost == null ? OptionalDouble.empty() : OptionalDouble.of(cost.median());
  }
}
