package dev.celadon.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.examples.network.NetworkProgram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExamplesTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, UTF_8);

  /** What the tutorial's program prints. */
  private static String nineRounds() {
    StringBuilder lines = new StringBuilder();
    for (int round = 1; round < 10; round++) {
      lines.append("Switched to Server for ").append(round).append('\n');
      lines.append("Switched to Client for ").append(round).append('\n');
    }
    return lines.toString();
  }

  @Test
  void zmqReqRepPrintsWhatTheTutorialPrints() throws Exception {
    assertEquals(0, ZmqReqRep.run(new String[] {freeEndpoint()}, out));
    assertEquals(nineRounds(), printed());
  }

  @Test
  void zmqReqRepKotlinPrintsTheSame() throws Exception {
    assertEquals(0, ZmqReqRepKotlinKt.zmqReqRepKotlin(new String[] {freeEndpoint()}, out));
    assertEquals(nineRounds(), printed());
  }

  @Test
  void everyExampleHasANameAndALine() {
    assertEquals(
        Examples.ALL.size(), Examples.ALL.stream().map(Examples.Example::name).distinct().count());
    for (Examples.Example example : Examples.ALL) {
      assertTrue(example.name().matches("((kotlin|patterns|tutorial)/)?[a-z-]+"), example.name());
      assertTrue(!example.does().isBlank() && !example.does().contains("\n"), example.name());
    }
  }

  @Test
  void readmeNamesEveryExampleThatStandsForItself() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"), UTF_8);
    String tutorial = Files.readString(Path.of("..", "docs", "tutorial.md"), UTF_8);
    for (NetworkProgram program : NetworkProgram.all()) {
      assertTrue(readme.contains("`" + program.name() + "`"), program.name());
      assertTrue(tutorial.contains("`" + program.name() + "`"), program.name());
    }
  }

  private String printed() {
    return bytes.toString(UTF_8).replace(System.lineSeparator(), "\n");
  }

  static String freeEndpoint() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "tcp://127.0.0.1:" + socket.getLocalPort();
    }
  }
}
