package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * A message that comes between the look of somebody who wants it and his place in the line, while
 * others who wait for something else consume its command.
 */
class LineUpTest {

  private static final String NAME = "inproc://line-up";
  private static final int MESSAGES = 5_000;

  /** From less than the hub needs for a look to more than that. */
  private static final int SCALES_OF_SPINS = 10;

  /** Another thread sends whenever it is told that somebody is about to look, a little later. */
  private static final class Peer implements Runnable {

    private final SocketBase socket;
    private final AtomicInteger wanted = new AtomicInteger();
    private final Random random;

    Peer(SocketBase socket, long seed) {
      this.socket = socket;
      this.random = new Random(seed);
    }

    @Override
    public void run() {
      for (int i = 1; i <= MESSAGES; i++) {
        while (wanted.get() < i) {
          Thread.onSpinWait();
        }
        for (int left = random.nextInt(1 << random.nextInt(SCALES_OF_SPINS)); left > 0; left--) {
          Thread.onSpinWait();
        }
        assertTrue(socket.send(new Msg(new byte[] {(byte) i}), 0));
      }
      socket.close();
    }
  }

  /** The wish to receive, in one of the ways that there are. */
  private interface Receive {
    byte[] from(ZmqSocket socket);
  }

  private static void nobodyIsOverlooked(Receive receive, long seed) throws Exception {
    OnHub.run(
        IoMode.THREAD,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PAIR);
          socket.options().sendHighWaterMark(1).receiveHighWaterMark(1);
          String _ = socket.bind(NAME);
          SocketBase other = context.engine().ctx().createSocket(ZMQ.ZMQ_PAIR);
          assertTrue(other.setSocketOpt(ZMQ.ZMQ_RCVHWM, 1));
          assertTrue(other.connect(NAME));
          Greenlet<?> blocked =
              spawn(
                  () -> {
                    while (true) {
                      socket.send("nobody reads this");
                    }
                  });
          Greenlet<?> looks = spawn(() -> socket.waitWritable(LONG.multipliedBy(2)));
          while (socket.metrics().waitingSenders() == 0) {
            yieldNow();
          }
          Peer peer = new Peer(other, seed);
          Thread thread = Thread.ofPlatform().start(peer);
          for (int i = 1; i <= MESSAGES; i++) {
            peer.wanted.set(i);
            assertEquals((byte) i, receive.from(socket)[0]);
          }
          assertEquals(0, context.caughtUp());
          blocked.kill();
          looks.kill();
          thread.join();
        });
  }

  @Test
  void whoReceivesIsNotOverlooked() throws Exception {
    nobodyIsOverlooked(socket -> socket.recv(LONG), 1);
  }

  @Test
  void whoOnlyLooksIsNotOverlooked() throws Exception {
    nobodyIsOverlooked(
        socket -> {
          assertTrue(socket.waitReadable(LONG));
          return socket.recv(LONG);
        },
        2);
  }

  @Test
  void whoWaitsForSeveralThingsIsNotOverlooked() throws Exception {
    nobodyIsOverlooked(
        socket -> {
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item _ = poller.add(socket, ZmqPoller.POLLIN);
            assertEquals(1, poller.poll(LONG).size());
          }
          return socket.recv(LONG);
        },
        3);
  }
}
