package dev.celadon.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a child has ended, and what it said.
 *
 * <p>Immutable.
 */
public final class CompletedProcess {

  private final List<String> command;
  private final int exitCode;
  private final byte[] stdout;
  private final byte[] stderr;

  CompletedProcess(List<String> command, int exitCode, byte[] stdout, byte[] stderr) {
    this.command = command;
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /**
   * The program and its arguments.
   *
   * @return the command
   */
  public List<String> command() {
    return command;
  }

  /**
   * The exit code: see {@link Subprocess#exitCode}.
   *
   * @return zero for success by custom
   */
  public int exitCode() {
    return exitCode;
  }

  /**
   * Which signal has ended the child: see {@link Subprocess#exitSignal}.
   *
   * @return the number of the signal, or empty
   */
  public OptionalInt exitSignal() {
    return signalOf(exitCode);
  }

  /** The JVM tells of a signal as shells do. */
  static OptionalInt signalOf(int exitCode) {
    return exitCode > 128 && exitCode <= 128 + 64
        ? OptionalInt.of(exitCode - 128)
        : OptionalInt.empty();
  }

  /**
   * What came by the output pipe.
   *
   * @return a copy; empty if the output was no pipe
   */
  public byte[] stdout() {
    return stdout.clone();
  }

  /**
   * What came by the error pipe.
   *
   * @return a copy; empty if the error stream was no pipe
   */
  public byte[] stderr() {
    return stderr.clone();
  }

  /**
   * What came by the output pipe, as UTF-8.
   *
   * @return the text
   */
  public String stdoutText() {
    return stdoutText(UTF_8);
  }

  /**
   * What came by the output pipe.
   *
   * @param charset how the bytes are to be read
   * @return the text
   */
  public String stdoutText(Charset charset) {
    return new String(stdout, charset);
  }

  /**
   * What came by the error pipe, as UTF-8.
   *
   * @return the text
   */
  public String stderrText() {
    return stderrText(UTF_8);
  }

  /**
   * What came by the error pipe.
   *
   * @param charset how the bytes are to be read
   * @return the text
   */
  public String stderrText(Charset charset) {
    return new String(stderr, charset);
  }

  /**
   * Refuses a failure: gevent's {@code check_returncode}.
   *
   * @return this
   * @throws CalledProcessException if the exit code is not zero
   */
  public CompletedProcess checkExitCode() throws CalledProcessException {
    if (exitCode != 0) {
      throw new CalledProcessException(this);
    }
    return this;
  }

  /** Tells the program and the sizes, but neither arguments nor bytes: those may be anything. */
  @Override
  public String toString() {
    return "CompletedProcess["
        + command.getFirst()
        + ", exitCode="
        + exitCode
        + ", stdout="
        + stdout.length
        + " bytes, stderr="
        + stderr.length
        + " bytes]";
  }
}
