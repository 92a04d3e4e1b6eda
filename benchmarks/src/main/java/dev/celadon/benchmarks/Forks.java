package dev.celadon.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The JVMs in which sides are measured, each one for one side and one round. JMH starts those that
 * do the work themselves; those that only ask another process are started here, for there is
 * nothing in them to be warmed up or to be kept from the compiler.
 */
final class Forks {

  private static final List<String> FLAGS =
      List.of(
          "--add-opens",
          "java.base/java.lang=ALL-UNNAMED",
          "-Xms1g",
          "-Xmx1g",
          "-Djmh.shutdownTimeout=0", // nobody waits for the threads that rivals leave behind
          "-Djmh.shutdownTimeout.step=0",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
          "--enable-native-access=ALL-UNNAMED"); // the clocks of other processes

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private Forks() {}

  /**
   * Measures one side in a JVM of its own.
   *
   * @param measured with as many parties as it says
   * @throws SideFailed if the JVM fails, or takes too long
   */
  static Fork run(Case measured, Side side, Effort effort) throws SideFailed, InterruptedException {
    try (Watch watch = new Watch(effort.sideLimit())) {
      try {
        return side.work().isElsewhere()
            ? plain(measured, side, effort)
            : underJmh(measured, side, effort);
      } catch (SideFailed failed) {
        if (watch.hasStruck()) {
          throw new SideFailed("not done within " + effort.sideLimit().toSeconds() + " s");
        }
        throw failed;
      }
    }
  }

  private static List<String> flags(Side side) {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.addAll(side.jvmFlags());
    return flags;
  }

  private static Fork underJmh(Case measured, Side side, Effort effort) throws SideFailed {
    System.setProperty("jmh.ignoreLock", "true"); // one fork at a time, but for a second run
    Options options =
        new OptionsBuilder()
            .include("^" + SideBenchmark.class.getName() + "\\.")
            .param("measured", measured.name())
            .param("side", side.name())
            .param("operations", Integer.toString(effort.operations()))
            .param("parties", Integer.toString(measured.parties()))
            .operationsPerInvocation(effort.operations())
            .param("warmUpMillis", Long.toString(effort.warmUp().toMillis()))
            .warmupIterations(0) // the side warms itself up, for some time
            .measurementIterations(effort.samples())
            .forks(1)
            .threads(1)
            .jvm(JAVA)
            .jvmArgs(flags(side).toArray(String[]::new))
            .timeout(TimeValue.seconds(effort.sideLimit().toSeconds()))
            .shouldFailOnError(true)
            .build();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    RunResult result;
    try (PrintStream print = new PrintStream(log, true, StandardCharsets.UTF_8)) {
      result =
          new Runner(options, OutputFormatFactory.createFormatInstance(print, VerboseMode.NORMAL))
              .runSingle();
    } catch (RunnerException e) {
      throw SideFailed.from(log.toString(StandardCharsets.UTF_8));
    }
    return new Fork(
        median(result, effort, "cost"),
        median(result, effort, ""),
        median(result, effort, "cpu"),
        median(result, effort, "allocated"));
  }

  /** The figures of one operation: one of each iteration. The name of the score itself is empty. */
  private static double median(RunResult result, Effort effort, String name) {
    return Median.of(
        result.getAggregatedResult().getIterationResults().stream()
            .mapToDouble(
                iteration ->
                    name.isEmpty()
                        ? iteration.getPrimaryResult().getScore()
                        : secondary(iteration, name) / effort.operations())
            .toArray());
  }

  private static double secondary(IterationResult iteration, String name) {
    Result<?> result = iteration.getSecondaryResults().get(name);
    if (result == null) {
      throw new IllegalStateException("JMH has lost " + name);
    }
    return result.getScore();
  }

  private static Fork plain(Case measured, Side side, Effort effort)
      throws SideFailed, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(JAVA);
    command.addAll(flags(side));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Sample.class.getName(), measured.name(), side.name()));
    command.add(Long.toString(effort.warmUp().toMillis()));
    command.add(Integer.toString(effort.samples()));
    command.add(Integer.toString(effort.operations()));
    command.add(Integer.toString(measured.parties()));
    Path log = null;
    Process process = null;
    try {
      log = Files.createTempFile("celadon-benchmarks", ".log");
      process = new ProcessBuilder(command).redirectError(log.toFile()).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw SideFailed.from(Files.readString(log));
      }
      return new Fork(Double.parseDouble(output), null, null, null);
    } catch (IOException | NumberFormatException e) {
      throw new SideFailed(e.toString());
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      delete(log);
    }
  }

  private static void delete(@Nullable Path log) {
    try {
      if (log != null) {
        Files.deleteIfExists(log);
      }
    } catch (IOException e) {
      // The system empties its folder of temporary files some day.
    }
  }

  /** Ends the JVM that is measured, and whatever it has started, when its time is over. */
  private static final class Watch implements AutoCloseable {

    private final Thread watching;
    private volatile boolean hasStruck;

    Watch(Duration limit) {
      watching = Thread.ofPlatform().daemon().name("watch").start(() -> watch(limit));
    }

    private void watch(Duration limit) {
      try {
        TimeUnit.NANOSECONDS.sleep(limit.toNanos());
        hasStruck = true;
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
      } catch (InterruptedException e) {
        // In time.
      }
    }

    boolean hasStruck() {
      return hasStruck;
    }

    @Override
    public void close() {
      watching.interrupt();
    }
  }
}
