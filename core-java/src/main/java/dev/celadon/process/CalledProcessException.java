package dev.celadon.process;

import java.io.IOException;
import java.util.OptionalInt;

/** A child that was to succeed has ended with an exit code other than zero. */
public final class CalledProcessException extends IOException {

  private static final long serialVersionUID = 1L;

  private static final int SHOWN = 500;

  private final transient CompletedProcess completed;

  CalledProcessException(CompletedProcess completed) {
    super(describe(completed));
    this.completed = completed;
  }

  private static String describe(CompletedProcess completed) {
    OptionalInt signal = completed.exitSignal();
    String end =
        signal.isPresent()
            ? " was ended by signal " + signal.getAsInt() + " (exit code "
            : " failed (exit code ";
    String said = completed.stderrText().strip();
    int from = Math.max(0, said.length() - SHOWN);
    return completed.command().getFirst()
        + end
        + completed.exitCode()
        + ")"
        + (said.isEmpty() ? "" : ": " + said.substring(from));
  }

  /**
   * How the child has ended, and what it said.
   *
   * @return the end
   */
  public CompletedProcess completed() {
    return completed;
  }
}
