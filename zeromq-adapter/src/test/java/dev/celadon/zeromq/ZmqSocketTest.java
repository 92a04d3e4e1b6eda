package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.Sockets.connected;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.TimeoutExpired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.ZMQ;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqSocketTest {

  private final IoMode io;

  ZmqSocketTest(IoMode io) {
    this.io = io;
  }

  // --- The patterns

  @Test
  void requestAndReply() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://requests")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket server = context.socket(SocketType.REP);
            ZmqSocket client = connected(context, SocketType.REQ, server.bind(endpoint));
            Greenlet<?> serving =
                spawn(
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        server.send("re: " + server.recvString());
                      }
                    });
            for (int i = 0; i < 50; i++) {
              client.send("question " + i);
              assertEquals("re: question " + i, client.recvString(LONG));
            }
            serving.result();
          });
    }
  }

  @Test
  void dealerAndRouter() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://dealers")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket router = context.socket(SocketType.ROUTER);
            String bound = router.bind(endpoint);
            ZmqSocket dealer = context.socket(SocketType.DEALER);
            dealer.options().identity("me".getBytes(UTF_8));
            dealer.connect(bound);
            dealer.send(ZmqMessage.of("a", "", "b"));
            ZmqMessage request = router.recvMessage(LONG);
            assertEquals(ZmqMessage.of("me", "a", "", "b"), request);
            router.send(ZmqMessage.of("me", "answer"));
            assertEquals("answer", dealer.recvString(LONG));
          });
    }
  }

  @Test
  void publishAndSubscribe() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket publisher = context.socket(SocketType.XPUB);
          ZmqSocket subscriber = context.socket(SocketType.SUB);
          subscriber.subscribe("a").subscribe("b").unsubscribe("b");
          subscriber.connect(publisher.bind(ANY_PORT));
          awaitSubscription(publisher, "a");
          publisher.send("b nobody");
          publisher.send("a somebody");
          assertEquals("a somebody", subscriber.recvString(LONG));

          ZmqSocket plain = context.socket(SocketType.PUB);
          ZmqSocket raw = context.socket(SocketType.XSUB);
          raw.connect(plain.bind(ANY_PORT));
          raw.send(new byte[] {1, 'x'});
          // A PUB does not say when a subscription has arrived.
          String seen = null;
          while (seen == null) {
            plain.send("x marks");
            sleep(Duration.ofMillis(1));
            seen = raw.tryRecvString();
          }
          assertEquals("x marks", seen);
        });
  }

  private static void awaitSubscription(ZmqSocket publisher, String prefix) {
    byte[] subscription = publisher.recv(LONG);
    assertEquals(1, subscription[0]);
    assertEquals(prefix, new String(subscription, 1, subscription.length - 1, UTF_8));
  }

  @Test
  void pushAndPullInOrder() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://work")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = connected(context, SocketType.PUSH, sink.bind(endpoint));
            spawn(
                () -> {
                  for (int i = 0; i < 5000; i++) {
                    source.send(String.valueOf(i));
                  }
                });
            for (int i = 0; i < 5000; i++) {
              assertEquals(String.valueOf(i), sink.recvString(LONG));
            }
            assertEquals(0, context.caughtUp());
          });
    }
  }

  @Test
  void pairsTalkBothWays() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://pair")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket one = context.socket(SocketType.PAIR);
            ZmqSocket two = connected(context, SocketType.PAIR, one.bind(endpoint));
            one.send("ping");
            assertEquals("ping", two.recvString(LONG));
            two.send("pong");
            assertEquals("pong", one.recvString(LONG));
          });
    }
  }

  @Test
  void streamsTalkPlainTcp() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.STREAM);
          ZmqSocket client = connected(context, SocketType.STREAM, server.bind(ANY_PORT));
          ZmqMessage hello = client.recvMessage(LONG); // its peer's identity, and nothing
          assertEquals(0, hello.frame(1).length);
          byte[] serverId = hello.frame(0);
          byte[] clientId = server.recvMessage(LONG).frame(0);
          client.send(ZmqMessage.of(serverId, "raw".getBytes(UTF_8)));
          ZmqMessage got = server.recvMessage(LONG);
          assertArrayEquals(clientId, got.frame(0));
          assertEquals("raw", got.text(1));
        });
  }

  @Test
  void framesOfAllSizes() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = connected(context, SocketType.PUSH, sink.bind(ANY_PORT));
          for (int size : new int[] {0, 1, 255, 256, 8192, 8193, 1 << 20, 5 << 20}) {
            byte[] sent = new byte[size];
            for (int i = 0; i < size; i++) {
              sent[i] = (byte) (i * 31 + size);
            }
            source.send(sent.clone());
            assertArrayEquals(sent, sink.recv(LONG));
          }
        });
  }

  // --- Frames

  @Test
  void framesOneByOne() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = connected(context, SocketType.PUSH, sink.bind(ANY_PORT));
          source.sendMore("a");
          assertTrue(source.send("b".getBytes(UTF_8), ZMQ.ZMQ_SNDMORE));
          source.send("c");
          assertEquals("a", sink.recvString(LONG));
          assertTrue(sink.hasReceiveMore());
          assertEquals("b", sink.recvString());
          assertEquals(List.of("c"), texts(sink.recvMultipart()));
          assertFalse(sink.hasReceiveMore());

          source.sendMultipart(List.of(new byte[] {1}, new byte[0], new byte[] {3}));
          assertEquals(3, sink.recvMessage(LONG).size());
        });
  }

  @Test
  void messagesOfSeveralGreenletsDoNotMix() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = connected(context, SocketType.PUSH, sink.bind(ANY_PORT));
          List<Greenlet<?>> senders = new ArrayList<>();
          for (int g = 0; g < 5; g++) {
            String name = "g" + g;
            senders.add(
                spawn(
                    () -> {
                      for (int i = 0; i < 20; i++) {
                        source.sendMore(name);
                        yieldNow();
                        source.sendMore(String.valueOf(i));
                        yieldNow();
                        source.send(name);
                      }
                    }));
          }
          List<String> seen = new ArrayList<>();
          List<Greenlet<?>> receivers = new ArrayList<>();
          for (int g = 0; g < 3; g++) {
            receivers.add(
                spawn(
                    () -> {
                      while (seen.size() < 100) {
                        String first = sink.recvString();
                        yieldNow();
                        String number = sink.recvString();
                        yieldNow();
                        assertEquals(first, sink.recvString());
                        assertFalse(sink.hasReceiveMore());
                        seen.add(first + "/" + number);
                      }
                      sink.close();
                    }));
          }
          joinAll(senders);
          joinAll(receivers);
          assertEquals(100, seen.stream().distinct().count());
        });
  }

  private static List<String> texts(List<byte[]> frames) {
    return frames.stream().map(frame -> new String(frame, UTF_8)).toList();
  }

  // --- Not waiting, and waiting for a while

  @Test
  void tryCallsAnswerAtOnce() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          assertFalse(source.trySend("nobody is there"));
          assertFalse(source.send(new byte[1], ZMQ.ZMQ_DONTWAIT));
          source.sendMore("kept");
          assertFalse(source.trySend("kept"));
          ZmqSocket sink = context.socket(SocketType.PULL);
          assertNull(sink.tryRecv());
          assertNull(sink.tryRecvString());
          assertNull(sink.tryRecvMessage());
          assertNull(sink.recv(ZMQ.ZMQ_DONTWAIT));
          source.connect(sink.bind("inproc://try"));
          assertTrue(source.trySend("and the rest"));
          assertEquals(ZmqMessage.of("kept", "and the rest"), sink.recvMessage(LONG));
          assertNull(sink.tryRecvMessage());
        });
  }

  @Test
  void waitsEndInTimeAndLeaveNothingBehind() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          assertThrows(ZmqTimeoutException.class, () -> sink.recv(SHORT));
          assertThrows(ZmqTimeoutException.class, () -> sink.recv(Duration.ZERO));
          ZmqTimeoutException late =
              assertThrows(ZmqTimeoutException.class, () -> source.send("x", SHORT));
          assertEquals("EAGAIN", late.errnoName());
          sink.options().receiveTimeout(SHORT);
          source.options().sendTimeout(SHORT);
          assertEquals(SHORT, sink.options().receiveTimeout());
          assertEquals(SHORT, source.options().sendTimeout());
          assertThrows(ZmqTimeoutException.class, sink::recv);
          assertThrows(ZmqTimeoutException.class, sink::recvMessage);
          assertThrows(ZmqTimeoutException.class, () -> source.send("x"));
          assertThrows(
              TimeoutExpired.class, () -> Greenlets.withTimeout(SHORT, () -> sink.recv(LONG)));

          source.options().sendTimeout(SocketOptions.FOREVER);
          source.connect(sink.bind(ANY_PORT));
          source.send("the first one");
          assertEquals("the first one", sink.recvString(LONG));
        });
  }

  @Test
  void nothingInTimeIsNullForThoseWhoAskForThat() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind(ANY_PORT));
          assertNull(sink.recvMessageOrNull(Duration.ZERO));
          assertNull(sink.recvMessageOrNull(SHORT));
          assertNull(sink.recvFrameOrNull(SHORT));
          assertNull(sink.recvOrNull(SHORT));
          assertNull(sink.recvStringOrNull(SHORT));
          source.send(ZmqMessage.of("a", "b"));
          assertEquals(ZmqMessage.of("a", "b"), sink.recvMessageOrNull(LONG));
          source.send(ZmqMessage.of("c", "d"));
          assertEquals("c", sink.recvStringOrNull(LONG));
          assertEquals("d", sink.recvStringOrNull(Duration.ZERO));
          Greenlet<?> waits = spawn(() -> sink.recvMessageOrNull(LONG));
          yieldNow();
          sink.close();
          waits.join();
          assertInstanceOf(ZmqClosedException.class, waits.exception());
          assertThrows(ZmqClosedException.class, () -> sink.recvMessageOrNull(Duration.ZERO));
        });
  }

  @Test
  void timeoutOfZeroByOptionDoesNotWait() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          sink.options().receiveTimeout(Duration.ZERO);
          assertThrows(ZmqTimeoutException.class, sink::recv);
        });
  }

  @Test
  void hubGoesOnWhileASocketWaits() throws Exception {
    OnHub.run(
        io,
        context -> {
          int[] ticks = {0};
          Greenlet<?> ticker =
              spawn(
                  () -> {
                    while (true) {
                      sleep(Duration.ofMillis(1));
                      ticks[0]++;
                    }
                  });
          ZmqSocket sink = context.socket(SocketType.PULL);
          assertThrows(ZmqTimeoutException.class, () -> sink.recv(Duration.ofMillis(100)));
          int whileReceiving = ticks[0];
          assertTrue(whileReceiving > 3, () -> "ticks while receiving: " + whileReceiving);
          ZmqSocket source = context.socket(SocketType.PUSH);
          assertThrows(ZmqTimeoutException.class, () -> source.send("", Duration.ofMillis(100)));
          int both = ticks[0];
          assertTrue(both > whileReceiving + 3, () -> "ticks while sending: " + both);
          assertThrows(ZmqTermTimeoutException.class, () -> context.term(Duration.ofMillis(100)));
          int all = ticks[0];
          assertTrue(all > both + 3, () -> "ticks in term: " + all);
          ticker.kill();
        });
  }

  @Test
  void socketThatAlwaysHasWorkLetsOthersHaveATurn() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          sink.options().receiveHighWaterMark(0);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.options().sendHighWaterMark(0);
          source.connect(sink.bind("inproc://flood"));
          boolean[] other = {false};
          spawn(
              () -> {
                other[0] = true;
              });
          int sent = 0;
          while (!other[0]) {
            source.send("chatter");
            sent++;
          }
          assertTrue(sent <= 150, "sends without a turn for the others: " + sent);
          for (int i = 0; i < sent; i++) {
            sink.recv(LONG);
          }
        });
  }

  // --- Errors in words

  @Test
  void randomPort() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PULL);
          int port = socket.bindToRandomPort("tcp://127.0.0.1");
          assertEquals("tcp://127.0.0.1:" + port, socket.lastEndpoint());
          assertTrue(socket.toString().contains("PULL socket tcp://127.0.0.1:" + port));
        });
  }

  @Test
  void optionsAreCheckedAndKept() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.DEALER);
          SocketOptions options = socket.options();
          options.sendHighWaterMark(7).receiveHighWaterMark(8).linger(SocketOptions.FOREVER);
          assertEquals(7, options.sendHighWaterMark());
          assertEquals(8, options.receiveHighWaterMark());
          assertEquals(SocketOptions.FOREVER, options.linger());
          assertEquals(0, options.identity().length);
          options.identity(new byte[] {1, 2}).conflate(false).onlyConnected(true);
          assertArrayEquals(new byte[] {1, 2}, options.identity());
          options.heartbeat(Duration.ofSeconds(1), Duration.ofSeconds(3));
          assertEquals(1000, options.get(ZMQ.ZMQ_HEARTBEAT_IVL));
          assertThrows(
              IllegalArgumentException.class, () -> options.linger(Duration.ofSeconds(-2)));
          ZmqException e =
              assertThrows(ZmqException.class, () -> options.set(ZMQ.ZMQ_SUBSCRIBE, new byte[0]));
          assertEquals("EINVAL", e.errnoName());
          assertThrows(ZmqException.class, () -> options.set(ZMQ.ZMQ_IDENTITY, "x".repeat(300)));
          assertNotNull(options.get(ZMQ.ZMQ_TYPE));
          options.linger(Duration.ZERO);
        });
  }
}
