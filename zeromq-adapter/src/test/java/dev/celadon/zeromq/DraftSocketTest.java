package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.SocketType;

/** ZeroMQ's draft types, which JeroMQ offers without a descriptor to wait for. */
@ParameterizedClass
@CsvSource({
  "HUB,tcp://127.0.0.1:*",
  "HUB,inproc://draft",
  "THREAD,tcp://127.0.0.1:*",
  "THREAD,inproc://draft"
})
class DraftSocketTest {

  private final IoMode io;
  private final String endpoint;

  DraftSocketTest(IoMode io, String endpoint) {
    this.io = io;
    this.endpoint = endpoint;
  }

  private interface WithPair {
    void run(ZmqSocket bound, ZmqSocket connected) throws Exception;
  }

  private void pair(SocketType binding, SocketType connecting, WithPair body) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket bound = context.socket(binding);
          ZmqSocket connected = context.socket(connecting);
          connected.connect(bound.bind(endpoint));
          body.run(bound, connected);
          assertEquals(0, context.caughtUp());
        });
  }

  @Test
  void clientAndServer() throws Exception {
    pair(
        SocketType.SERVER,
        SocketType.CLIENT,
        (server, client) -> {
          Greenlet<?> answering =
              spawn(
                  () -> {
                    for (int i = 0; i < 100; i++) {
                      ZmqMessage question = server.recvMessage();
                      assertNotEquals(0, question.routingId());
                      server.send(
                          ZmqMessage.of("re: " + question.text(0))
                              .withRoutingId(question.routingId()));
                    }
                  });
          for (int i = 0; i < 100; i++) {
            client.send("q" + i);
            assertEquals("re: q" + i, client.recvString(LONG));
          }
          answering.result();
          assertThrows(
              ZmqUnreachableException.class,
              () -> server.send(ZmqMessage.of("nobody").withRoutingId(12_345)));
        });
  }

  @Test
  void serverKeepsTheRoutingIdOfAMessageThatWaits() throws Exception {
    pair(
        SocketType.SERVER,
        SocketType.CLIENT,
        (server, client) -> {
          server.options().sendHighWaterMark(1);
          client.send("who am I");
          int id = server.recvMessage(LONG).routingId();
          int messages = 3_000;
          Greenlet<?> sender =
              spawn(
                  () -> {
                    for (int i = 0; i < messages; i++) {
                      server.send(ZmqMessage.of("" + i).withRoutingId(id));
                    }
                  });
          for (int i = 0; i < messages; i++) {
            assertEquals("" + i, client.recvString(LONG));
          }
          sender.result();
        });
  }

  @Test
  void peersTalkToEachOther() throws Exception {
    pair(
        SocketType.PEER,
        SocketType.PEER,
        (bound, connected) -> {
          // The one that connects does not know whom it is connected to before it has heard of
          // them.
          assertNull(bound.tryRecvString());
          assertThrows(ZmqTimeoutException.class, () -> bound.recv(SHORT));
          assertThrows(
              ZmqUnreachableException.class,
              () -> connected.send(ZmqMessage.of("nobody").withRoutingId(77)));
        });
  }

  @Test
  void scatterAndGatherShareTheWork() throws Exception {
    pair(
        SocketType.SCATTER,
        SocketType.GATHER,
        (source, sink) -> {
          List<Integer> got = new ArrayList<>();
          List<Greenlet<?>> receivers = new ArrayList<>();
          for (int r = 0; r < 2; r++) {
            receivers.add(
                spawn(
                    () -> {
                      for (int i = 0; i < 250; i++) {
                        got.add(Integer.valueOf(sink.recvString(LONG)));
                      }
                    }));
          }
          for (int i = 0; i < 500; i++) {
            source.send("" + i, LONG);
          }
          for (Greenlet<?> receiver : receivers) {
            receiver.result();
          }
          got.sort(null);
          assertEquals(IntStream.range(0, 500).boxed().toList(), got);
          assertThrows(ZmqException.class, () -> source.send(ZmqMessage.of("two", "frames"), LONG));
        });
  }

  @Test
  void channelsTalkBothWaysAtOnce() throws Exception {
    pair(
        SocketType.CHANNEL,
        SocketType.CHANNEL,
        (one, two) -> {
          Greenlet<?> sendingOne = sending(one, 1_000);
          Greenlet<?> sendingTwo = sending(two, 1_000);
          Greenlet<?> receivingOne = receiving(one, 1_000);
          Greenlet<?> receivingTwo = receiving(two, 1_000);
          for (Greenlet<?> party : List.of(sendingOne, sendingTwo, receivingOne, receivingTwo)) {
            party.result();
          }
        });
  }

  private static Greenlet<?> sending(ZmqSocket socket, int messages) {
    return spawn(
        () -> {
          for (int i = 0; i < messages; i++) {
            socket.send("" + i, LONG);
          }
        });
  }

  private static Greenlet<?> receiving(ZmqSocket socket, int messages) {
    return spawn(
        () -> {
          for (int i = 0; i < messages; i++) {
            assertEquals("" + i, socket.recvString(LONG));
          }
        });
  }

  @Test
  void dishHearsTheGroupsThatItHasJoined() throws Exception {
    pair(
        SocketType.RADIO,
        SocketType.DISH,
        (radio, dish) -> {
          dish.join("news").join("weather").leave("weather");
          Greenlet<ZmqMessage> listening = spawn(() -> dish.recvMessage());
          // A RADIO does not say when somebody has joined.
          while (!listening.isReady()) {
            radio.send(ZmqMessage.of("rain").withGroup("weather"));
            radio.send(ZmqMessage.of("extra").withGroup("news"));
            sleep(Duration.ofMillis(1));
          }
          assertEquals("extra", listening.result().text(0));
          assertEquals("news", listening.result().group());
          assertThrows(ZmqException.class, () -> dish.join("news"));
          assertThrows(ZmqException.class, () -> dish.leave("sports"));
          assertThrows(ZmqException.class, () -> radio.join("news"));
        });
  }

  @Test
  void timeoutsAndKillsLeaveTheLine() throws Exception {
    pair(
        SocketType.CHANNEL,
        SocketType.CHANNEL,
        (one, two) -> {
          assertThrows(ZmqTimeoutException.class, () -> one.recv(SHORT));
          Greenlet<String> killed = spawn(() -> one.recvString());
          Greenlet<String> waiting = spawn(() -> one.recvString());
          yieldNow();
          killed.kill();
          two.send("first");
          assertEquals("first", waiting.result());
          one.options().sendHighWaterMark(1);
          two.options().receiveHighWaterMark(1);
          Greenlet<String> closed = spawn(() -> one.recvString());
          yieldNow();
          one.close();
          closed.join();
          assertTrue(closed.exception() instanceof ZmqClosedException);
        });
  }

  @Test
  void senderThatWaitsForAPeerIsServedWhenItComes() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.SCATTER);
          String bound = source.bind(endpoint);
          assertFalse(source.trySend("nobody"));
          assertThrows(ZmqTimeoutException.class, () -> source.send("nobody", SHORT));
          Greenlet<?> first = spawn(() -> source.send("first"));
          Greenlet<?> second = spawn(() -> source.send("second"));
          yieldNow();
          ZmqSocket sink = context.socket(SocketType.GATHER);
          sink.connect(bound);
          assertEquals("first", sink.recvString(LONG));
          assertEquals("second", sink.recvString(LONG));
          first.result();
          second.result();
        });
  }
}
