package dev.celadon.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param task what to do
 * @param quick whether a case may take a minute at most
 * @param rounds how often every side is measured; null for as often as usual
 * @param results the file for the JSON, or the one that plots are made of
 * @param filter only the cases whose name contains it
 */
record RunOptions(Task task, boolean quick, @Nullable Integer rounds, Path results, String filter) {

  /** What a run does. */
  enum Task {
    /** Measures every case with as many parties as usual. */
    MEASURE,
    /** Measures the cases that have parties with few and with many. */
    GROWTH,
    /** Tells which cases there are. */
    LIST,
    /** Makes the plots of a file of results again. */
    PLOT,
    /** Tells the usage. */
    HELP
  }

  static final String USAGE =
      """
      usage: benchmarks/run [--quick] [--growth] [--rounds N] [--results FILE] [FILTER]
             benchmarks/run --plot [FILE]
             benchmarks/run --cases
        --quick         few rounds of small samples: a minute for each case at most
        --growth        only the cases that have parties: with few and with many of them
        --rounds N      so many rounds, from 1 to 100, instead of five
        --results FILE  where the JSON goes, and the plots and a page beside it
                        (default: latest.json, with --growth growth.json, in benchmarks/results,
                        or in benchmarks/target/results with --quick or FILTER)
        --plot [FILE]   only makes the plots and the page of a file of results again
        --cases         only tells which cases there are
        FILTER          only the cases whose name contains it\
      """;

  /** How often every side of a case can be measured: more would not tell more. */
  private static final int MOST_ROUNDS = 100;

  private static final Path FOLDER = Path.of("benchmarks", "results");

  /** For what tells only a part, or little. */
  private static final Path FOLDER_OF_PARTS = Path.of("benchmarks", "target", "results");

  /**
   * Understands a command line.
   *
   * @throws IllegalArgumentException if it makes no sense; the message says why
   */
  static RunOptions parse(String... arguments) {
    Task task = Task.MEASURE;
    boolean quick = false;
    Integer rounds = null;
    Path results = null;
    String filter = "";
    List<String> all = List.of(arguments);
    for (int i = 0; i < all.size(); i++) {
      String argument = all.get(i);
      String next = i + 1 < all.size() ? all.get(i + 1) : null;
      switch (argument) {
        case "--quick" -> quick = true;
        case "--growth" -> task = only(task, Task.GROWTH);
        case "--cases" -> task = only(task, Task.LIST);
        case "-h", "--help" -> task = Task.HELP;
        case "--plot" -> {
          task = only(task, Task.PLOT);
          if (next != null && !next.startsWith("-")) {
            results = Path.of(next);
            i++;
          }
        }
        case "--rounds" -> {
          rounds = rounds(next);
          i++;
        }
        case "--results" -> {
          if (next == null || next.startsWith("-")) {
            throw new IllegalArgumentException("--results needs a file");
          }
          results = Path.of(next);
          i++;
        }
        default -> {
          if (argument.startsWith("-")) {
            throw new IllegalArgumentException("there is no option " + argument);
          }
          if (!filter.isEmpty()) {
            throw new IllegalArgumentException(
                "one FILTER, not both " + filter + " and " + argument);
          }
          filter = argument;
        }
      }
    }
    if (task == Task.PLOT && !filter.isEmpty()) {
      throw new IllegalArgumentException("--plot takes all cases of its file, not only " + filter);
    }
    if (results == null) {
      Path folder = quick || !filter.isEmpty() ? FOLDER_OF_PARTS : FOLDER;
      results = folder.resolve(task == Task.GROWTH ? "growth.json" : "latest.json");
    }
    return new RunOptions(task, quick, rounds, results, filter);
  }

  private static Task only(Task before, Task asked) {
    if (before != Task.MEASURE && before != Task.HELP && before != asked) {
      throw new IllegalArgumentException("one of --growth, --cases and --plot, not two");
    }
    return before == Task.HELP ? before : asked;
  }

  private static int rounds(@Nullable String figure) {
    int rounds = 0;
    if (figure != null && figure.matches("[0-9]{1,3}")) {
      rounds = Integer.parseInt(figure);
    }
    if (rounds < 1 || rounds > MOST_ROUNDS) {
      throw new IllegalArgumentException(
          "--rounds needs a number from 1 to " + MOST_ROUNDS + ", not " + figure);
    }
    return rounds;
  }

  /** The command that would do the same. */
  String command() {
    StringBuilder command = new StringBuilder("benchmarks/run");
    if (quick) {
      command.append(" --quick");
    }
    if (task == Task.GROWTH) {
      command.append(" --growth");
    }
    if (rounds != null) {
      command.append(" --rounds ").append(rounds);
    }
    if (!filter.isEmpty()) {
      command.append(' ').append(filter);
    }
    return command.toString();
  }
}
