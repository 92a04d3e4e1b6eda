package dev.celadon.net;

import static dev.celadon.net.Reading.readExactly;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.select.ConcurrentUseException;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamSocketTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final Trail trail = new Trail();

  @TempDir Path folder;

  @Test
  void talksToAListener() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            Greenlet<String> server =
                Greenlets.spawn(
                    () -> {
                      try (StreamSocket socket = listener.accept()) {
                        String question = readText(socket);
                        socket.write(("re: " + question).getBytes(StandardCharsets.UTF_8));
                        return question;
                      }
                    });
            try (StreamSocket socket = StreamSocket.connect("localhost", listener.port())) {
              assertTrue(socket.option(StandardSocketOptions.TCP_NODELAY));
              socket.write("hello".getBytes(StandardCharsets.UTF_8));
              socket.shutdownOutput();
              assertEquals("re: hello", readText(socket));
            }
            assertEquals("hello", server.result());
          }
        });
  }

  @Test
  void talksOverAUnixDomainSocket() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(address);
              StreamSocket client = StreamSocket.connect(address);
              StreamSocket server = listener.accept()) {
            client.write(new byte[] {1, 2, 3});
            assertArrayEquals(new byte[] {1, 2, 3}, readExactly(server, 3));
          }
        });
    assertFalse(Files.exists(address.getPath()), "the file is deleted");
  }

  @Test
  void readersAndWritersTakeTurns() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<?> reader =
                Greenlets.spawn(
                    () -> {
                      trail.step("waits");
                      byte[] one = new byte[1];
                      while (pair.second().read(one) > 0) {
                        trail.step("got" + one[0]);
                      }
                      trail.step("end");
                    });
            Greenlets.yieldNow();
            pair.first().write(new byte[] {1});
            trail.step("wrote");
            while (trail.toString().endsWith("wrote")) {
              Greenlets.yieldNow();
            }
            pair.first().close();
            reader.join();
          }
        });
    trail.is("waits wrote got1 end");
  }

  @Test
  void onlyOneMayReadAndOneMayWrite() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            StreamSocket socket = pair.first();
            Greenlet<Integer> reader = Greenlets.spawn(() -> socket.read(new byte[1]));
            Greenlet<?> writer = Greenlets.spawn(() -> socket.write(new byte[10_000_000]));
            Greenlets.yieldNow();
            ConcurrentUseException second =
                assertThrows(ConcurrentUseException.class, () -> socket.read(new byte[1]));
            assertTrue(second.getMessage().contains(reader.toString()), second.getMessage());
            assertThrows(ConcurrentUseException.class, () -> socket.write(new byte[1]));
            pair.second().write(new byte[1]);
            assertEquals(1, reader.result(), "the first one was not disturbed");
            long taken = pair.second().read(new byte[1]);
            while (taken < 10_000_000) {
              taken += pair.second().read(ByteBuffer.allocate(1 << 20));
            }
            assertTrue(writer.join(Duration.ofSeconds(10)));
          }
        });
  }

  @Test
  void closeWakesWhoeverWaits() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          StreamSocket socket = pair.first();
          Greenlet<Integer> reader = Greenlets.spawn(() -> socket.read(new byte[1]));
          Greenlet<?> writer = Greenlets.spawn(() -> socket.write(new byte[10_000_000]));
          Greenlets.yieldNow();
          socket.close();
          assertThrows(AsynchronousCloseException.class, reader::result);
          assertThrows(AsynchronousCloseException.class, writer::result);
          assertThrows(ClosedChannelException.class, () -> socket.read(new byte[1]));
          assertThrows(ClosedChannelException.class, () -> socket.write(new byte[1]));
          socket.close();
          pair.close();
        });
  }

  @Test
  void anotherThreadMayClose() throws Exception {
    for (int i = 0; i < 200; i++) {
      Hub.run(
          () -> {
            SocketPair pair = StreamSocket.pair();
            Thread closer = Thread.ofPlatform().start(() -> close(pair.first()));
            assertThrows(ClosedChannelException.class, () -> pair.first().read(new byte[1]));
            ThreadPool.offload(() -> closer.join());
            pair.close();
          });
    }
  }

  @Test
  void aChannelThatIsClosedBehindItsBackWakesTheReader() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<Integer> reader = Greenlets.spawn(() -> pair.first().read(new byte[1]));
            Greenlets.yieldNow();
            pair.first().channel().close();
            assertThrows(AsynchronousCloseException.class, reader::result);
          }
        });
  }

  @Test
  void aKilledReaderTakesNothing() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<Integer> reader = Greenlets.spawn(() -> pair.first().read(new byte[9]));
            Greenlets.yieldNow();
            pair.second().write(new byte[] {1, 2, 3});
            reader.kill();
            assertArrayEquals(new byte[] {1, 2, 3}, readExactly(pair.first(), 3));
          }
        });
  }

  @Test
  void shutdownInputEndsAReadThatWaits() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<Integer> reader = Greenlets.spawn(() -> pair.first().read(new byte[1]));
            Greenlets.yieldNow();
            pair.first().shutdownInput();
            assertEquals(-1, reader.result());
          }
        });
  }

  @Test
  void movesFromOneHubToAnother() throws Exception {
    try (Hub other = Hub.start("other")) {
      Hub.run(
          () -> {
            try (SocketPair pair = StreamSocket.pair()) {
              for (int i = 0; i < 100; i++) {
                Greenlet<byte[]> there = Greenlet.spawn(other, () -> readExactly(pair.first(), 1));
                pair.second().write(new byte[] {(byte) i});
                assertArrayEquals(new byte[] {(byte) i}, there.result());
                Greenlet<byte[]> here = Greenlets.spawn(() -> readExactly(pair.first(), 1));
                Greenlets.yieldNow();
                pair.second().write(new byte[] {(byte) i});
                assertArrayEquals(new byte[] {(byte) i}, here.result());
              }
            }
          });
    }
  }

  @Test
  void worksOnAPlainThread() throws Exception {
    try (SocketPair pair = StreamSocket.pair()) {
      Greenlet<?> writer = Greenlets.spawn(() -> pair.second().write(new byte[] {5}));
      assertArrayEquals(new byte[] {5}, readExactly(pair.first(), 1));
      writer.join();
    } finally {
      Hub.current().close();
    }
  }

  @Test
  void refusesAPortThatIsNone() {
    assertThrows(IllegalArgumentException.class, () -> StreamSocket.connect("localhost", 0));
    assertThrows(IllegalArgumentException.class, () -> StreamSocket.connect("localhost", 65_536));
  }

  @Test
  void saysWhoRefused() throws Exception {
    Hub.run(
        () -> {
          StreamListener listener = StreamListener.bind(ANY_PORT);
          listener.close();
          IOException refused =
              assertThrows(IOException.class, () -> StreamSocket.connect(listener.localAddress()));
          assertNotNull(refused.getMessage());
          assertTrue(
              refused.getMessage().contains(Integer.toString(listener.port())),
              refused.getMessage());
        });
  }

  private static String readText(Transport socket) throws IOException {
    return new String(socket.inputStream().readNBytes(8), StandardCharsets.UTF_8)
        + new String(socket.inputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void close(StreamSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
