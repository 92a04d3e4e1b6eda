package dev.celadon.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program in a process of its own that does both sides of the work. It reads how many operations
 * it is to do, a line each time, and answers with the nanoseconds that they took.
 */
final class PythonZmq implements Side.Work {

  private final List<String> command;
  private final ZmqWork.Pattern pattern;
  private @Nullable BufferedReader answers;
  private @Nullable PrintWriter questions;

  /** Nothing is started before the first run. */
  PythonZmq(List<String> command, ZmqWork.Pattern pattern) {
    this.command = command;
    this.pattern = pattern;
  }

  @Override
  public boolean isElsewhere() {
    return true;
  }

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
    asking.println(operations);
    String answer = listening.readLine();
    if (answer == null) {
      throw new IOException("the program has ended: " + command);
    }
    return pattern.cost(Long.parseLong(answer.strip()));
  }
}
