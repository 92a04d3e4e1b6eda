package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.queue.Queue;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens when the other side, the network or the operating system does not play its part. */
@EnabledOnOs(OS.LINUX) // counts descriptors in /proc
class NetworkFaultsTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** Far more than the buffers of both ends of a connection hold. */
  private static final int MUCH = 64 << 20;

  @TempDir Path folder;

  /** Runs a body and waits until it has left no descriptor open. */
  private static void leavingNothingOpen(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults().withErrorHandler((_, _) -> {}),
        () -> {
          try (SocketPair pair = StreamSocket.pair()) { // the hub's selector and the rest
            assertFalse(pair.first().waitReadable(Duration.ofMillis(1)));
          }
          Greenlets.sleep(Duration.ofMillis(5));
          int before = descriptors();
          body.run();
          try (Timeout _ = Timeout.start(Duration.ofSeconds(5))) {
            while (descriptors() > before) {
              Greenlets.sleep(Duration.ofMillis(1));
            }
          } catch (TimeoutExpired e) {
            throw new AssertionError(before + " descriptors before, now " + descriptors(), e);
          }
        });
  }

  private static int descriptors() throws IOException {
    int number = 0;
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path _ : open) {
        number++;
      }
    }
    return number;
  }

  private static void reset(StreamSocket peer) throws IOException {
    peer.option(StandardSocketOptions.SO_LINGER, 0).close();
  }

  private static StreamSocket peer(StreamServer server) throws IOException {
    return StreamSocket.connect(server.address());
  }

  /** Where in a conversation the peer resets the connection. */
  enum Point {
    BEFORE_ACCEPT,
    AFTER_ACCEPT,
    WHILE_THE_READER_IS_PARKED,
    IN_THE_REQUEST,
    IN_THE_RESPONSE,
    WHILE_THE_WRITER_IS_PARKED
  }

  @ParameterizedTest
  @EnumSource(Point.class)
  void aResetEndsTheHandlerWithAnIOExceptionAndNothingElse(Point point) throws Exception {
    Queue<Object> news = new Queue<>();
    SocketHandler handler =
        socket -> {
          try {
            byte[] request = new byte[10];
            news.put("accepted");
            if (point == Point.AFTER_ACCEPT) {
              Greenlets.sleep(Duration.ofMillis(20)); // the reset is there before the first read
            }
            for (int got = 0; got < request.length; ) {
              int count = socket.read(request, got, request.length - got);
              assertTrue(count > 0, "no end of the stream");
              got += count;
              news.put("read");
            }
            news.put("writes");
            socket.write(new byte[MUCH]);
            news.put("wrote");
          } catch (IOException e) {
            news.put(e);
          }
        };
    leavingNothingOpen(
        () -> {
          try (StreamServer server = new StreamServer(ANY_PORT, handler)) {
            server.start();
            if (point == Point.BEFORE_ACCEPT) {
              server.stopAccepting();
            }
            StreamSocket peer = peer(server);
            if (point == Point.BEFORE_ACCEPT) {
              reset(peer);
              server.startAccepting();
            }
            assertEquals("accepted", news.get());
            converse(point, peer, news);
            assertInstanceOf(IOException.class, news.get(), point.name());
            assertTrue(server.stop());
            assertTrue(news.isEmpty());
          }
        });
  }

  private static void converse(Point point, StreamSocket peer, Queue<Object> news)
      throws IOException {
    switch (point) {
      case BEFORE_ACCEPT -> {}
      case AFTER_ACCEPT -> reset(peer);
      case WHILE_THE_READER_IS_PARKED -> {
        Greenlets.sleep(Duration.ofMillis(5));
        reset(peer);
      }
      case IN_THE_REQUEST -> {
        peer.write(new byte[4]);
        assertEquals("read", news.get());
        reset(peer);
      }
      case IN_THE_RESPONSE, WHILE_THE_WRITER_IS_PARKED -> {
        peer.write(new byte[10]);
        assertEquals("read", news.get());
        assertEquals("writes", news.get());
        if (point == Point.WHILE_THE_WRITER_IS_PARKED) {
          Greenlets.sleep(Duration.ofMillis(20));
        } else {
          assertTrue(peer.read(new byte[1_000]) > 0);
        }
        reset(peer);
      }
    }
  }

  @Test
  void aSilentPeerIsEndedByTheTimeoutOfReads() throws Exception {
    Queue<Object> news = new Queue<>();
    SocketHandler handler =
        socket -> {
          socket.setTimeout(Duration.ofMillis(20));
          news.put(assertThrows(SocketTimeoutException.class, () -> socket.read(new byte[1])));
        };
    leavingNothingOpen(
        () -> {
          try (StreamServer server = new StreamServer(ANY_PORT, handler);
              StreamSocket peer = openTo(server)) {
            news.get();
            assertEquals(-1, peer.read(new byte[1]), "and the connection is closed");
          }
        });
  }

  @Test
  void aPeerThatTakesNothingIsEndedByTheTimeoutOfWrites() throws Exception {
    Queue<Object> news = new Queue<>();
    SocketHandler handler =
        socket -> {
          socket.setTimeout(Duration.ofMillis(50));
          news.put(assertThrows(SocketTimeoutException.class, () -> socket.write(new byte[MUCH])));
        };
    leavingNothingOpen(
        () -> {
          try (StreamServer server = new StreamServer(ANY_PORT, handler);
              StreamSocket _ = openTo(server)) {
            news.get();
          }
        });
  }

  private static StreamSocket openTo(StreamServer server) throws IOException {
    server.start();
    return peer(server);
  }

  @Test
  void aSlowReaderHoldsItsWriterUpAndNobodyElse() throws Exception {
    long[] written = new long[1];
    SocketHandler handler =
        socket -> {
          byte[] chunk = new byte[64 << 10];
          int first = socket.inputStream().read();
          if (first == 'm') {
            for (int i = 0; i < MUCH / chunk.length; i++) {
              socket.write(chunk);
              written[0] += chunk.length;
            }
          } else {
            socket.write(new byte[] {(byte) first});
          }
        };
    leavingNothingOpen(
        () -> {
          try (StreamServer server = new StreamServer(ANY_PORT, handler)) {
            server.start();
            try (StreamSocket slow = StreamSocket.connect(server.address())) {
              slow.write("m".getBytes(UTF_8));
              for (int i = 0; i < 50; i++) {
                try (StreamSocket other = StreamSocket.connect(server.address())) {
                  other.write("x".getBytes(UTF_8));
                  assertEquals('x', other.inputStream().read());
                }
              }
              Greenlets.sleep(Duration.ofMillis(20));
              long parkedAt = written[0];
              assertTrue(parkedAt < MUCH / 2, "what is not taken is not buffered: " + parkedAt);
              Greenlets.sleep(Duration.ofMillis(20));
              assertEquals(parkedAt, written[0], "it is parked");
              assertEquals(MUCH, slow.inputStream().readAllBytes().length);
            }
          }
        });
    assertEquals(MUCH, written[0]);
  }

  /** Nobody accepts here, and the backlog is full: whoever connects now gets no answer. */
  private static List<SocketChannel> fill(SocketAddress address) throws IOException {
    List<SocketChannel> waiting = new ArrayList<>();
    while (true) {
      SocketChannel one =
          address instanceof UnixDomainSocketAddress
              ? SocketChannel.open(java.net.StandardProtocolFamily.UNIX)
              : SocketChannel.open();
      waiting.add(one);
      one.configureBlocking(false);
      boolean stands;
      try {
        stands = one.connect(address);
      } catch (SocketException e) { // so it is in the Unix domain
        return waiting;
      }
      for (int i = 0; !stands && i < 20; i++) {
        Greenlets.sleep(Duration.ofMillis(1));
        stands = one.finishConnect();
      }
      if (!stands) {
        return waiting;
      }
      assertTrue(waiting.size() < 100, "the backlog has a bound");
    }
  }

  private static void close(List<SocketChannel> channels) throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  @Test
  void aConnectWithoutAnAnswerEndsByItsTimeoutByAForeignOneOrByAKill() throws Exception {
    leavingNothingOpen(
        () -> {
          try (ServerSocketChannel blackHole = ServerSocketChannel.open()) {
            SocketAddress address = blackHole.bind(ANY_PORT, 1).getLocalAddress();
            List<SocketChannel> waiting = fill(address);
            connectsInVain(address);
            close(waiting);
          }
        });
  }

  private static void connectsInVain(SocketAddress address) throws Exception {
    ConnectOptions patient = ConnectOptions.defaults().withTimeout(Duration.ofMillis(50));
    int before = descriptors();
    SocketTimeoutException timeout =
        assertThrows(SocketTimeoutException.class, () -> StreamSocket.connect(address, patient));
    assertTrue(timeout.getMessage().contains("within PT0.05S"), timeout.getMessage());
    assertThrows(
        TimeoutExpired.class,
        () -> Greenlets.withTimeout(Duration.ofMillis(20), () -> StreamSocket.connect(address)));
    Greenlet<?> victim = Greenlets.spawn(() -> StreamSocket.connect(address));
    Greenlets.sleep(Duration.ofMillis(10));
    victim.kill();
    Greenlets.sleep(Duration.ofMillis(10));
    assertTrue(descriptors() <= before, "each attempt is closed");
  }

  @Test
  void aFullBacklogInTheUnixDomainIsNoConnection() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    leavingNothingOpen(
        () -> {
          try (StreamListener listener =
              StreamListener.bind(address, ListenOptions.defaults().withBacklog(1))) {
            List<SocketChannel> waiting = fill(address);
            connectsInVain(address);
            Greenlet<StreamSocket> late = Greenlets.spawn(() -> StreamSocket.connect(address));
            Greenlets.sleep(Duration.ofMillis(10));
            assertFalse(late.isReady());
            for (int i = 1; i < waiting.size(); i++) { // the last one is not connected
              listener.accept().close();
            }
            try (StreamSocket client = late.result();
                StreamSocket server = listener.accept()) {
              client.write(new byte[] {7});
              assertEquals(7, server.inputStream().read(), "now it stands");
            }
            close(waiting);
          }
        });
  }

  @Test
  void aRefusedConnectLeavesNothingOpen() throws Exception {
    leavingNothingOpen(
        () -> {
          SocketAddress gone;
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            gone = listener.localAddress();
          }
          ConnectException refused =
              assertThrows(ConnectException.class, () -> StreamSocket.connect(gone));
          assertTrue(refused.getMessage().contains("refused"), refused.getMessage());
          UnixDomainSocketAddress nowhere = UnixDomainSocketAddress.of(folder.resolve("none"));
          assertThrows(ConnectException.class, () -> StreamSocket.connect(nowhere));
        });
  }

  @Test
  void aHubThatEndsLeavesNothingOpen() throws Exception {
    leavingNothingOpen(
        () -> {
          List<StreamSocket> peers = new ArrayList<>();
          try (Hub hub = Hub.start("ends")) {
            StreamServer server =
                new StreamServer(ANY_PORT, socket -> socket.inputStream().readAllBytes());
            server.start(hub);
            for (int i = 0; i < 20; i++) {
              peers.add(peer(server));
            }
            while (server.handlers() < 10) {
              Greenlets.sleep(Duration.ofMillis(1));
            }
          }
          for (StreamSocket peer : peers) {
            peer.close();
          }
        });
  }

  @Test
  void withoutDescriptorsAServerWaitsAndRecovers() throws Exception {
    Process child = ServerWithFewDescriptors.start(folder, 96);
    try (BufferedReader said = child.inputReader(UTF_8)) {
      InetSocketAddress address =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), Integer.parseInt(said.readLine()));
      List<SocketChannel> peers = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        peers.add(SocketChannel.open(address));
      }
      for (int i = 0; i < 2; i++) {
        String report = said.readLine();
        assertTrue(report.contains("Too many open files"), report);
      }
      close(peers);
      try (SocketChannel peer = SocketChannel.open(address)) {
        ByteBuffer counts = ByteBuffer.allocate(Long.BYTES * 2);
        while (counts.hasRemaining() && peer.read(counts) >= 0) {}
        long attempts = counts.flip().getLong();
        long millis = counts.getLong();
        // 10 + 20 + 40 … up to 1000 ms: 7 errors in the first 1.27 s, then one a second
        assertTrue(
            attempts <= 8 + millis / 1_000,
            attempts + " attempts without a descriptor in " + millis + " ms");
      }
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void aHubThatFindsNoDescriptorForItsFirstWaitTellsTheGreenletAndGoesOn() throws Exception {
    Process child = ServerWithFewDescriptors.start(FirstWaitWithoutDescriptors.class, folder, 96);
    try (BufferedReader said = child.inputReader(UTF_8)) {
      List<String> lines = said.lines().toList();
      String why =
          "the hub cannot wait for its first channel: Too many open files; it needs some"
              + " descriptors of its own, so raise the limit (ulimit -n), or open fewer";
      assertEquals(
          List.of(
              "read 1",
              "java.io.UncheckedIOException: " + why,
              "java.io.IOException: " + why,
              "read 1",
              "the hub has ended"),
          lines);
    } finally {
      child.destroyForcibly();
    }
  }
}
