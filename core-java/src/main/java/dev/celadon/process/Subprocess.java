package dev.celadon.process;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A program that runs as a child of this one: gevent's {@code Popen}.
 *
 * <p>Starting it, reading and feeding its pipes and waiting for its end make only the caller wait.
 *
 * <pre>{@code
 * try (Subprocess sort = Subprocess.start(SubprocessOptions.of("sort").withPipes())) {
 *   CompletedProcess sorted = sort.communicate("b\na\n".getBytes(UTF_8));
 * }
 * }</pre>
 *
 * <p>A kill or a timeout in one of these waits leaves the child alone; the end of a {@code try}
 * block, {@link #close}, ends it. A child can be waited for by {@link Waitable}: it is ready when
 * it has ended. No child is left as a zombie, whether anybody waits for it or not.
 *
 * <p>Safe for use from any thread.
 */
public final class Subprocess implements Waitable, AutoCloseable {
  /*
   * JDK 25: Process.destroy() also closes the three streams, which loses the child's last words and may wait for the monitor of a
   * stream that is being written; the handle's destroy() only sends the signal. onExit() is told on the common pool, where those may
   * work who wait for this very child; so a thread waits for each child.
   */
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final byte[] NOTHING = {};
  private static final int SIGKILL = 9;
  private static final int SIGTERM = 15;

  private final SubprocessOptions options;
  private final Process process;
  private final @Nullable ProcessInput stdin;
  private final @Nullable ProcessOutput stdout;
  private final @Nullable ProcessOutput stderr;
  private final Communication communication;
  private final WaitQueue waiters = new WaitQueue(this);

  /** Written before {@code ended}. */
  private int exitCode;

  /** Written under the queue's lock. */
  private volatile boolean ended;

  private Subprocess(SubprocessOptions options, Process process) {
    this.options = options;
    this.process = process;
    String pid = " of process " + process.pid();
    this.stdin =
        options.stdin() == Stdio.PIPE
            ? new ProcessInput("stdin" + pid, process.getOutputStream())
            : null;
    this.stdout =
        options.stdout() == Stdio.PIPE
            ? new ProcessOutput("stdout" + pid, process.getInputStream())
            : null;
    this.stderr =
        options.stderr() == Stdio.PIPE
            ? new ProcessOutput("stderr" + pid, process.getErrorStream())
            : null;
    this.communication = new Communication(this, stdin, stdout, stderr);
  }

  // --- Starting

  /**
   * Starts a program with this program's three streams. Switches.
   *
   * @param command the program and its arguments
   * @return the child
   * @throws IOException if it cannot be started: there is no such program or directory, or it must
   *     not be run
   */
  public static Subprocess start(String... command) throws IOException {
    return start(SubprocessOptions.of(command));
  }

  /**
   * Starts a program with this program's three streams. Switches.
   *
   * @param command the program and its arguments
   * @return the child
   * @throws IOException if it cannot be started: there is no such program or directory, or it must
   *     not be run
   */
  public static Subprocess start(List<String> command) throws IOException {
    return start(SubprocessOptions.of(command));
  }

  /**
   * Starts a program. Switches.
   *
   * <p>If a kill or a timeout ends this call, there is no child, or it is killed at once.
   *
   * @param options what, and how
   * @return the child
   * @throws IOException if it cannot be started: there is no such program or directory, or it must
   *     not be run
   */
  public static Subprocess start(SubprocessOptions options) throws IOException {
    Objects.requireNonNull(options, "options");
    Subprocess child = new Subprocess(options, Start.of(options));
    try {
      Pump.start("celadon end of process " + child.pid(), child::awaitEnd);
    } catch (Throwable failed) { // no thread could be made
      child.process.destroyForcibly();
      throw failed;
    }
    return child;
  }

  /**
   * Runs a program without input to its end and keeps what it says. Switches.
   *
   * @param command the program and its arguments
   * @return how it has ended, whatever its exit code is
   * @throws IOException if it cannot be started
   */
  public static CompletedProcess run(String... command) throws IOException {
    return run(List.of(command));
  }

  /**
   * Runs a program without input to its end and keeps what it says. Switches.
   *
   * @param command the program and its arguments
   * @return how it has ended, whatever its exit code is
   * @throws IOException if it cannot be started
   */
  public static CompletedProcess run(List<String> command) throws IOException {
    return run(captured(SubprocessOptions.of(command)));
  }

  /**
   * Runs a program to its end and keeps what comes by pipes. A pipe as input is ended at once. If a
   * kill or a timeout ends this call, it ends the child, too, as {@link #close} does. Switches.
   *
   * @param options what, and how
   * @return how it has ended, whatever its exit code is
   * @throws IOException if it cannot be started
   */
  public static CompletedProcess run(SubprocessOptions options) throws IOException {
    try (Subprocess child = start(options)) {
      return child.communicate();
    }
  }

  /**
   * Runs a program to its end, gives it an input by a pipe, and keeps what comes by pipes. If time
   * is over, or a kill or a timeout ends this call, it ends the child, too, as {@link #close} does.
   * Switches.
   *
   * @param options what, and how; its input should be a pipe
   * @param input what the program reads; it may end without reading all of it
   * @param timeout time to wait at most
   * @return how it has ended, whatever its exit code is
   * @throws TimeoutException if time was over first
   * @throws IOException if it cannot be started
   */
  public static CompletedProcess run(SubprocessOptions options, byte[] input, Duration timeout)
      throws IOException, TimeoutException {
    Objects.requireNonNull(input, "input");
    Clock.waitNanos(timeout);
    try (Subprocess child = start(options)) {
      return child.communicate(input, timeout);
    }
  }

  /**
   * Runs a program with this program's three streams to its end. Switches.
   *
   * @param command the program and its arguments
   * @return its exit code
   * @throws IOException if it cannot be started
   */
  public static int call(String... command) throws IOException {
    return run(SubprocessOptions.of(command)).exitCode();
  }

  /**
   * Runs a program with this program's three streams to its end, which must be a success. Switches.
   *
   * @param command the program and its arguments
   * @throws CalledProcessException if its exit code is not zero
   * @throws IOException if it cannot be started
   */
  public static void checkCall(String... command) throws IOException {
    var _ = run(SubprocessOptions.of(command)).checkExitCode();
  }

  /**
   * Runs a program without input to its end, which must be a success. Switches.
   *
   * @param command the program and its arguments
   * @return what it wrote, as UTF-8; its messages are in the exception, if there is one
   * @throws CalledProcessException if its exit code is not zero
   * @throws IOException if it cannot be started
   */
  public static String checkOutput(String... command) throws IOException {
    return run(command).checkExitCode().stdoutText();
  }

  /**
   * Runs a line in the system's shell, without input: gevent's {@code getoutput}. Switches.
   *
   * @param line the line; never put into it what comes from elsewhere
   * @return what it wrote, output and messages, as UTF-8, without line ends behind it; the exit
   *     code does not matter
   * @throws IOException if there is no shell
   */
  public static String output(String line) throws IOException {
    SubprocessOptions options = SubprocessOptions.shell(line);
    String text = run(captured(options).withStderr(Stdio.MERGED)).stdoutText();
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }

  private static SubprocessOptions captured(SubprocessOptions options) {
    return options.withStdin(Stdio.DISCARD).withStdout(Stdio.PIPE).withStderr(Stdio.PIPE);
  }

  // --- Pipes

  /**
   * The child's input.
   *
   * @return the near end of the pipe
   * @throws IllegalStateException if it was not started with a pipe there
   */
  public ProcessInput stdin() {
    return piped(stdin, "stdin", "withStdin");
  }

  /**
   * The child's output.
   *
   * @return the near end of the pipe
   * @throws IllegalStateException if it was not started with a pipe there
   */
  public ProcessOutput stdout() {
    return piped(stdout, "stdout", "withStdout");
  }

  /**
   * The child's error stream.
   *
   * @return the near end of the pipe
   * @throws IllegalStateException if it was not started with a pipe there
   */
  public ProcessOutput stderr() {
    return piped(stderr, "stderr", "withStderr");
  }

  private <T> T piped(@Nullable T end, String name, String method) {
    if (end == null) {
      throw new IllegalStateException(
          "the " + name + " of " + this + " is no pipe: start it with " + method + "(Stdio.PIPE)");
    }
    return end;
  }

  /**
   * Ends the child's input, takes everything that it says by pipes, and waits for its end.
   * Switches.
   *
   * @return how it has ended; what was read before by others is not in it
   * @throws IOException if a pipe fails
   */
  public CompletedProcess communicate() throws IOException {
    return communicate(NOTHING);
  }

  /**
   * Gives the child an input, takes everything that it says by pipes, and waits for its end. That
   * it may not read all of its input is no error. Switches.
   *
   * @param input what the child reads, then the end of the stream
   * @return how it has ended; what was read before by others is not in it
   * @throws IOException if a pipe fails
   * @throws IllegalStateException if its input is no pipe, and there is some
   */
  public CompletedProcess communicate(byte[] input) throws IOException {
    Objects.requireNonNull(input, "input");
    try {
      return communication.run(input, TimeLimit.none());
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: for ever is over", e);
    }
  }

  /**
   * Gives the child an input, takes everything that it says by pipes, and waits for its end, all of
   * it for a limited time. When time is over, the child goes on, and this may be called again: no
   * byte of input or output is lost. Switches.
   *
   * @param input what the child reads, then the end of the stream; when called again, the same or
   *     nothing
   * @param timeout time to wait at most; zero or negative only looks
   * @return how it has ended; what was read before by others is not in it
   * @throws TimeoutException if time was over first
   * @throws IOException if a pipe fails
   * @throws IllegalStateException if its input is no pipe, and there is some; or if there is
   *     another input than the first time
   */
  public CompletedProcess communicate(byte[] input, Duration timeout)
      throws IOException, TimeoutException {
    Objects.requireNonNull(input, "input");
    return communication.run(input, TimeLimit.in(timeout));
  }

  // --- The end

  /** On a thread of its own. */
  private void awaitEnd() {
    while (true) {
      try {
        end(process.waitFor());
        return;
      } catch (InterruptedException e) {
        // Nobody's business: the thread is this one's own.
      }
    }
  }

  private void end(int code) {
    waiters.lock();
    exitCode = code;
    ended = true;
    Waiter granted = waiters.grantAll(null);
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  /**
   * Waits for the child's end. A child whose pipes nobody reads may wait for that itself: {@link
   * #communicate()} reads them. Switches unless it has ended.
   *
   * @return its exit code
   */
  public int waitFor() {
    boolean _ = waitFor(Long.MAX_VALUE);
    return exitCode;
  }

  /**
   * Waits for the child's end for a limited time. Switches unless it has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it has ended, false if time was over first
   */
  public boolean waitFor(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
  }

  private boolean waitFor(long nanos) {
    if (ended) {
      return true;
    }
    Waiter waiter = Waiter.current();
    if (!register(waiter)) {
      return true;
    }
    try (WorkElsewhere _ = WorkElsewhere.begin()) {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
    }
  }

  /**
   * Whether the child runs. With other threads around, the answer may be old at once.
   *
   * @return false from its end on
   */
  public boolean isAlive() {
    return !ended;
  }

  /**
   * The exit code: 128 and the number of a signal, if that has ended the child, as in shells;
   * gevent has the number, negative.
   *
   * @return zero for success by custom
   * @throws IllegalStateException if the child has not ended
   */
  public int exitCode() {
    if (!ended) {
      throw new IllegalStateException(this + " has not ended: waitFor() it first");
    }
    return exitCode;
  }

  /**
   * Which signal has ended the child, by its exit code; a child that exits with such a code by
   * itself, as shells do, looks the same. Always empty for codes of 128 and less.
   *
   * @return the number of the signal, or empty
   * @throws IllegalStateException if the child has not ended
   */
  public OptionalInt exitSignal() {
    return CompletedProcess.signalOf(exitCode());
  }

  /**
   * Asks the child to end: {@code SIGTERM}, which it may ignore. Does nothing if it has ended.
   * Never switches.
   */
  public void terminate() {
    if (!ended) {
      boolean _ = process.toHandle().destroy();
    }
  }

  /**
   * Ends the child for sure: {@code SIGKILL}. Its own children go on. Does nothing if it has ended.
   * Never switches.
   */
  public void kill() {
    if (!ended) {
      boolean _ = process.toHandle().destroyForcibly();
    }
  }

  /**
   * Sends the child a signal. The JVM knows only those of {@link #terminate} and {@link #kill}; for
   * the others the program {@code kill} is run, so that there is a moment in which a child that
   * ends just now may be missed. Switches unless it is one of those two.
   *
   * @param number the signal's number, such as 1 for {@code SIGHUP}
   * @return true if it was sent, false if the child has ended
   * @throws UnsupportedOperationException on Windows
   * @throws IOException if the signal cannot be sent
   */
  public boolean signal(int number) throws IOException {
    if (number < 1 || number > 64) {
      throw new IllegalArgumentException(
          "a signal's number is from 1 to 64: " + number + "; use isAlive() to look");
    }
    if (WINDOWS) {
      throw new UnsupportedOperationException(
          "Windows has no signals: use terminate(), kill() or a pipe");
    }
    if (ended) {
      return false;
    }
    if (number == SIGTERM || number == SIGKILL) {
      return number == SIGTERM
          ? process.toHandle().destroy()
          : process.toHandle().destroyForcibly();
    }
    CompletedProcess sent = run("kill", "-" + number, Long.toString(process.pid()));
    if (sent.exitCode() != 0 && !ended && process.isAlive()) {
      throw new CalledProcessException(sent);
    }
    return sent.exitCode() == 0;
  }

  /**
   * Ends the child, if it runs, and waits for that: closes its pipes, dropping input that is not in
   * the pipe yet, asks it to end, and kills it after the grace of its options. Its own children go
   * on, and do not hold this up even if they hold the pipes. A kill or a timeout meanwhile kills
   * the child at once. Switches if the child runs.
   */
  @Override
  public void close() {
    if (stdin != null) {
      stdin.abort();
    }
    if (stdout != null) {
      stdout.close();
    }
    if (stderr != null) {
      stderr.close();
    }
    if (ended) {
      return;
    }
    try {
      terminate();
      boolean _ = waitFor(options.closeGrace());
    } finally {
      kill();
    }
    int _ = waitFor();
  }

  // --- Facts

  /**
   * The child's process id.
   *
   * @return the number, which the system may give to another process after the child's end
   */
  public long pid() {
    return process.pid();
  }

  /**
   * What was started, and how.
   *
   * @return the options
   */
  public SubprocessOptions options() {
    return options;
  }

  @Override
  public boolean isReady() {
    return ended;
  }

  /**
   * Adds a waiter of one's own, such as a suspended coroutine. Never switches.
   *
   * @param waiter granted with null when the child has ended; to be taken back with {@link
   *     #unregister}
   * @return false if it has ended: the waiter was not added
   */
  @Override
  public boolean register(Waiter waiter) {
    waiters.lock();
    boolean wait = !ended;
    if (wait) {
      waiters.add(waiter);
    }
    waiters.unlock();
    return wait;
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  @Override
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  /** Tells the program, but not its arguments: those may hold secrets. */
  @Override
  public String toString() {
    return "Subprocess["
        + options.command().getFirst()
        + ", pid="
        + process.pid()
        + (ended ? ", exitCode=" + exitCode : "")
        + "]";
  }
}
