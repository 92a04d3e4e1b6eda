package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.threadpool.ThreadPool;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A process that talks through libzmq, in one of the roles of {@code peer.py}. Its calls wait
 * beside the hub.
 */
final class PythonPeer implements AutoCloseable {

  private static final String PYTHON = "/usr/bin/python3";

  private final Process process;
  private final BufferedReader output;
  private final BufferedWriter input;

  private PythonPeer(Process process) {
    this.process = process;
    this.output = process.inputReader(UTF_8);
    this.input = process.outputWriter(UTF_8);
  }

  static void assumeInstalled() throws Exception {
    assumeTrue(new File(PYTHON).canExecute(), PYTHON + " is not there: install python3");
    Process probe =
        new ProcessBuilder(PYTHON, "-c", "import zmq").redirectErrorStream(true).start();
    assertTrue(probe.waitFor(30, TimeUnit.SECONDS), "python3 hangs");
    assumeTrue(probe.exitValue() == 0, "python3 cannot import zmq: install python3-zmq");
  }

  /**
   * Starts one that connects, or binds.
   *
   * @param where an endpoint, or {@code bind}, or {@code bind=} and an endpoint
   */
  static PythonPeer start(String role, String where, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(PYTHON);
    command.add(
        Path.of(Objects.requireNonNull(PythonPeer.class.getResource("peer.py")).toURI())
            .toString());
    command.add(role);
    command.add(where);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new PythonPeer(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The next line that it says. */
  String line() throws Exception {
    String line = ThreadPool.offload(output::readLine);
    assertNotNull(line, "Python has ended without another word");
    return line;
  }

  /** Tells it something. */
  void tell(String line) throws IOException {
    input.write(line + "\n");
    input.flush();
  }

  /** Ends its input. */
  void tellNothingMore() throws IOException {
    input.close();
  }

  /** Waits for its good end. */
  void join() throws Exception {
    boolean ended = ThreadPool.offload(() -> process.waitFor(20, TimeUnit.SECONDS));
    assertTrue(ended, "Python did not end");
    assertEquals(0, process.exitValue(), "Python's exit value");
  }

  /** Lets it stand still, with all its connections open. */
  void stop() throws Exception {
    signal("STOP");
  }

  /** Lets it go on. */
  void goOn() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
    int outcome = ThreadPool.offload(() -> kill.waitFor());
    assertEquals(0, outcome, "kill -" + name);
  }

  /** Ends it without a word of farewell. */
  void kill() throws Exception {
    process.destroyForcibly();
    int _ = ThreadPool.offload(() -> process.waitFor());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
