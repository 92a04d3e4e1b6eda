package dev.celadon.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A server of the system, started for the tests alone, in a folder and at a port of its own. */
abstract class Server implements AutoCloseable {

  final int port;
  final Path folder;
  private final Process process;

  /**
   * Skips the test where the server is not installed.
   *
   * @param program the first that is there of the files of this name
   */
  Server(String name, Path program) throws Exception {
    assumeTrue(
        Files.isExecutable(program), () -> name + " is not installed: apt-get install " + name);
    port = freePort();
    folder = Files.createTempDirectory("celadon-" + name);
    try {
      process = start(program);
      awaitAnswer();
    } catch (Exception e) {
      throw new IOException(name + " did not start: " + log(), e);
    }
  }

  /** On the way to a running server: what must be there before, and the server itself. */
  abstract Process start(Path program) throws Exception;

  /** Throws if the server does not answer yet. */
  abstract void ask() throws Exception;

  private void awaitAnswer() throws Exception {
    for (int attempt = 0; ; attempt++) {
      try {
        ask();
        return;
      } catch (Exception e) {
        if (attempt == 200 || !process.isAlive()) {
          throw e;
        }
        Thread.sleep(50);
      }
    }
  }

  final ProcessBuilder command(List<String> words) {
    return new ProcessBuilder(new ArrayList<>(words))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  private String log() throws IOException {
    Path log = folder.resolve("log");
    return Files.exists(log) ? Files.readString(log, UTF_8) : "it said nothing";
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      process.onExit().get(20, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      Process _ = process.destroyForcibly();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
