package dev.celadon.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A server in a process of its own: on the first processor, and its client, which is this process,
 * on the second one, where the machine has both and {@code taskset}. It ends with its client.
 */
final class ServerProcess {

  private final Process process;
  private final int port;

  private ServerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @param command a program that prints its port, and ends with its standard input
   */
  static ServerProcess start(List<String> command) throws IOException, InterruptedException {
    List<String> pinned = new ArrayList<>();
    if (isPinnable()) {
      String pid = Long.toString(ProcessHandle.current().pid());
      boolean _ = succeeds("taskset", "-a", "-c", "-p", "1", pid);
      pinned.addAll(List.of("taskset", "-c", "0"));
    }
    pinned.addAll(command);
    Process process =
        new ProcessBuilder(pinned).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader output = process.inputReader();
    String port = output.readLine();
    if (port == null) {
      throw new IOException("the server ended with " + process.waitFor() + ": " + command);
    }
    return new ServerProcess(process, Integer.parseInt(port));
  }

  /** The command of the server of a side of ours or of a rival on the JVM. */
  static List<String> java(String side, Protocol protocol) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED", "-Xms512m"));
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    // What Netty asks for to be at its best; the others do not mind.
    command.addAll(List.of("--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED"));
    command.addAll(List.of("--add-opens", "java.base/java.nio=ALL-UNNAMED"));
    command.addAll(
        List.of(
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Dio.netty.tryReflectionSetAccessible=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Server.class.getName(), side, protocol.name()));
    return command;
  }

  private static boolean isPinnable() throws InterruptedException {
    return Runtime.getRuntime().availableProcessors() > 1 && succeeds("taskset", "-c", "1", "true");
  }

  /** Whether a command can be run and ends well. */
  static boolean succeeds(String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  long cpuNanos() {
    return Cpu.nanosOf(process.pid());
  }
}
