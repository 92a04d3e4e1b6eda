package dev.celadon.process;

import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.net.StreamListener;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A Java class that runs in a JVM of its own, on a hub of its own, and messages both ways: gipc's
 * {@code start_process}.
 *
 * <pre>{@code
 * public final class Upper implements ChildMain<String, String> {
 *   public Codec<String> fromParent() { return Codec.text(); }
 *   public Codec<String> toParent() { return Codec.text(); }
 *   public void run(MessagePipe<String, String> parent) throws IOException {
 *     while (true) {
 *       parent.send(parent.receive().toUpperCase(Locale.ROOT));
 *     }
 *   }
 * }
 *
 * try (ChildProcess<String, String> child = ChildProcess.start(Upper.class)) {
 *   child.send("hello");
 *   String answer = child.receive();
 * }
 * }</pre>
 *
 * <p>The child has the class path of this program, and its standard streams stay free for itself:
 * messages go by a socket of their own. Its input is empty.
 *
 * <p>A child can be waited for by {@link Waitable}: it is ready when it has ended.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 *
 * @param <I> the type of the messages that come from the child
 * @param <O> the type of the messages that go to the child
 */
public final class ChildProcess<I, O> implements Waitable, AutoCloseable {

  private final ChildOptions options;
  private final Subprocess process;
  private final MessagePipe<I, O> pipe;

  private ChildProcess(ChildOptions options, Subprocess process, MessagePipe<I, O> pipe) {
    this.options = options;
    this.process = process;
    this.pipe = pipe;
  }

  /**
   * Starts a child and waits until it can be talked to. Switches.
   *
   * @param main what runs there
   * @param <I> the type of the messages that come from the child
   * @param <O> the type of the messages that go to the child
   * @return the child
   * @throws IOException if the JVM cannot be started or ends at once
   * @throws IllegalArgumentException if no instance of the class can be made
   */
  public static <I, O> ChildProcess<I, O> start(Class<? extends ChildMain<O, I>> main)
      throws IOException {
    return start(main, ChildOptions.defaults());
  }

  /**
   * Starts a child and waits until it can be talked to. If a kill or a timeout ends this call, it
   * ends the child, too. Switches.
   *
   * @param main what runs there
   * @param options how
   * @param <I> the type of the messages that come from the child
   * @param <O> the type of the messages that go to the child
   * @return the child
   * @throws java.net.SocketTimeoutException if the child has not called in time
   * @throws IOException if the JVM cannot be started or ends at once
   * @throws IllegalArgumentException if no instance of the class can be made
   */
  public static <I, O> ChildProcess<I, O> start(
      Class<? extends ChildMain<O, I>> main, ChildOptions options) throws IOException {
    Objects.requireNonNull(main, "main");
    Objects.requireNonNull(options, "options");
    ChildMain<O, I> codecs = make(main);
    Rendezvous meeting = Rendezvous.inPrivate(options.endsWithParent(), options.maxMessageBytes());
    try (StreamListener listener = StreamListener.bind(meeting.address())) {
      Subprocess process = Subprocess.start(commandFor(main, options, meeting));
      try {
        return new ChildProcess<>(
            options,
            process,
            MessagePipe.of(
                meeting.accept(listener, process, options.startTimeout()),
                codecs.toParent(),
                codecs.fromParent(),
                options.maxMessageBytes()));
      } catch (Throwable failed) {
        process.kill();
        throw failed;
      }
    } finally {
      meeting.removeFolder();
    }
  }

