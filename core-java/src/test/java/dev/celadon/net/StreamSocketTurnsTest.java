package dev.celadon.net;

import static dev.celadon.net.Reading.readExactly;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whose turn it is while a socket is used, and how long somebody waits for it. */
class StreamSocketTurnsTest {

  private final Trail trail = new Trail();

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
}
