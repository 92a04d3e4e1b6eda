package dev.celadon.process;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is started as a child, and how.
 *
 * <p>Immutable.
 *
 * @param command the program and its arguments; not a line for a shell, so nothing needs quotes
 * @param directory where the child starts; null for this program's own directory
 * @param inheritEnvironment whether the child has this program's environment, changed by {@code
 *     variables}, or {@code variables} alone
 * @param variables environment variables of the child
 * @param stdin where the child reads
 * @param stdout where the child writes
 * @param stderr where the child writes its messages
 * @param closeGrace how long {@link Subprocess#close} waits between asking the child to end and
 *     killing it; zero kills at once
 */
public record SubprocessOptions(
    List<String> command,
    @Nullable Path directory,
    boolean inheritEnvironment,
    Map<String, String> variables,
    Stdio stdin,
    Stdio stdout,
    Stdio stderr,
    Duration closeGrace) {

  private static final boolean WINDOWS = File.separatorChar == '\\';

  /** Checks the values. */
  public SubprocessOptions {
    command = List.copyOf(Objects.requireNonNull(command, "command"));
    variables = Map.copyOf(Objects.requireNonNull(variables, "variables"));
    Objects.requireNonNull(stdin, "stdin");
    Objects.requireNonNull(stdout, "stdout");
    Objects.requireNonNull(stderr, "stderr");
    Objects.requireNonNull(closeGrace, "closeGrace");
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command must not be empty: name a program");
    }
    if (stdin == Stdio.MERGED || stdout == Stdio.MERGED) {
      throw new IllegalArgumentException(
          "only stderr can be MERGED, into stdout: choose another place for "
              + (stdin == Stdio.MERGED ? "stdin" : "stdout"));
    }
    if (stdin instanceof Stdio.ToFile(Path path, boolean append) && append) {
      throw new IllegalArgumentException(
          "stdin cannot be appended to " + path + ": use Stdio.file to read it");
    }
    if (closeGrace.isNegative()) {
      throw new IllegalArgumentException(
          "closeGrace must not be negative: " + closeGrace + "; zero kills at once");
    }
  }

  /**
   * A program in this program's directory, with its environment and its three streams; two seconds
   * of grace.
   *
   * @param command the program and its arguments
   * @return the options
   */
  public static SubprocessOptions of(String... command) {
    return of(List.of(command));
  }

  /**
   * A program in this program's directory, with its environment and its three streams; two seconds
   * of grace.
   *
   * @param command the program and its arguments
   * @return the options
   */
  public static SubprocessOptions of(List<String> command) {
    return new SubprocessOptions(
        command,
        null,
        true,
        Map.of(),
        Stdio.INHERIT,
        Stdio.INHERIT,
        Stdio.INHERIT,
        Duration.ofSeconds(2));
  }

  /**
   * A line for the system's shell: {@code /bin/sh}, or {@code cmd} on Windows. Never put into it
   * what comes from elsewhere: the shell would run what is in it.
   *
   * @param line the line
   * @return the options
   */
  public static SubprocessOptions shell(String line) {
    Objects.requireNonNull(line, "line");
    return WINDOWS ? of("cmd.exe", "/c", line) : of("/bin/sh", "-c", line);
  }

  /**
   * These options in another directory.
   *
   * @param directory where the child starts
   * @return the changed copy
   */
  public SubprocessOptions withDirectory(Path directory) {
    Objects.requireNonNull(directory, "directory");
    return new SubprocessOptions(
        command, directory, inheritEnvironment, variables, stdin, stdout, stderr, closeGrace);
  }

  /**
   * These options with an environment of its own, in which nothing of this program's is left.
   *
   * @param variables all environment variables of the child
   * @return the changed copy
   */
  public SubprocessOptions withEnvironment(Map<String, String> variables) {
    return new SubprocessOptions(
        command, directory, false, variables, stdin, stdout, stderr, closeGrace);
  }

  /**
   * These options with one more environment variable.
   *
   * @param name its name
   * @param value its value
   * @return the changed copy
   */
  public SubprocessOptions withVariable(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(variables);
    more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return new SubprocessOptions(
        command, directory, inheritEnvironment, more, stdin, stdout, stderr, closeGrace);
  }

  /**
   * These options with another input.
   *
   * @param stdin where the child reads
   * @return the changed copy
   */
  public SubprocessOptions withStdin(Stdio stdin) {
    return new SubprocessOptions(
        command, directory, inheritEnvironment, variables, stdin, stdout, stderr, closeGrace);
  }

  /**
   * These options with another output.
   *
   * @param stdout where the child writes
   * @return the changed copy
   */
  public SubprocessOptions withStdout(Stdio stdout) {
    return new SubprocessOptions(
        command, directory, inheritEnvironment, variables, stdin, stdout, stderr, closeGrace);
  }

  /**
   * These options with another error stream.
   *
   * @param stderr where the child writes its messages
   * @return the changed copy
   */
  public SubprocessOptions withStderr(Stdio stderr) {
    return new SubprocessOptions(
        command, directory, inheritEnvironment, variables, stdin, stdout, stderr, closeGrace);
  }

  /**
   * These options with pipes for all three streams.
   *
   * @return the changed copy
   */
  public SubprocessOptions withPipes() {
    return new SubprocessOptions(
        command,
        directory,
        inheritEnvironment,
        variables,
        Stdio.PIPE,
        Stdio.PIPE,
        Stdio.PIPE,
        closeGrace);
  }

  /**
   * These options with another patience at the end.
   *
   * @param closeGrace how long {@link Subprocess#close} waits between asking the child to end and
   *     killing it; zero kills at once
   * @return the changed copy
   */
  public SubprocessOptions withCloseGrace(Duration closeGrace) {
    return new SubprocessOptions(
        command, directory, inheritEnvironment, variables, stdin, stdout, stderr, closeGrace);
  }

  ProcessBuilder toBuilder() {
    ProcessBuilder builder = new ProcessBuilder(command);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    if (!inheritEnvironment) {
      builder.environment().clear();
    }
    builder.environment().putAll(variables);
    builder.redirectInput(
        switch (stdin) {
          case Stdio.ToFile(Path path, _) -> ProcessBuilder.Redirect.from(path.toFile());
          case Stdio.Place place when place == Stdio.Place.DISCARD ->
              ProcessBuilder.Redirect.from(new File(WINDOWS ? "NUL" : "/dev/null"));
          case Stdio.Place place -> redirect(place);
        });
    builder.redirectOutput(output(stdout));
    if (stderr == Stdio.MERGED) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(output(stderr));
    }
    return builder;
  }

  private static ProcessBuilder.Redirect output(Stdio stdio) {
    return switch (stdio) {
      case Stdio.ToFile(Path path, boolean append) ->
          append
              ? ProcessBuilder.Redirect.appendTo(path.toFile())
              : ProcessBuilder.Redirect.to(path.toFile());
      case Stdio.Place place -> redirect(place);
    };
  }

  private static ProcessBuilder.Redirect redirect(Stdio.Place place) {
    return switch (place) {
      case PIPE, MERGED -> ProcessBuilder.Redirect.PIPE;
      case INHERIT -> ProcessBuilder.Redirect.INHERIT;
      case DISCARD -> ProcessBuilder.Redirect.DISCARD;
    };
  }
}