  /** An instance of a child's class, in either JVM. */
  static <T extends ChildMain<?, ?>> T make(Class<T> main) {
    try {
      return main.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          main.getName() + " cannot be made: its constructor fails", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          main.getName()
              + " cannot be made: it must be a public class, static if it is nested, with a public"
              + " constructor without parameters",
          e);
    }
  }

  private static SubprocessOptions commandFor(
      Class<?> main, ChildOptions options, Rendezvous meeting) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    String carrier = System.getProperty("celadon.carrier");
    if (carrier != null) {
      command.add("-Dceladon.carrier=" + carrier);
    }
    command.addAll(options.jvmArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ChildLauncher.class.getName());
    command.add(main.getName());
    SubprocessOptions started =
        SubprocessOptions.of(command)
            .withStdin(Stdio.DISCARD)
            .withStdout(options.stdout())
            .withStderr(options.stderr())
            .withCloseGrace(options.closeGrace());
    for (Map.Entry<String, String> variable : options.variables().entrySet()) {
      started = started.withVariable(variable.getKey(), variable.getValue());
    }
    for (Map.Entry<String, String> variable : meeting.variables().entrySet()) {
      started = started.withVariable(variable.getKey(), variable.getValue());
    }
    return started;
  }

  // --- Messages

  /**
   * Sends the child a message. Switches if there is no room for it or others send.
   *
   * @param message what is sent
   * @throws MessagePipeClosed if the child has ended or has closed the pipe
   * @throws IOException as {@link MessagePipe#send}
   */
  public void send(O message) throws IOException {
    pipe.send(message);
  }

  /**
   * Takes the child's next message, waiting for it if need be. Switches unless it is there.
   *
   * @return the message
   * @throws MessagePipeClosed if the child has ended or has closed the pipe, and nothing more is on
   *     its way
   * @throws IOException as {@link MessagePipe#receive()}
   */
  public I receive() throws IOException {
    return pipe.receive();
  }

  /**
   * Takes the child's next message, waiting for it for a limited time. Switches unless it is there.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the message, or null if time was over first
   * @throws MessagePipeClosed if the child has ended or has closed the pipe, and nothing more is on
   *     its way
   * @throws IOException as {@link MessagePipe#receive()}
   */
  public @Nullable I receive(Duration timeout) throws IOException {
    return pipe.receive(timeout);
  }

  /**
   * The messages both ways.
   *
   * @return the pipe
   */
  public MessagePipe<I, O> pipe() {
    return pipe;
  }

  // --- The end

  /**
   * Waits for the child's end. Switches unless it has ended.
   *
   * @return its exit code
   */
  public int waitFor() {
    return process.waitFor();
  }

  /**
   * Waits for the child's end for a limited time. Switches unless it has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it has ended, false if time was over first
   */
  public boolean waitFor(Duration timeout) {
    return process.waitFor(timeout);
  }

  /**
   * Whether the child runs. With other threads around, the answer may be old at once.
   *
   * @return false from its end on
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * The exit code: see {@link Subprocess#exitCode}.
   *
   * @return 0 if the child's class has returned, or has heard that the pipe is closed
   * @throws IllegalStateException if the child has not ended
   */
  public int exitCode() {
    return process.exitCode();
  }

  /**
   * Which signal has ended the child: see {@link Subprocess#exitSignal}.
   *
   * @return the number of the signal, or empty
   * @throws IllegalStateException if the child has not ended
   */
  public OptionalInt exitSignal() {
    return process.exitSignal();
  }

  /** Asks the child to end: see {@link Subprocess#terminate}. Never switches. */
  public void terminate() {
    process.terminate();
  }

  /** Ends the child for sure: see {@link Subprocess#kill}. Never switches. */
  public void kill() {
    process.kill();
  }

  /**
   * Closes the pipe, which ends a child that receives; one that goes on is asked to end after the
   * grace of its options, and killed after the same time again. A kill or a timeout meanwhile kills
   * the child at once. Switches if the child runs.
   */
  @Override
  public void close() {
    try {
      pipe.close();
      boolean _ = process.waitFor(options.closeGrace());
    } catch (IOException e) {
      process.kill(); // it cannot hear of it
    } catch (Throwable ended) {
      process.kill();
      throw ended;
    } finally {
      process.close();
    }
  }

  // --- Facts

  /**
   * The child as a program: its process id, and its pipes, if its options name some.
   *
   * @return the program
   */
  public Subprocess process() {
    return process;
  }

  @Override
  public boolean isReady() {
    return process.isReady();
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
    return process.register(waiter);
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  @Override
  public void unregister(Waiter waiter) {
    process.unregister(waiter);
  }

  @Override
  public String toString() {
    return "ChildProcess[" + process.options().command().getLast() + ", pid=" + process.pid() + "]";
  }
}
