package dev.celadon.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param task what to do
 * @param quick whether a case may take a minute at most
 * @param rounds how often every side is measured; null for as often as usual
 * @param add whether what is measured joins what the file has
 * @param results the file for the JSON, or the one that plots are made of
 * @param filters only the cases whose name contains one of them; all if there is none
 */
record RunOptions(
    Task task,
    boolean quick,
    @Nullable Integer rounds,
    boolean add,
    Path results,
    List<String> filters) {

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
      usage: benchmarks/run [--quick] [--growth] [--rounds N] [--add] [--results FILE] [FILTER ...]
             benchmarks/run --plot [FILE]
             benchmarks/run --cases
        --quick         few rounds of small samples: a minute for each case at most
        --growth        only the cases that have parties: with few and with many of them
        --rounds N      so many rounds, from 1 to 100, instead of five
        --add           what is measured joins the other cases in the file, or takes the place
                        of what was measured before; without it the file is made anew
        --results FILE  where the JSON goes, and the plots and a page beside it
                        (default: latest.json, with --growth growth.json, in benchmarks/results,
                        or in benchmarks/target/results with --quick or FILTER and no --add)
        --plot [FILE]   only makes the plots and the page of a file of results again
        --cases         only tells which cases there are
        FILTER          only the cases whose name contains it, or another one\
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
    boolean add = false;
    List<String> filters = new ArrayList<>();
    List<String> all = List.of(arguments);
    for (int i = 0; i < all.size(); i++) {
      String argument = all.get(i);
      String next = i + 1 < all.size() ? all.get(i + 1) : null;
      switch (argument) {
        case "--quick" -> quick = true;
        case "--add" -> add = true;
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
          filters.add(argument);
        }
      }
    }
    if (task == Task.PLOT && !filters.isEmpty()) {
      throw new IllegalArgumentException(
          "--plot takes all cases of its file, not only " + String.join(" ", filters));
    }
    if (results == null) {
      boolean isPart = quick || (!filters.isEmpty() && !add);
      Path folder = isPart ? FOLDER_OF_PARTS : FOLDER;
      results = folder.resolve(task == Task.GROWTH ? "growth.json" : "latest.json");
    }
    return new RunOptions(task, quick, rounds, add, results, List.copyOf(filters));
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

  /** Whether a case was asked for. */
  boolean includes(Case one) {
    return (filters.isEmpty() || filters.stream().anyMatch(one.name()::contains))
        && (task != Task.GROWTH || !one.growth().isEmpty());
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
    if (add) {
      command.append(" --add");
    }
    filters.forEach(filter -> command.append(' ').append(filter));
    return command.toString();
  }
}
