package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.select.ConcurrentUseException;
import dev.celadon.sync.Event;
import dev.celadon.threadpool.ThreadPool;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
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
  void aCallbackReadsWhatIsThereAlsoAfterAReadThatEmptiedTheSocket() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            StreamSocket near = pair.first();
            StreamSocket far = pair.second();
            byte[] room = new byte[8];
            far.write(new byte[1]);
            assertEquals(1, near.read(room));
            far.write(new byte[2]);
            Event over = new Event();
            Hub.current()
                .runCallback(
                    () -> {
                      trail.step("read " + readInCallback(near));
                      trail.step("read " + readInCallback(near));
                      over.set();
                    });
            over.waitUntilSet();
            far.write(new byte[3]);
            assertEquals(3, near.read(room));
          }
        });
    trail.is("read 2 read BlockingSwitchOut");
  }

  private static String readInCallback(StreamSocket socket) {
    try {
      return String.valueOf(socket.read(ByteBuffer.allocate(8)));
    } catch (IOException | BlockingSwitchOut e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void aReadThatGivesTheTurnAwayFirstSeesWhatHasHappenedMeanwhile() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            StreamSocket closed = afterALongRun(pair);
            Greenlet<Void> closer = Greenlets.spawn(closed::close);
            assertThrows(AsynchronousCloseException.class, () -> readByte(closed));
            assertThrows(ClosedChannelException.class, () -> readByte(closed));
            closer.join();
          }
          try (SocketPair pair = StreamSocket.pair()) {
            StreamSocket shared = afterALongRun(pair);
            Greenlet<byte[]> second =
                Greenlets.spawn(() -> readExactly(shared, 37)); // one more than is there
            ConcurrentUseException refused =
                assertThrows(ConcurrentUseException.class, () -> readByte(shared));
            assertTrue(refused.getMessage().contains(second.toString()), refused.toString());
            second.kill();
          }
        });
  }

  /** A socket with 36 bytes to read, whose next read gives the turn away first. */
  private static StreamSocket afterALongRun(SocketPair pair) throws IOException {
    pair.second().write(new byte[100]);
    for (int i = 0; i < 64; i++) {
      readByte(pair.first());
    }
    return pair.first();
  }

  private static void readByte(StreamSocket socket) throws IOException {
    assertEquals(1, socket.read(new byte[1]));
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
  void aReadGivesUpAfterItsTimeout() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            pair.first().setTimeout(Duration.ofMillis(5));
            SocketTimeoutException over =
                assertThrows(SocketTimeoutException.class, () -> pair.first().read(new byte[1]));
            assertTrue(over.getMessage().contains("PT0.005S"), over.getMessage());
            pair.second().write(new byte[] {7});
            assertArrayEquals(new byte[] {7}, readExactly(pair.first(), 1));
          }
        });
  }

  @Test
  void timeThatIsOverDoesNotHideWhatHasCome() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            byte[] buffer = new byte[9];
            pair.first().setTimeout(Duration.ofNanos(1));
            for (int i = 0; i < 100; i++) {
              pair.second().write(new byte[] {1});
              assertEquals(1, pair.first().read(buffer), "the time is over before the hub looks");
            }
          }
        });
  }

  @Test
  void aReadAfterOneThatTookAllWaitsInTurn() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            byte[] buffer = new byte[9];
            pair.second().write(new byte[] {1, 2, 3});
            assertEquals(2, pair.first().read(buffer, 0, 2));
            Greenlets.spawn(() -> trail.step("other"));
            assertEquals(1, pair.first().read(buffer));
            trail.step("third");
            pair.second().write(new byte[] {4});
            assertEquals(1, pair.first().read(buffer));
            trail.step("fourth");
            pair.second().close();
            assertEquals(-1, pair.first().read(buffer));
            assertEquals(-1, pair.first().read(buffer));
          }
        });
    trail.is("third other fourth");
  }

  @Test
  void aTimeoutIsForAWholeWrite() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            pair.first().setTimeout(Duration.ofMillis(50));
            Greenlet<?> slowReader =
                Greenlets.spawn(
                    () -> {
                      while (pair.second().read(ByteBuffer.allocate(100_000)) > 0) {
                        Greenlets.sleep(Duration.ofMillis(5));
                      }
                    });
            assertThrows(SocketTimeoutException.class, () -> pair.first().write(new byte[1 << 28]));
            slowReader.kill();
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
  void aWriteOfAnySizeArrivesWhole() throws Exception {
    byte[] data = new byte[5_000_001];
    new Random(1).nextBytes(data);
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<byte[]> reader =
                Greenlets.spawn(() -> pair.second().inputStream().readAllBytes());
            ByteBuffer direct = ByteBuffer.allocateDirect(data.length).put(data).flip();
            pair.first().write(data, 0, 1_000_000);
            assertEquals(
                3_000_000, pair.first().write(ByteBuffer.wrap(data, 1_000_000, 3_000_000)));
            int _ = pair.first().write(direct.position(4_000_000).limit(4_500_000));
            long gathered =
                pair.first()
                    .write(
                        new ByteBuffer[] {
                          ByteBuffer.wrap(data, 4_500_000, 1),
                          ByteBuffer.allocate(0),
                          ByteBuffer.wrap(data, 4_500_001, 500_000)
                        });
            assertEquals(500_001, gathered);
            pair.first().shutdownOutput();
            assertArrayEquals(data, reader.result());
          }
        });
  }

  @Test
  void sendsAFile() throws Exception {
    byte[] data = new byte[3_000_000];
    new Random(2).nextBytes(data);
    Path file = Files.write(folder.resolve("data"), data);
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair();
              FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            Greenlet<byte[]> reader =
                Greenlets.spawn(() -> pair.second().inputStream().readAllBytes());
            assertEquals(2_999_000, pair.first().sendFile(open, 1_000, Long.MAX_VALUE));
            pair.first().shutdownOutput();
            assertArrayEquals(Arrays.copyOfRange(data, 1_000, data.length), reader.result());
          }
        });
  }

  @Test
  void forwardsUntilTheEnd() throws Exception {
    byte[] data = new byte[3_000_000];
    new Random(3).nextBytes(data);
    Hub.run(
        () -> {
          try (SocketPair in = StreamSocket.pair();
              SocketPair out = StreamSocket.pair()) {
            Greenlet<Long> forwarder =
                Greenlets.spawn(
                    () -> {
                      long count = in.second().transferTo(out.first());
                      out.first().shutdownOutput();
                      return count;
                    });
            Greenlet<byte[]> reader =
                Greenlets.spawn(() -> out.second().inputStream().readAllBytes());
            in.first().write(data);
            in.first().shutdownOutput();
            assertArrayEquals(data, reader.result());
            assertEquals(data.length, forwarder.result());
          }
        });
  }

  @Test
  void theStreamsForwardTooAndHoldNothingWhileNothingComes() throws Exception {
    byte[] data = new byte[300_000];
    new Random(4).nextBytes(data);
    Hub.run(
        () -> {
          try (SocketPair in = StreamSocket.pair();
              SocketPair out = StreamSocket.pair()) {
            ByteArrayOutputStream copy = new ByteArrayOutputStream();
            Greenlet<Long> first =
                Greenlets.spawn(
                    () -> in.second().inputStream().transferTo(out.first().outputStream()));
            Greenlet<Long> second =
                Greenlets.spawn(() -> out.second().inputStream().transferTo(copy));
            Greenlets.yieldNow();
            assertTrue(heldBuffers(first).isEmpty(), "waits in the socket, without a buffer");
            in.first().write(data);
            in.first().shutdownOutput();
            assertEquals(data.length, first.result());
            out.first().shutdownOutput();
            assertEquals(data.length, second.result());
            assertArrayEquals(data, copy.toByteArray());
          }
        });
  }

  /** Frames of the JDK's own loop, which has an array of the heap in its hand. */
  private static String heldBuffers(Greenlet<?> greenlet) {
    return Arrays.stream(Objects.requireNonNull(greenlet.thread()).getStackTrace())
        .map(StackTraceElement::getClassName)
        .filter(InputStream.class.getName()::equals)
        .collect(Collectors.joining(" "));
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
  void aFastPeerDoesNotStarveTheOthers() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            pair.first().write(new byte[100_000]);
            Event ran = new Event();
            Greenlets.spawn(ran::set);
            for (int i = 0; i < 100_000 && !ran.isSet(); i++) {
              int _ = pair.second().read(new byte[1]);
            }
            assertTrue(ran.isSet(), "a switch comes before the data is used up");
          }
        });
  }

  @Test
  void anOpenSocketAloneKeepsNoHubBusy() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            pair.first().setTimeout(Duration.ofMillis(1));
            assertThrows(SocketTimeoutException.class, () -> pair.first().read(new byte[1]));
            assertTrue(Hub.current().loop().isDrained(), "nobody waits");
            Greenlet<Integer> reader = Greenlets.spawn(() -> pair.second().read(new byte[1]));
            Greenlets.yieldNow();
            assertFalse(Hub.current().loop().isDrained(), "somebody does");
            reader.kill();
          }
        });
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

  private static byte[] readExactly(Transport socket, int count) throws IOException {
    byte[] data = socket.inputStream().readNBytes(count);
    if (data.length < count) {
      throw new EOFException("only " + data.length + " of " + count + " bytes");
    }
    return data;
  }

  private static void close(StreamSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void waitReadableWithoutTimeOnlyLooks() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            assertFalse(pair.first().waitReadable(Duration.ZERO));
            pair.second().write(new byte[1]);
            assertTrue(pair.first().waitReadable(Duration.ZERO));
            assertTrue(pair.first().waitReadable(Duration.ofSeconds(-1)));
            assertEquals(1, pair.first().read(new byte[9]));
            assertFalse(pair.first().waitReadable(Duration.ZERO));
          }
        });
  }

  @Test
  void theTimeLimitOfAnInterruptedReadDoesNotEndALaterOne() throws Exception {
    Thread thread = Thread.currentThread();
    try (SocketPair pair = StreamSocket.pair()) {
      pair.first().setTimeout(Duration.ofMillis(300));
      Hub hub = Hub.current();
      boolean _ = hub.submit(thread::interrupt);
      assertThrows(InterruptedWaitException.class, () -> pair.first().read(new byte[1]));
      assertTrue(Thread.interrupted());
      assertEquals(0, hub.loop().pendingTimers());
    }
  }

  @Test
  void severalLargeBuffersAreNotCopiedAsAWhole() throws Exception {
    int large = 24 << 20;
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            Greenlet<Integer> reading =
                Greenlets.spawn(() -> pair.second().inputStream().readAllBytes().length);
            long before = directBytes();
            ByteBuffer head = ByteBuffer.wrap(new byte[10]);
            ByteBuffer body = ByteBuffer.wrap(new byte[large]).slice(5, large - 10);
            assertEquals(large, pair.first().write(new ByteBuffer[] {head, body}));
            assertFalse(head.hasRemaining() || body.hasRemaining());
            pair.first().shutdownOutput();
            assertEquals(large, reading.result());
            assertTrue(directBytes() - before < 4 << 20);
          }
        });
  }

  /** The JDK keeps the native memory that it copies through. */
  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
