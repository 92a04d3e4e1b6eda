package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Readers are killed and run out of time at random moments, on two hubs; no byte is lost. */
class SocketHammerTest {

  private static final int BYTES = 200_000;

  /** What has been read so far, one byte after the other. */
  private int next;

  @RepeatedTest(20)
  void readersComeAndGoAndNoByteIsLost(RepetitionInfo repetition) throws Exception {
    Random random = new Random(repetition.getCurrentRepetition());
    try (Hub other = Hub.start("other")) {
      Hub.run(
          () -> {
            try (SocketPair pair = StreamSocket.pair()) {
              Greenlet<?> writer = Greenlet.spawn(other, () -> writeAll(pair.second(), random));
              while (next < BYTES) {
                boolean here = random.nextBoolean();
                Greenlet<?> reader =
                    here
                        ? Greenlets.spawn(() -> read(pair.first(), random))
                        : Greenlet.spawn(other, () -> read(pair.first(), random));
                Greenlets.sleep(Duration.ofNanos(random.nextInt(200_000)));
                reader.kill();
                assertNull(reader.exception());
              }
              assertTrue(writer.join(Duration.ofSeconds(10)));
              assertEquals(BYTES, next);
            }
          });
    }
  }

  private static void writeAll(StreamSocket socket, Random seed) throws IOException {
    Random random = new Random(seed.nextLong());
    for (int sent = 0; sent < BYTES; ) {
      ByteBuffer some = ByteBuffer.allocate(Math.min(1 + random.nextInt(500), BYTES - sent));
      while (some.hasRemaining()) {
        some.put((byte) sent++);
      }
      int _ = socket.write(some.flip());
      if (random.nextInt(10) == 0) {
        Greenlets.yieldNow();
      }
    }
  }

  private void read(StreamSocket socket, Random seed) throws Exception {
    Random random = new Random(seed.nextLong());
    byte[] buffer = new byte[1_000];
    while (next < BYTES) {
      int count = Timeout.withTimeout(Duration.ofMillis(1), -2, () -> socket.read(buffer));
      for (int i = 0; i < count; i++) {
        assertEquals((byte) next++, buffer[i]);
      }
      if (random.nextInt(4) == 0) {
        Greenlets.yieldNow();
      }
    }
  }
}
