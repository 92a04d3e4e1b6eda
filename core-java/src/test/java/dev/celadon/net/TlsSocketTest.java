package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.monitor.Switches;
import dev.celadon.select.ConcurrentUseException;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.threadpool.ThreadPool;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsSocketTest {

  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void talksBothWays(String protocol) throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = open(protocol)) {
            Greenlet<?> echo = echo(pair.server());
            pair.client().write(HELLO);
            assertArrayEquals(HELLO, pair.client().inputStream().readNBytes(5));
            pair.client().write(new ByteBuffer[] {wrap("a"), wrap("bc"), wrap(""), wrap("d")});
            assertEquals("abcd", new String(pair.client().inputStream().readNBytes(4), UTF_8));
            assertEquals(protocol, pair.client().session().getProtocol());
            pair.client().shutdownOutput();
            assertEquals(-1, pair.client().read(new byte[1]), "the goodbye of the other side");
            assertEquals(-1, pair.client().read(new byte[1]));
            echo.result();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void muchGoesBothWaysAtOnce(String protocol) throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = open(protocol)) {
            bothWaysAtOnce(pair, 5_000_001);
          }
        });
  }

  @Test
  void runsOverAnyTransportWithPiecesOfAnySize() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      int most = seed < 4 ? 1 : seed * 500;
      MemoryTransport.Ends ends = MemoryTransport.pair(100 + most * 3, most, seed);
      int size = seed < 4 ? 3_000 : 100_000;
      Hub.run(
          () -> {
            try (TlsPair pair =
                TlsPair.over(ends.first(), TlsPair.CLIENT, ends.second(), TlsPair.SERVER)) {
              bothWaysAtOnce(pair, size);
            }
          });
    }
  }

  @Test
  void aSessionRunsInsideOfASession() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair outer = TlsPair.open();
              TlsPair inner =
                  TlsPair.over(outer.client(), TlsPair.CLIENT, outer.server(), TlsPair.SERVER)) {
            bothWaysAtOnce(inner, 100_000);
          }
        });
  }

  @Test
  void nothingIsLostInAnyOrderOfTurns() {
    Simulation.explore(
        1_000,
        () -> {
          MemoryTransport.Ends ends = MemoryTransport.pair(700, 400, 1);
          TlsPair pair = TlsPair.over(ends.first(), TlsPair.CLIENT, ends.second(), TlsPair.SERVER);
          byte[] data = bytes(3_000);
          Greenlet<?> writer = Greenlets.spawn(() -> pair.server().write(data));
          byte[] got = new byte[data.length];
          int count = 0;
          while (count < got.length) {
            int before = count;
            Greenlet<Integer> reader =
                Greenlets.spawn(() -> pair.client().read(got, before, got.length - before));
            Greenlets.yieldNow();
            if (before > 0) {
              reader.kill(); // not in the handshake
            }
            reader.join();
            count += reader.isSuccessful() ? reader.result() : 0;
          }
          assertArrayEquals(data, got);
          writer.join();
          pair.close();
        });
  }

  // --- The end of a stream

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void whoHasSaidGoodbyeStillReads(String protocol) throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = open(protocol)) {
            Greenlet<byte[]> server =
                Greenlets.spawn(
                    () -> {
                      if (protocol.equals("TLSv1.3")) {
                        byte[] all = pair.server().inputStream().readAllBytes();
                        pair.server().write(HELLO);
                        pair.server().shutdownOutput();
                        return all;
                      }
                      byte[] all = pair.server().inputStream().readNBytes(4);
                      pair.server().write(HELLO); // in TLS 1.2, before it has read the goodbye
                      assertEquals(-1, pair.server().read(new byte[1]));
                      return all;
                    });
            pair.client().write("more".getBytes(UTF_8));
            pair.client().shutdownOutput();
            assertThrows(ClosedChannelException.class, () -> pair.client().write(HELLO));
            assertArrayEquals(HELLO, pair.client().inputStream().readAllBytes());
            assertEquals("more", new String(server.result(), UTF_8));
          }
        });
  }

  @Test
  void anEndWithoutGoodbyeIsTold() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            cutOff(pair);
            assertArrayEquals(HELLO, pair.client().inputStream().readNBytes(5), "before that");
            TlsTruncatedException cut =
                assertThrows(TlsTruncatedException.class, () -> pair.client().read(new byte[1]));
            assertTrue(cut.getMessage().contains("withRaggedEnds"));
            assertSame(
                cut,
                assertThrows(TlsTruncatedException.class, () -> pair.client().read(new byte[1])));
          }
        });
  }

  @Test
  void anEndWithoutGoodbyeIsAnEndIfThatIsAllowed() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open(TlsPair.CLIENT.withRaggedEnds(true), TlsPair.SERVER)) {
            cutOff(pair);
            assertArrayEquals(HELLO, pair.client().inputStream().readAllBytes());
          }
        });
  }

  private static void cutOff(TlsPair pair) throws Exception {
    Greenlet<?> server = Greenlets.spawn(() -> pair.server().write(HELLO));
    pair.client().handshake();
    server.result();
    pair.server().transport().close();
  }

  @Test
  void aChangedRecordIsRefusedForGood() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            pair.server().transport().write(new byte[] {23, 3, 3, 0, 30});
            pair.server().transport().write(new byte[30]);
            SSLException broken =
                assertThrows(SSLException.class, () -> pair.client().read(new byte[9]));
            assertSame(
                broken, assertThrows(SSLException.class, () -> pair.client().read(new byte[9])));
            assertThrows(SSLException.class, () -> pair.client().write(HELLO));
            SSLException told =
                assertThrows(SSLException.class, () -> pair.server().read(new byte[9]));
            assertTrue(told.getMessage().contains("alert"), told.getMessage());
          }
        });
  }

  @Test
  void whoReadsNoMoreFindsTheEnd() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            Greenlet<Integer> reader = Greenlets.spawn(() -> pair.client().read(new byte[1]));
            Greenlets.yieldNow();
            pair.client().shutdownInput();
            assertEquals(-1, reader.result());
            assertEquals(-1, pair.client().read(new byte[1]));
          }
        });
  }

  // --- Closing

  @Test
  void closeTellsThePeerAndWakesWhoeverWaits() throws Exception {
    Hub.run(
        () -> {
          TlsPair pair = TlsPair.open();
          shakeHands(pair);
          Greenlet<Integer> reader = Greenlets.spawn(() -> pair.client().read(new byte[1]));
          Greenlets.yieldNow();
          pair.client().close();
          assertThrows(AsynchronousCloseException.class, reader::result);
          assertThrows(ClosedChannelException.class, () -> pair.client().read(new byte[1]));
          assertThrows(ClosedChannelException.class, () -> pair.client().write(HELLO));
          assertThrows(ClosedChannelException.class, () -> pair.client().handshake());
          assertThrows(ClosedChannelException.class, () -> pair.client().shutdownOutput());
          assertFalse(pair.client().isOpen());
          pair.client().close();
          assertEquals(-1, pair.server().read(new byte[1]), "it was told");
          pair.close();
        });
  }

  @Test
  void closeWaitsForNoPeerThatReadsNothing() throws Exception {
    Hub.run(
        () -> {
          TlsPair pair = TlsPair.open();
          shakeHands(pair);
          Greenlet<?> writer = Greenlets.spawn(() -> pair.client().write(new byte[10_000_000]));
          Greenlets.yieldNow();
          Greenlet<?> second = Greenlets.spawn(() -> pair.client().shutdownOutput());
          Greenlets.yieldNow();
          Switches.assertNoSwitch(() -> pair.client().close());
          assertThrows(AsynchronousCloseException.class, writer::result);
          assertThrows(ClosedChannelException.class, second::result);
          pair.close();
        });
  }

  @Test
  void closeWaitsForNoPeerThatReadsNothingAlsoInMemory() throws Exception {
    inVirtualTime(
        () -> {
          MemoryTransport.Ends ends = MemoryTransport.pair(4_000, 100, 1);
          TlsPair pair = TlsPair.over(ends.first(), TlsPair.CLIENT, ends.second(), TlsPair.SERVER);
          shakeHands(pair);
          Greenlet<?> writer = Greenlets.spawn(() -> pair.client().write(new byte[10_000]));
          Greenlets.yieldNow();
          writer.kill();
          pair.client().close();
          assertFalse(ends.first().isOpen());
          pair.close();
        });
  }

  @Test
  void anotherThreadMayClose() throws Exception {
    for (int i = 0; i < 50; i++) {
      Hub.run(
          () -> {
            try (TlsPair pair = TlsPair.open()) {
              shakeHands(pair);
              Greenlet<?> writer =
                  Greenlets.spawn(
                      () -> {
                        while (true) {
                          pair.client().write(HELLO);
                        }
                      });
              Greenlet<?> reader = Greenlets.spawn(() -> drain(pair.server()));
              Greenlets.yieldNow();
              ThreadPool.offload(() -> pair.client().close());
              assertThrows(ClosedChannelException.class, writer::result);
              reader.join();
            }
          });
    }
  }

  @Test
  void onlyOneMayReadAndOneMayWrite() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            TlsSocket socket = pair.client();
            Greenlet<Integer> reader = Greenlets.spawn(() -> socket.read(new byte[1]));
            Greenlet<?> writer = Greenlets.spawn(() -> socket.write(new byte[10_000_000]));
            Greenlets.yieldNow();
            ConcurrentUseException second =
                assertThrows(ConcurrentUseException.class, () -> socket.read(new byte[1]));
            assertTrue(second.getMessage().contains(reader.toString()), second.getMessage());
            assertThrows(ConcurrentUseException.class, () -> socket.write(new byte[1]));
            pair.server().write(new byte[1]);
            assertEquals(1, reader.result(), "the first one was not disturbed");
            assertEquals(10_000_000, pair.server().inputStream().skip(10_000_000));
            writer.result();
          }
        });
  }

  @Test
  void aReaderAndAWriterDoOneHandshake() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            Greenlet<byte[]> reader =
                Greenlets.spawn(() -> pair.client().inputStream().readNBytes(5));
            Greenlet<?> writer = Greenlets.spawn(() -> pair.client().write(HELLO));
            Greenlet<?> third = Greenlets.spawn(() -> pair.client().handshake());
            Greenlet<?> echo = echo(pair.server());
            assertArrayEquals(HELLO, reader.result());
            writer.result();
            third.result();
            pair.client().shutdownOutput();
            echo.result();
          }
        });
  }

  // --- Time

  @Test
  void aReadGivesUpAfterItsTimeoutAndLosesNothing() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            pair.client().setTimeout(Duration.ofMillis(5));
            SocketTimeoutException over =
                assertThrows(SocketTimeoutException.class, () -> pair.client().read(new byte[1]));
            assertTrue(over.getMessage().contains("PT0.005S"), over.getMessage());
            pair.client().setTimeout(Duration.ofSeconds(10));
            pair.server().write(HELLO);
            assertArrayEquals(HELLO, pair.client().inputStream().readNBytes(5));
          }
        });
  }

  @Test
  void timeoutsAreForAWholeReadAndAWholeWrite() throws Exception {
    inVirtualTime(
        () -> {
          MemoryTransport.Ends ends = MemoryTransport.pair(4_000, 100, 1);
          TlsPair pair = TlsPair.over(ends.first(), TlsPair.CLIENT, ends.second(), TlsPair.SERVER);
          shakeHands(pair);
          pair.client().setTimeout(Duration.ofSeconds(3));
          Greenlet<?> trickle =
              Greenlets.spawn(
                  () -> {
                    ends.second().write(new byte[] {23, 3, 3, 0, 100});
                    while (true) {
                      Greenlets.sleep(Duration.ofSeconds(1));
                      ends.second().write(new byte[1]);
                    }
                  });
          long start = Hub.current().loop().nanoTime();
          assertThrows(SocketTimeoutException.class, () -> pair.client().read(new byte[1]));
          trickle.kill();
          Greenlet<?> slowReader =
              Greenlets.spawn(
                  () -> {
                    while (ends.second().read(new byte[10]) > 0) {
                      Greenlets.sleep(Duration.ofSeconds(1));
                    }
                  });
          assertThrows(SocketTimeoutException.class, () -> pair.client().write(new byte[50_000]));
          assertEquals(6, Duration.ofNanos(Hub.current().loop().nanoTime() - start).toSeconds());
          slowReader.kill();
          pair.close();
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void aForeignTimeoutPassesThroughAndLosesNothing() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            try (Timeout foreign = Timeout.start(Duration.ofMillis(5))) {
              TimeoutExpired expired =
                  assertThrows(TimeoutExpired.class, () -> pair.client().read(new byte[1]));
              assertSame(foreign, expired.timeout());
            }
            pair.server().write(HELLO);
            assertArrayEquals(HELLO, pair.client().inputStream().readNBytes(5));
          }
        });
  }

  @Test
  void aKilledWriteLeavesAStreamOfWholeRecords() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            Greenlet<?> writer = Greenlets.spawn(() -> pair.client().write(new byte[10_000_000]));
            Greenlets.yieldNow();
            writer.kill();
            Greenlet<?> next =
                Greenlets.spawn(
                    () -> {
                      pair.client().write(HELLO);
                      pair.client().shutdownOutput();
                    });
            byte[] all = pair.server().inputStream().readAllBytes();
            assertArrayEquals(HELLO, Arrays.copyOfRange(all, all.length - 5, all.length));
            assertTrue(all.length < 10_000_000);
            next.result();
          }
        });
  }

  // --- What the peer asks for in the middle

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aNewHandshakeOrKeyInTheMiddleDisturbsNobody(String protocol) throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = open(protocol)) {
            shakeHands(pair);
            for (TlsSocket asks : new TlsSocket[] {pair.client(), pair.server()}) {
              Greenlet<?> both = Greenlets.spawn(() -> bothWaysAtOnce(pair, 2_000_000));
              Greenlets.yieldNow();
              Greenlets.yieldNow();
              engineOf(asks).beginHandshake(); // a new key in TLS 1.3
              both.result();
            }
          }
        });
  }

  @Test
  void whoOnlyReadsAnswersARequestForANewKey() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            engineOf(pair.server()).beginHandshake();
            pair.server().write(HELLO);
            assertArrayEquals(HELLO, pair.client().inputStream().readNBytes(5));
            Greenlet<Integer> reader = Greenlets.spawn(() -> pair.client().read(new byte[1]));
            Greenlets.yieldNow();
            ByteBuffer answer = ByteBuffer.allocate(100);
            assertTrue(pair.server().transport().read(answer) > 5, "an answer without a write");
            reader.kill();
          }
        });
  }

  // --- Buffers

  @Test
  void anIdleSessionHoldsNoBuffer() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            Greenlet<?> echo = echo(pair.server());
            pair.client().write(bytes(50_000));
            Greenlet<byte[]> reader =
                Greenlets.spawn(() -> pair.client().inputStream().readNBytes(50_001));
            Greenlets.sleep(Duration.ofMillis(20));
            for (String buffer : new String[] {"in", "plain", "out"}) {
              assertFalse(held(pair.client(), buffer) || held(pair.server(), buffer), buffer);
            }
            pair.client().write(new byte[1]);
            assertEquals(50_001, reader.result().length);
            pair.client().shutdownOutput();
            echo.result();
          }
        });
  }

  @Test
  void smallReadsTakeARecordInPieces() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            shakeHands(pair);
            pair.server().write(HELLO);
            assertEquals(0, pair.client().read(new byte[0]));
            for (byte expected : HELLO) {
              assertEquals(expected, pair.client().inputStream().read());
            }
            ByteBuffer direct = ByteBuffer.allocateDirect(100).put(HELLO).flip();
            assertEquals(5, pair.server().write(direct));
            assertEquals(5, pair.client().read(direct.clear()));
            assertEquals('h', direct.get(0));
          }
        });
  }

  // --- Helpers

  static void inVirtualTime(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  private static TlsPair open(String protocol) throws IOException {
    return TlsPair.open(TlsPair.CLIENT, TlsPair.SERVER.withProtocols(protocol));
  }

  static void shakeHands(TlsPair pair) throws IOException {
    Greenlet<?> server = Greenlets.spawn(() -> pair.server().handshake());
    pair.client().handshake();
    assertTrue(server.join(Duration.ofSeconds(10)), "nobody reads: there must be room for it");
    assertTrue(server.isSuccessful());
  }

  static Greenlet<?> echo(Transport socket) {
    return Greenlets.spawn(
        () -> {
          socket.inputStream().transferTo(socket.outputStream());
          socket.shutdownOutput();
        });
  }

  static void bothWaysAtOnce(TlsPair pair, int size) throws Exception {
    byte[] data = bytes(size);
    Greenlet<byte[]> atServer = Greenlets.spawn(() -> pair.server().inputStream().readNBytes(size));
    Greenlet<byte[]> atClient = Greenlets.spawn(() -> pair.client().inputStream().readNBytes(size));
    Greenlet<?> fromClient = Greenlets.spawn(() -> pair.client().write(data));
    Greenlet<?> fromServer = Greenlets.spawn(() -> pair.server().write(ByteBuffer.wrap(data)));
    assertArrayEquals(data, atServer.result());
    assertArrayEquals(data, atClient.result());
    fromClient.result();
    fromServer.result();
  }

  private static void drain(Transport socket) {
    try {
      long _ = socket.inputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) { // the end, in another way
    }
  }

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer wrap(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static SSLEngine engineOf(TlsSocket socket) {
    return (SSLEngine) field(socket, "engine");
  }

  private static boolean held(TlsSocket socket, String buffer) {
    return field(field(socket, "pump"), buffer) != null;
  }

  private static Object field(Object object, String name) {
    try {
      Field field = object.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(object);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a field", e);
    }
  }
}
