package dev.celadon.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Measures the cases side by side and prints a line for every rival.
 *
 * <p>Every side runs in a JVM of its own. The sides take turns, round by round, so that a machine
 * whose speed drifts is as slow for one as for the other; the ratio is the median of the rounds'
 * ratios. A side that fails is told, and the others go on.
 */
final class Benchmarks {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final RunOptions options;
  private final List<Measured> all = new ArrayList<>();

  private Benchmarks(RunOptions options) {
    this.options = options;
  }

  public static void main(String[] arguments) throws Exception {
    try {
      RunOptions options = RunOptions.parse(arguments);
      switch (options.task()) {
        case HELP -> System.out.println(RunOptions.USAGE);
        case LIST -> chosen(options).forEach(one -> System.out.println(describe(one)));
        case PLOT -> plot(Results.read(options.results()), options.results());
        case MEASURE, GROWTH -> new Benchmarks(options).run();
      }
    } catch (IllegalArgumentException e) {
      System.err.println("benchmarks/run: " + e.getMessage() + "\n" + RunOptions.USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("benchmarks/run: " + e);
      System.exit(1);
    }
  }

  private static List<Case> chosen(RunOptions options) {
    List<Case> chosen = Case.ALL.stream().filter(options::includes).toList();
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(
          "no case "
              + (options.task() == RunOptions.Task.GROWTH ? "with parties " : "")
              + "is called like "
              + String.join(" or ", options.filters())
              + "; there are "
              + Case.ALL.stream().map(Case::name).collect(Collectors.joining(", ")));
    }
    return chosen;
  }

  private static String describe(Case one) {
    String growth = one.growth().stream().map(Object::toString).collect(Collectors.joining(", "));
    return one.name()
        + " ("
        + one.unit()
        + "): "
        + one.rivals().stream().map(Side::name).collect(Collectors.joining(", "))
        + (growth.isEmpty() ? "" : "; growth with " + growth + " parties");
  }

  private void run() throws IOException, InterruptedException {
    Results before = options.add() ? Results.toJoin(options) : null;
    for (Case chosen : chosen(options)) {
      if (options.task() == RunOptions.Task.GROWTH) {
        for (int parties : chosen.growth()) {
          measure(chosen.withParties(parties));
        }
      } else {
        measure(chosen);
      }
      // A run takes long: whatever ends it early leaves what was measured.
      Results.of(options, before, all).write(options.results());
    }
    Results results = Results.of(options, before, all);
    results.growth().forEach(grown -> System.out.println(grown.line()));
    plot(Results.read(options.results()), options.results()); // rounded, as made again from it
    if (all.stream().anyMatch(side -> side.failed() != null)) {
      System.err.println("benchmarks/run: some sides have failed, see above");
      System.exit(1);
    }
  }

  private static void plot(Results results, Path file) throws IOException {
    for (Path plot : Plots.write(results, file)) {
      System.err.println("written: " + plot);
    }
    System.err.println("written: " + Report.write(results, file));
  }

  private void measure(Case measured) throws InterruptedException {
    Effort effort = Effort.of(measured, options);
    Map<Side, List<Fork>> forks = new LinkedHashMap<>();
    Map<Side, String> skipped = new LinkedHashMap<>();
    forks.put(measured.celadon(), new ArrayList<>());
    for (Side rival : measured.rivals()) {
      if (!rival.isHere()) {
        skipped.put(rival, "`" + String.join(" ", rival.needs()) + "` fails here");
      } else if (measured.parties() > rival.mostParties()) {
        skipped.put(rival, "measured with " + rival.mostParties() + " parties at most");
      } else {
        forks.put(rival, new ArrayList<>());
      }
    }
    Map<Side, String> failed = takeTurns(measured, effort, forks);

    List<Measured> sides = new ArrayList<>();
    forks.forEach(
        (side, samples) ->
            sides.add(Measured.of(measured, side, effort.operations(), samples, failed.get(side))));
    skipped.forEach((side, why) -> sides.add(Measured.skipped(measured, side, why)));
    Measured ours = sides.getFirst();
    for (Measured side : sides) {
      Measured compared = side.beside(ours);
      all.add(compared);
      if (!compared.isOurs() || compared.failed() != null) {
        System.out.println(compared.line(ours));
      }
    }
  }

  /** Measures all sides round by round, and answers which have failed. */
  private static Map<Side, String> takeTurns(
      Case measured, Effort effort, Map<Side, List<Fork>> forks) throws InterruptedException {
    Map<Side, String> failed = new LinkedHashMap<>();
    List<Side> order = new ArrayList<>(forks.keySet());
    Random shuffling = new Random(measured.name().hashCode());
    long start = System.nanoTime();
    for (int round = 0; round < effort.rounds(); round++) {
      long begun = System.nanoTime() - start;
      if (round > 0 && begun + begun / round > effort.caseLimit().toNanos()) {
        return failed; // no time for another one
      }
      Collections.shuffle(order, shuffling); // nobody always follows the same one
      for (Side side : order) {
        if (failed.containsKey(side)) {
          continue;
        }
        long sideStart = System.nanoTime();
        String outcome;
        try {
          Fork fork = Forks.run(measured, side, effort);
          forks.computeIfAbsent(side, _ -> new ArrayList<>()).add(fork);
          outcome = String.format(Locale.ROOT, "%.1f %s", fork.cost(), measured.unit());
        } catch (SideFailed e) {
          failed.put(side, String.valueOf(e.getMessage()));
          outcome = "failed: " + e.getMessage();
        }
        tell(measured, side, round, effort, outcome, System.nanoTime() - sideStart);
      }
    }
    return failed;
  }

  /** A line of progress, so that a long run does not look dead. */
  private static void tell(
      Case measured, Side side, int round, Effort effort, String outcome, long nanos) {
    System.err.printf(
        Locale.ROOT,
        "%s %s%s %s round %d/%d: %s (%.1f s)%n",
        LocalTime.now(ZoneId.systemDefault()).format(TIME),
        measured.name(),
        measured.parties() == 0 ? "" : " with " + measured.parties(),
        side.name(),
        round + 1,
        effort.rounds(),
        outcome,
        nanos / 1e9);
  }
}
