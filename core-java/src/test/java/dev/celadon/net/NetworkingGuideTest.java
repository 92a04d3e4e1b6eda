package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The samples of docs/guide/networking.md: each stands here word for word and is run. */
class NetworkingGuideTest {

  private static final Path GUIDE = Path.of("../docs/guide/networking.md");
  private static final Path SELF =
      Path.of("src/test/java/dev/celadon/net/NetworkingGuideTest.java");

  @Test
  void everySampleOfThePageStandsHere() throws IOException {
    String self = withoutSpaces(Files.readString(SELF));
    Matcher sample =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
    int samples = 0;
    for (; sample.find(); samples++) {
      assertTrue(self.contains(withoutSpaces(sample.group(1))), sample.group(1));
    }
    assertEquals(7, samples);
  }

  private static String withoutSpaces(String code) {
    return code.replaceAll("\\s+", "");
  }

  private static void talkTo(int port) throws IOException {
    try (StreamSocket socket = StreamSocket.connect("localhost", port)) {
      socket.write("hello\n".getBytes(UTF_8));
      BufferedReader lines = new BufferedReader(new InputStreamReader(socket.inputStream(), UTF_8));
      assertEquals("hello", lines.readLine());
    }
  }

  @Test
  void aServerAndItsClient() throws Exception {
    Hub.run(
        () -> {
          StreamServer server =
              new StreamServer(
                  "localhost:0",
                  socket -> {
                    socket.inputStream().transferTo(socket.outputStream());
                  });
          server.start();
          int port = server.port();
          talkTo(port);
          boolean drained = server.stop(Duration.ofSeconds(30));
          assertTrue(drained);
        });
  }

  @Test
  void timeLimitsAndOptions() throws Exception {
    SocketHandler impatient =
        socket -> {
          socket.setTimeout(Duration.ofSeconds(10));
          Greenlets.withTimeout(
              Duration.ofMinutes(1), () -> socket.inputStream().transferTo(socket.outputStream()));
        };
    ServerOptions options =
        ServerOptions.defaults()
            .withMaxHandlers(1_000)
            .withStopTimeout(Duration.ofSeconds(30))
            .withListen(ListenOptions.defaults().withBacklog(4_096));
    Hub.run(
        () -> {
          try (StreamServer server = new StreamServer("localhost:0", impatient, options)) {
            server.start();
            talkTo(server.port());
          }
        });
  }

  @Test
  void datagrams() throws Exception {
    Hub.run(
        () -> {
          DatagramServer[] clock = new DatagramServer[1];
          clock[0] =
              new DatagramServer(
                  "localhost:0",
                  question -> clock[0].sendTo(UTF_8.encode("noon"), question.address()));
          clock[0].start();
          try (UdpSocket client = UdpSocket.connect(clock[0].address())) {
            client.setTimeout(Duration.ofSeconds(10));
            client.send(UTF_8.encode("what time is it?"));
            ByteBuffer answer = ByteBuffer.allocate(100);
            client.receive(answer);
            assertEquals("noon", UTF_8.decode(answer.flip()).toString());
          }
          clock[0].close();
        });
  }

  @Test
  void severalHubs() throws Exception {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("localhost"), 0);
    SocketHandler echo =
        socket -> {
          socket.inputStream().transferTo(socket.outputStream());
        };
    Hub.run(
        () -> {
          try (ServerGroup group = new ServerGroup(2, address, echo)) {
            group.start();
            talkTo(group.port());
          }
        });
  }
}
