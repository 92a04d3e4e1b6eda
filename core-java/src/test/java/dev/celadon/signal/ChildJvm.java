package dev.celadon.signal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A JVM that runs a class of the tests, in the carrier mode of this one. */
final class ChildJvm {

  private static final long LONGEST_SECONDS = 45;

  private final Process process;
  private final BufferedReader output;

  ChildJvm(Class<?> program, String... arguments) throws IOException {
    this(List.of(), program, arguments);
  }

  ChildJvm(List<String> options, Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    command.add("-Dceladon.carrier=" + System.getProperty("celadon.carrier", "direct"));
    command.add("-Dorg.slf4j.simpleLogger.logFile=System.out");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(Arrays.asList(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output = process.inputReader(UTF_8);
    // So that a child that does not end fails its test instead of holding it up for ever.
    CompletableFuture.delayedExecutor(LONGEST_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
  }

  /** Reads up to a line. */
  List<String> readTo(String line) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String next = output.readLine(); next != null; next = output.readLine()) {
      lines.add(next);
      if (next.equals(line)) {
        return lines;
      }
    }
    throw new AssertionError("no line " + line + " in " + lines);
  }

  void kill(String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + signal, "" + process.pid()).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }

  /** The rest of what it says. */
  List<String> end(int status) throws Exception {
    List<String> lines = output.lines().toList();
    assertEquals(status, process.waitFor(), lines::toString);
    return lines;
  }
}
