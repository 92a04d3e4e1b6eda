package dev.celadon.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How the JVM of a {@link ChildProcess} is started.
 *
 * <p>Immutable.
 *
 * @param jvmArguments arguments for the JVM, such as {@code -Xmx200m}
 * @param variables environment variables, besides those of this program
 * @param stdout where the child writes
 * @param stderr where the child writes its messages
 * @param endsWithParent whether the child ends when this program has ended, however that was
 * @param startTimeout how long to wait until the child has called; more than zero
 * @param closeGrace how long {@link ChildProcess#close} waits for the child's end, and again after
 *     asking it to end, before killing it; zero kills at once
 * @param maxMessageBytes how long a message may be, either way; at least 1
 */
public record ChildOptions(
    List<String> jvmArguments,
    Map<String, String> variables,
    Stdio stdout,
    Stdio stderr,
    boolean endsWithParent,
    Duration startTimeout,
    Duration closeGrace,
    int maxMessageBytes) {

  /** Checks the values. */
  public ChildOptions {
    jvmArguments = List.copyOf(Objects.requireNonNull(jvmArguments, "jvmArguments"));
    variables = Map.copyOf(Objects.requireNonNull(variables, "variables"));
    Objects.requireNonNull(stdout, "stdout");
    Objects.requireNonNull(stderr, "stderr");
    Objects.requireNonNull(startTimeout, "startTimeout");
    Objects.requireNonNull(closeGrace, "closeGrace");
    if (startTimeout.isNegative() || startTimeout.isZero()) {
      throw new IllegalArgumentException(
          "startTimeout must be positive: " + startTimeout + "; the default is 30 s");
    }
    if (closeGrace.isNegative()) {
      throw new IllegalArgumentException(
          "closeGrace must not be negative: " + closeGrace + "; zero kills at once");
    }
    int _ = MessagePipe.checkLimit(maxMessageBytes);
  }

  /**
   * This program's output and error stream; the child ends with this program; 30 s to start, 2 s of
   * grace, messages of up to 16 MiB.
   *
   * @return the defaults
   */
  public static ChildOptions defaults() {
    return new ChildOptions(
        List.of(),
        Map.of(),
        Stdio.INHERIT,
        Stdio.INHERIT,
        true,
        Duration.ofSeconds(30),
        Duration.ofSeconds(2),
        MessagePipe.DEFAULT_LIMIT);
  }

  /**
   * These options with other arguments for the JVM.
   *
   * @param jvmArguments such as {@code -Xmx200m}
   * @return the changed copy
   */
  public ChildOptions withJvmArguments(String... jvmArguments) {
    return new ChildOptions(
        List.of(jvmArguments),
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with other environment variables.
   *
   * @param variables environment variables, besides those of this program
   * @return the changed copy
   */
  public ChildOptions withVariables(Map<String, String> variables) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with another output.
   *
   * @param stdout where the child writes
   * @return the changed copy
   */
  public ChildOptions withStdout(Stdio stdout) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with another error stream.
   *
   * @param stderr where the child writes its messages
   * @return the changed copy
   */
  public ChildOptions withStderr(Stdio stderr) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with another life.
   *
   * @param endsWithParent whether the child ends when this program has ended, however that was
   * @return the changed copy
   */
  public ChildOptions withEndsWithParent(boolean endsWithParent) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with another patience at the start.
   *
   * @param startTimeout how long to wait until the child has called; more than zero
   * @return the changed copy
   */
  public ChildOptions withStartTimeout(Duration startTimeout) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with another patience at the end.
   *
   * @param closeGrace how long {@link ChildProcess#close} waits for the child's end, and again
   *     after asking it to end, before killing it; zero kills at once
   * @return the changed copy
   */
  public ChildOptions withCloseGrace(Duration closeGrace) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }

  /**
   * These options with another limit.
   *
   * @param maxMessageBytes how long a message may be, either way; at least 1
   * @return the changed copy
   */
  public ChildOptions withMaxMessageBytes(int maxMessageBytes) {
    return new ChildOptions(
        jvmArguments,
        variables,
        stdout,
        stderr,
        endsWithParent,
        startTimeout,
        closeGrace,
        maxMessageBytes);
  }
}
