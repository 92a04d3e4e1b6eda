package dev.celadon.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Measures the cases side by side and prints a line for every rival.
 *
 * <p>Every side runs in a JVM of its own. The sides take turns, round by round, so that a machine
 * whose speed drifts is as slow for one as for the other; the ratio is the median of the rounds'
 * ratios.
 */
final class Benchmarks {

  private static final String USAGE =
      """
      usage: benchmarks/run [--quick] [--results FILE] [FILTER]
        --quick         three rounds with few samples instead of seven with more
        --results FILE  where the JSON goes (default: benchmarks/results/latest.json)
        FILTER          only the cases whose name contains it\
      """;

  private final boolean quick;
  private final Path results;
  private final String filter;

  private Benchmarks(boolean quick, Path results, String filter) {
    this.quick = quick;
    this.results = results;
    this.filter = filter;
  }

  public static void main(String[] args) throws Exception {
    boolean quick = false;
    Path results = Path.of("benchmarks", "results", "latest.json");
    String filter = "";
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--quick" -> quick = true;
        case "--results" -> {
          if (i + 1 == args.length) {
            refuse("--results needs a file");
          }
          results = Path.of(args[++i]);
        }
        case "-h", "--help" -> {
          System.out.println(USAGE);
          return;
        }
        default -> {
          if (args[i].startsWith("-") || !filter.isEmpty()) {
            refuse("cannot understand " + args[i]);
          }
          filter = args[i];
        }
      }
    }
    new Benchmarks(quick, results, filter).run();
  }

  private static void refuse(String why) {
    System.err.println("benchmarks/run: " + why + "\n" + USAGE);
    System.exit(2);
  }

  private void run() throws IOException, InterruptedException {
    List<Case> chosen = Case.ALL.stream().filter(one -> one.name().contains(filter)).toList();
    if (chosen.isEmpty()) {
      refuse("no case is called like " + filter + "; there are " + names());
    }
    List<Result> all = new ArrayList<>();
    for (Case measured : chosen) {
      for (Result result : measure(measured)) {
        System.out.println(result.line());
        all.add(result);
      }
    }
    write(all);
  }

  private static String names() {
    return Case.ALL.stream().map(Case::name).collect(Collectors.joining(", "));
  }

  private List<Result> measure(Case measured) throws IOException, InterruptedException {
    int rounds = quick || measured.repeats() == Case.Repeats.ONCE ? 3 : 7;
    double[] ours = new double[rounds];
    Map<Side, double[]> theirs = new LinkedHashMap<>();
    for (Side rival : measured.rivals()) {
      if (rival.isHere()) {
        theirs.put(rival, new double[rounds]);
      } else {
        System.out.printf(
            "case=%s side=%s skipped: `%s` fails here%n",
            measured.name(), rival.name(), String.join(" ", rival.needs()));
      }
    }
    for (int round = 0; round < rounds; round++) {
      ours[round] = sample(measured, measured.celadon());
      for (Map.Entry<Side, double[]> rival : theirs.entrySet()) {
        rival.getValue()[round] = sample(measured, rival.getKey());
      }
    }
    List<Result> compared = new ArrayList<>();
    theirs.forEach(
        (rival, costs) -> {
          double[] ratios = new double[rounds];
          for (int round = 0; round < rounds; round++) {
            ratios[round] = ours[round] / costs[round];
          }
          compared.add(
              new Result(
                  measured, rival.name(), Median.of(costs), Median.of(ours), Median.of(ratios)));
        });
    return compared;
  }

  private double sample(Case measured, Side side) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED", "-Xms1g", "-Xmx1g"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.add("--enable-native-access=ALL-UNNAMED"); // the clocks of other processes
    command.addAll(side.jvmFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Sample.class.getName(), measured.name(), side.name()));
    command.addAll(
        switch (measured.repeats()) {
          case ONCE -> List.of("0", "1");
          case WARM -> quick ? List.of("3", "3") : List.of("4", "5");
        });
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "side " + side.name() + " of case " + measured.name() + " failed: " + output);
    }
    return Double.parseDouble(output);
  }

  private void write(List<Result> all) throws IOException {
    String json =
        String.format(
            """
            {
              "date": "%s",
              "machine": "%d processors, %s %s, %s %s",
              "command": "benchmarks/run%s%s",
              "results": [
                %s
              ]
            }
            """,
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            System.getProperty("java.vm.name"),
            Runtime.version(),
            quick ? " --quick" : "",
            filter.isEmpty() ? "" : " " + filter,
            all.stream().map(Result::json).collect(Collectors.joining(",\n    ")));
    Path folder = results.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(results, json);
  }
}
