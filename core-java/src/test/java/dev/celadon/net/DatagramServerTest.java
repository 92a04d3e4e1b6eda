package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.queue.Queue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DatagramServerTest {

  private static final InetSocketAddress ANY_PORT = StreamServerTest.ANY_PORT;

  private static String text(ByteBuffer data) {
    return UTF_8.decode(data).toString();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static String ask(DatagramServer server, String question) throws IOException {
    try (UdpSocket client = UdpSocket.connect(server.address())) {
      client.setTimeout(Duration.ofSeconds(10));
      client.send(bytes(question));
      ByteBuffer answer = ByteBuffer.allocate(65_535);
      client.receive(answer);
      return text(answer.flip());
    }
  }

  @Test
  void answersEveryDatagram() throws Exception {
    DatagramServer[] self = new DatagramServer[1];
    DatagramHandler handler =
        datagram -> self[0].sendTo(bytes("re: " + text(datagram.data())), datagram.address());
    Hub.run(
        () -> {
          try (DatagramServer server = new DatagramServer(ANY_PORT, handler)) {
            self[0] = server;
            server.start();
            server.start();
            List<Greenlet<String>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
              String question = "question " + i;
              clients.add(Greenlets.spawn(() -> ask(server, question)));
            }
            for (int i = 0; i < 20; i++) {
              assertEquals("re: question " + i, clients.get(i).result());
            }
            assertEquals("re: " + "x".repeat(60_000), ask(server, "x".repeat(60_000)), "not cut");
            try (UdpSocket client = UdpSocket.bind(ANY_PORT)) {
              client.setTimeout(Duration.ofSeconds(10));
              client.send(bytes(""), server.address());
              ByteBuffer answer = ByteBuffer.allocate(100);
              client.receive(answer);
              assertEquals("re: ", text(answer.flip()), "an empty one");
            }
          }
        });
  }

  @Test
  void aHandlersFailureIsReportedWithTheSender() throws Exception {
    Queue<String> reports = new Queue<>();
    DatagramHandler handler =
        datagram -> {
          throw new IllegalStateException(text(datagram.data()));
        };
    Hub.run(
        HubOptions.defaults()
            .withErrorHandler((source, failure) -> reports.put(source + ": " + failure)),
        () -> {
          try (DatagramServer server = new DatagramServer("localhost:0", handler)) {
            server.start();
            try (UdpSocket client = UdpSocket.bind(ANY_PORT)) {
              client.send(bytes("one"), server.address());
              String report = reports.get();
              assertTrue(report.startsWith("handler of " + client.localAddress()), report);
              assertTrue(report.contains("one"), report);
              client.send(bytes("two"), server.address());
              assertTrue(reports.get().contains("two"), "it goes on");
            }
          }
        });
  }

  @Test
  void sendersTakeTurns() throws Exception {
    Hub.run(
        () -> {
          try (UdpSocket client = UdpSocket.bind(ANY_PORT);
              DatagramServer server = new DatagramServer(ANY_PORT, _ -> {})) {
            client.setTimeout(Duration.ofSeconds(10));
            server.start();
            Set<String> got = new TreeSet<>();
            for (int i = 0; i < 50; i++) {
              String text = "n" + i;
              Greenlets.spawn(() -> server.sendTo(bytes(text), client.localAddress()));
            }
            ByteBuffer room = ByteBuffer.allocate(100);
            while (got.size() < 50) {
              client.receive(room.clear());
              got.add(text(room.flip()));
            }
          }
        });
  }

  @Test
  void stopsAndSaysSo() throws Exception {
    Hub.run(
        () -> {
          DatagramServer server = new DatagramServer(0, _ -> Greenlets.sleep(Duration.ofHours(1)));
          assertThrows(IllegalStateException.class, server::address);
          assertThrows(IllegalStateException.class, () -> server.sendTo(bytes(""), ANY_PORT));
          Greenlet<?> serving = Greenlets.spawn(server::serveForever);
          while (!server.isAccepting()) {
            Greenlets.yieldNow();
          }
          InetSocketAddress address = new InetSocketAddress(ANY_PORT.getAddress(), server.port());
          try (UdpSocket client = UdpSocket.connect(address)) {
            client.send(bytes("x"));
            while (server.handlers() == 0) {
              Greenlets.yieldNow();
            }
          }
          boolean drained = server.stop(Duration.ofMillis(1));
          assertEquals(false, drained);
          serving.join();
          assertEquals(0, server.handlers());
          assertThrows(ClosedChannelException.class, () -> server.sendTo(bytes("x"), address));
          assertThrows(IllegalStateException.class, server::start);
        });
  }

  @Test
  void startedByTwoAtOnceItAnswersFromWhereItReceives() throws Exception {
    Hub.run(
        () -> {
          InetSocketAddress name = InetSocketAddress.createUnresolved("localhost", 0);
          DatagramServer[] self = new DatagramServer[1];
          try (DatagramServer server =
              new DatagramServer(
                  name, datagram -> self[0].sendTo(datagram.data(), datagram.address()))) {
            self[0] = server;
            List<Greenlet<?>> starts =
                List.of(
                    Greenlets.spawn(() -> server.start()), Greenlets.spawn(() -> server.start()));
            Greenlets.joinAllOrThrow(starts);
            assertEquals("hello", ask(server, "hello"));
          }
        });
  }
}
