package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.threadpool.ThreadPool;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A hub that is held up now and then, by a greenlet that computes. */
class LagTest {

  private static final int MESSAGES = 3_000;
  private static final int LAGS = 60;

  /** The hub does nothing else meanwhile. */
  private static void compute(long micros) {
    long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    while (System.nanoTime() - end < 0) {
      Thread.onSpinWait();
    }
  }

  /** Questions of another process, as it were: JeroMQ's own sockets and threads. */
  @ParameterizedTest
  @CsvSource({"HUB,1", "HUB,2", "HUB_PIPES,3", "HUB_PIPES,4", "THREAD,5", "THREAD,6"})
  void nothingIsLostThoughTheHubIsHeldUp(IoMode io, long seed) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind("tcp://127.0.0.1:*");
          Random random = new Random(seed);
          Greenlet<?> lags =
              spawn(
                  () -> {
                    for (int i = 0; i < LAGS; i++) {
                      sleep(Duration.ofMillis(random.nextInt(4)));
                      compute(random.nextInt(4_000));
                    }
                  });
          CountDownLatch connected = new CountDownLatch(1);
          Greenlet<Boolean> client =
              spawn(() -> ThreadPool.offload(() -> ask(endpoint, connected)));
          assertTrue(server.awaitConnected(LONG));
          connected.countDown();
          for (int i = 0; i < MESSAGES; i++) {
            ZmqMessage question = server.recvMessage(LONG);
            assertEquals("" + i, question.text(1));
            server.send(question, LONG);
          }
          lags.result();
          assertEquals(0, context.caughtUp());
          assertTrue(client.result()); // it has its last answers, too
        });
  }

  /**
   * Some are asked for in advance, so that both sides have something to do. Nothing is sent before
   * the connection stands: a command at the moment when a connect succeeds can make a connection of
   * JeroMQ's own threads stand still until its handshake has taken too long, see {@link
   * ThreadSelector}; then it is made anew.
   */
  private static boolean ask(String endpoint, CountDownLatch connected) throws Exception {
    int window = 20;
    try (ZContext context = new ZContext()) {
      ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
      socket.setReceiveTimeOut((int) LONG.toMillis());
      socket.setHandshakeIvl(2_000);
      socket.connect(endpoint);
      assertTrue(connected.await(LONG.toSeconds(), TimeUnit.SECONDS));
      for (int i = 0; i < MESSAGES + window; i++) {
        if (i < MESSAGES) {
          socket.send(("" + i).getBytes(UTF_8), 0);
        }
        if (i >= window) {
          assertEquals("" + (i - window), socket.recvStr());
        }
      }
      return true;
    }
  }

  /**
   * A message that comes while the hub is held up for longer than the time between two looks is
   * found by its bell.
   */
  @Test
  void lateBellIsNoneThatWasMissed() throws Exception {
    OnHub.run(
        IoMode.THREAD,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("tcp://127.0.0.1:*"));
          source.send("connected");
          assertEquals("connected", sink.recvString(LONG));
          Greenlet<String> waits = spawn(() -> sink.recvString(LONG));
          sleep(Duration.ofMillis(1_100)); // it has waited for a look
          source.send("under way");
          compute(TimeUnit.MILLISECONDS.toMicros(1_300));
          assertEquals("under way", waits.get());
          assertEquals(0, context.caughtUp());
        });
  }
}
