package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.zeromq.SocketType;

/** Every pattern with libzmq, in both I/O modes; either side binds. */
@ParameterizedClass(name = "{0}, Python binds: {1}")
@CsvSource({"HUB, true", "HUB, false", "THREAD, true", "THREAD, false"})
class PythonInteropTest {

  private final IoMode io;
  private final boolean pythonBinds;

  PythonInteropTest(IoMode io, boolean pythonBinds) {
    this.io = io;
    this.pythonBinds = pythonBinds;
  }

  @BeforeAll
  static void pythonHasZmq() throws Exception {
    PythonPeer.assumeInstalled();
  }

  /** What our side says and hears. */
  private interface Talk {
    void run(ZmqSocket socket, PythonPeer peer) throws Exception;
  }

  /** Connects a socket with a peer, who both must end well. */
  private void with(SocketType type, String role, List<?> arguments, Talk talk) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(type);
          String where = pythonBinds ? "bind" : socket.bind(ANY_PORT);
          try (PythonPeer peer = PythonPeer.start(role, where, arguments.toArray())) {
            if (pythonBinds) {
              socket.connect(peer.line());
            }
            talk.run(socket, peer);
            peer.join();
          }
        });
  }

  // --- Requests and replies

  /** Asks a peer that echoes; the envelope is what our type must put before a message itself. */
  private void askPython(SocketType ours, String theirs, byte[]... envelope) throws Exception {
    int window = ours == SocketType.REQ ? 1 : 5;
    with(
        ours,
        "echo",
        List.of(theirs, Shapes.TWICE_ALL),
        (socket, peer) -> {
          int asked = 0;
          for (int answered = 0; answered < Shapes.TWICE_ALL; answered++) {
            while (asked < Math.min(Shapes.TWICE_ALL, answered + window)) {
              socket.send(enveloped(envelope, Shapes.message(asked++)));
            }
            ZmqMessage expected = enveloped(envelope, Shapes.message(answered));
            int number = answered;
            assertTrue(expected.equals(socket.recvMessage(LONG)), () -> "answer " + number);
          }
        });
  }

  private static ZmqMessage enveloped(byte[][] envelope, ZmqMessage message) {
    List<byte[]> frames = new ArrayList<>(List.of(envelope));
    frames.addAll(message.frames());
    return ZmqMessage.of(frames);
  }

  /** Echoes what a peer asks. */
  private void answerPython(SocketType ours, String theirs) throws Exception {
    with(
        ours,
        "ask",
        List.of(theirs, Shapes.TWICE_ALL),
        (socket, peer) -> {
          for (int i = 0; i < Shapes.TWICE_ALL; i++) {
            socket.send(socket.recvMessage(LONG));
          }
        });
  }

  @Test
  void reqAsksRep() throws Exception {
    askPython(SocketType.REQ, "REP");
  }

  @Test
  void reqAsksRouter() throws Exception {
    askPython(SocketType.REQ, "ROUTER");
  }

  @Test
  void dealerAsksRep() throws Exception {
    askPython(SocketType.DEALER, "REP", new byte[0]);
  }

  @Test
  void dealerAsksRouter() throws Exception {
    askPython(SocketType.DEALER, "ROUTER");
  }

  @Test
  void dealerAsksDealer() throws Exception {
    askPython(SocketType.DEALER, "DEALER");
  }

  @Test
  void pairAsksPair() throws Exception {
    askPython(SocketType.PAIR, "PAIR");
  }

  @Test
  void repAnswersReq() throws Exception {
    answerPython(SocketType.REP, "REQ");
  }

  @Test
  void routerAnswersReq() throws Exception {
    answerPython(SocketType.ROUTER, "REQ");
  }

  @Test
  void repAnswersDealer() throws Exception {
    answerPython(SocketType.REP, "DEALER+");
  }

  @Test
  void routerAnswersDealer() throws Exception {
    answerPython(SocketType.ROUTER, "DEALER");
  }

  @Test
  void dealerAnswersDealer() throws Exception {
    answerPython(SocketType.DEALER, "DEALER");
  }

  @Test
  void pairAnswersPair() throws Exception {
    answerPython(SocketType.PAIR, "PAIR");
  }

  @Test
  void routersKnowEachOtherByTheirIdentities() throws Exception {
    with(
        SocketType.ROUTER,
        "echo",
        List.of("DEALER", 1, "snake"),
        (socket, peer) -> {
          socket.options().routerMandatory(true);
          ZmqMessage question = ZmqMessage.of("snake", "who is there?");
          boolean sent = false;
          while (!sent) {
            try {
              socket.send(question);
              sent = true;
            } catch (ZmqUnreachableException e) {
              sleep(Duration.ofMillis(1)); // its greeting is on the way
            }
          }
          assertEquals(question, socket.recvMessage(LONG));
        });
  }

  // --- Publishing

  @Test
  void subHearsXpub() throws Exception {
    hearPython(SocketType.SUB);
  }

  @Test
  void xsubHearsXpub() throws Exception {
    hearPython(SocketType.XSUB);
  }

  private void hearPython(SocketType ours) throws Exception {
    with(
        ours,
        "xpub",
        List.of(),
        (socket, peer) -> {
          subscription(socket, true, "news");
          for (int i = 0; i < 50; i++) {
            assertEquals(ZmqMessage.of("newspaper", "" + i), socket.recvMessage(LONG));
          }
          subscription(socket, true, "late");
          assertEquals(ZmqMessage.of("late", "hello"), socket.recvMessage(LONG));
          subscription(socket, false, "news");
          assertEquals(ZmqMessage.of("late", "end"), socket.recvMessage(LONG));
          peer.tell("done");
        });
  }

  private static void subscription(ZmqSocket socket, boolean add, String prefix) {
    if (socket.type() == SocketType.XSUB) {
      socket.send((add ? "\u0001" : "\u0000") + prefix);
    } else if (add) {
      socket.subscribe(prefix);
    } else {
      socket.unsubscribe(prefix);
    }
  }

  @Test
  void xpubTellsSub() throws Exception {
    tellPython("SUB");
  }

  @Test
  void xpubTellsXsub() throws Exception {
    tellPython("XSUB");
  }

  private void tellPython(String theirs) throws Exception {
    with(
        SocketType.XPUB,
        "sub",
        List.of(theirs),
        (socket, peer) -> {
          assertEquals("\u0001news", socket.recvString(LONG));
          for (int i = 0; i < 50; i++) {
            socket.send(ZmqMessage.of("noise", "" + i));
            socket.send(ZmqMessage.of("newspaper", "" + i));
          }
          assertEquals("\u0001late", socket.recvString(LONG));
          socket.send(ZmqMessage.of("late", "hello"));
          assertEquals("\u0000news", socket.recvString(LONG));
          socket.send(ZmqMessage.of("news", "to nobody"));
          socket.send(ZmqMessage.of("late", "end"));
        });
  }

  @Test
  void subHearsPub() throws Exception {
    with(
        SocketType.SUB,
        "pub",
        List.of(),
        (socket, peer) -> {
          socket.subscribe("");
          assertEquals("sync", socket.recvString(LONG));
          peer.tell("go");
          ZmqMessage got = socket.recvMessage(LONG);
          while (got.size() == 1) {
            got = socket.recvMessage(LONG);
          }
          for (int i = 0; i < 100; i++) {
            assertEquals(ZmqMessage.of("news", "" + i), got);
            if (i < 99) {
              got = socket.recvMessage(LONG);
            }
          }
          peer.tell("done");
        });
  }

  @Test
  void pubTellsSub() throws Exception {
    pubTells("SUB");
  }

  @Test
  void pubTellsXsub() throws Exception {
    pubTells("XSUB");
  }

  private void pubTells(String theirs) throws Exception {
    with(
        SocketType.PUB,
        "sub_of_pub",
        List.of(theirs),
        (socket, peer) -> {
          Greenlet<String> synced = spawn(() -> peer.line());
          while (!synced.isReady()) {
            socket.send("sync");
            sleep(Duration.ofMillis(1));
          }
          assertEquals("synced", synced.result());
          for (int i = 0; i < 100; i++) {
            socket.send(ZmqMessage.of("news", "" + i));
          }
        });
  }

  // --- Pipelines

  @Test
  void pullTakesWhatPushSends() throws Exception {
    with(
        SocketType.PULL,
        "push",
        List.of(5000),
        (socket, peer) -> {
          for (int i = 0; i < 5000; i++) {
            assertEquals(numbered(i), socket.recvMessage(LONG));
          }
        });
  }

  @Test
  void pushSendsWhatPullTakes() throws Exception {
    with(
        SocketType.PUSH,
        "pull",
        List.of(5000),
        (socket, peer) -> {
          for (int i = 0; i < 5000; i++) {
            socket.send(numbered(i), LONG);
          }
        });
  }

  private static ZmqMessage numbered(int number) {
    return ZmqMessage.of(String.valueOf(number), "x".repeat(number % 300));
  }

  // --- Plain TCP

  @Test
  void streamTalksToPlainTcp() throws Exception {
    if (pythonBinds) {
      with(SocketType.STREAM, "tcp_server", List.of(), (socket, peer) -> sayHello(socket));
    } else {
      with(
          SocketType.STREAM,
          "tcp_client",
          List.of(),
          (socket, peer) -> {
            ZmqMessage arrival = socket.recvMessage(LONG);
            assertEquals(0, arrival.frame(1).length);
            byte[] client = arrival.frame(0);
            assertEquals("hello", new String(received(socket, client, 5), UTF_8));
            socket.send(ZmqMessage.of(client, "world".getBytes(UTF_8)));
            assertEquals("x".repeat(100_000), new String(received(socket, client, 100_000), UTF_8));
            assertEquals(ZmqMessage.of(client, new byte[0]), socket.recvMessage(LONG), "the end");
          });
    }
  }

  @Test
  void streamTalksToStream() throws Exception {
    with(SocketType.STREAM, "stream", List.of(), (socket, peer) -> sayHello(socket));
  }

  private static void sayHello(ZmqSocket socket) {
    ZmqMessage arrival = socket.recvMessage(LONG);
    assertEquals(0, arrival.frame(1).length);
    byte[] server = arrival.frame(0);
    socket.send(ZmqMessage.of(server, "hello".getBytes(UTF_8)));
    assertEquals("world", new String(received(socket, server, 5), UTF_8));
    socket.close(); // an empty frame, which should end one connection only, does not with JeroMQ
  }

  private static byte[] received(ZmqSocket socket, byte[] from, int count) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (bytes.size() < count) {
      ZmqMessage part = socket.recvMessage(LONG);
      assertArrayEquals(from, part.frame(0));
      bytes.writeBytes(part.frame(1));
    }
    return bytes.toByteArray();
  }
}
