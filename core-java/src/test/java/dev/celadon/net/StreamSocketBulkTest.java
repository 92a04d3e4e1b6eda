package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More bytes than fit into a socket at once. */
class StreamSocketBulkTest {

  @TempDir Path folder;

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
