package dev.celadon.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program in a process of its own that does all of the work. It reads how many operations it is
 * to do and with how many parties, a line each time, and answers with what they cost in total.
 */
final class PythonProcess implements Side.Work {

  private final List<String> command;
  private final double perUnit;
  private @Nullable BufferedReader answers;
  private @Nullable PrintWriter questions;

  /**
   * Nothing is started before the first run.
   *
   * @param perUnit how many of what the program answers with, such as nanoseconds, make one unit of
   *     the case
   */
  PythonProcess(List<String> command, double perUnit) {
    this.command = command;
    this.perUnit = perUnit;
  }

  @Override
  public boolean isElsewhere() {
    return true;
  }

  /** Nothing is compiled there. */
  @Override
  public void warmUp(Duration atLeast, int operations, int parties) {}

  @Override
  public double run(int operations, int parties) throws IOException {
    PrintWriter asking = questions;
    BufferedReader listening = answers;
    if (asking == null || listening == null) {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      asking = new PrintWriter(process.outputWriter(), true);
      listening = process.inputReader();
      questions = asking;
      answers = listening;
    }
    asking.println(operations + " " + parties);
    String answer = listening.readLine();
    if (answer == null) {
      throw new IOException("the program has ended: " + command);
    }
    return Double.parseDouble(answer.strip()) / perUnit;
  }
}
