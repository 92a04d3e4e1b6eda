package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.RawPeer.announcement;
import static dev.celadon.zeromq.RawPeer.bytes;
import static dev.celadon.zeromq.RawPeer.command;
import static dev.celadon.zeromq.RawPeer.frame;
import static dev.celadon.zeromq.RawPeer.greeting;
import static dev.celadon.zeromq.RawPeer.ready;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.net.StreamListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Peers that break the protocol: the socket lives on, and serves the others. */
@ParameterizedClass
@EnumSource(IoMode.class)
class WireFaultsTest {

  private final IoMode io;

  WireFaultsTest(IoMode io) {
    this.io = io;
  }

  /** What bad peers do to a server that somebody else talks to. */
  private interface Attack {
    void on(String endpoint) throws Exception;
  }

  /** The server is as good as before the attack, to old clients and to new ones. */
  private void survives(Attack attack) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().set(zmq.ZMQ.ZMQ_MAXMSGSIZE, 1_000_000L);
          server.options().set(zmq.ZMQ.ZMQ_HANDSHAKE_IVL, 500);
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket old = context.socket(SocketType.DEALER);
          old.connect(endpoint);
          talk(server, old, "before");
          attack.on(endpoint);
          talk(server, old, "after");
          ZmqSocket young = context.socket(SocketType.DEALER);
          young.connect(endpoint);
          talk(server, young, "new");
          assertEquals(0, context.caughtUp());
        });
  }

  private static void talk(ZmqSocket server, ZmqSocket client, String word) {
    client.send(word, LONG);
    ZmqMessage request = server.recvMessage(LONG);
    while (!request.text(request.size() - 1).equals(word)) {
      request = server.recvMessage(LONG); // whatever a bad peer could bring through
    }
    server.send(request);
    assertEquals(word, client.recvString(LONG));
  }

  @Test
  void badGreetings() throws Exception {
    byte[] otherSecurity = greeting();
    System.arraycopy(bytes("CURVE"), 0, otherSecurity, 12, 5);
    byte[] unknownSecurity = greeting();
    System.arraycopy(bytes("WHATEVER"), 0, unknownSecurity, 12, 8);
    byte[] futureVersion = greeting();
    futureVersion[10] = 9;
    for (byte[] bad :
        List.of(
            bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            bytes("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"), // TLS
            otherSecurity,
            unknownSecurity)) {
      survives(
          endpoint -> {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.say(bad);
            }
          });
    }
    survives(
        endpoint -> {
          try (RawPeer peer = RawPeer.connect(endpoint)) {
            peer.say(unknownSecurity).hearTheEnd();
          }
        });
    survives(
        endpoint -> {
          try (RawPeer peer = RawPeer.connect(endpoint)) {
            peer.say(futureVersion, ready("DEALER", "future"));
            peer.hear(66); // newer versions are taken for the newest known one
            peer.say(frame(0, bytes("welcome")));
          }
        });
  }

  @Test
  void handshakesThatStopAnywhere() throws Exception {
    byte[] greeting = greeting();
    byte[] ready = ready("DEALER", "half");
    survives(
        endpoint -> {
          for (int length = 0; length < greeting.length; length += 3) {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.say(Arrays.copyOf(greeting, length));
            }
          }
          for (int length = 0; length < ready.length; length += 3) {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.say(greeting, Arrays.copyOf(ready, length));
            }
          }
        });
  }

  @Test
  void handshakeThatNeverEndsIsGivenUp() throws Exception {
    survives(
        endpoint -> {
          List<RawPeer> silent = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            silent.add(RawPeer.connect(endpoint).say(Arrays.copyOf(greeting(), i)));
          }
          for (RawPeer peer : silent) {
            peer.hearTheEnd();
            peer.close();
          }
        });
  }

  @Test
  void badHandshakeCommands() throws Exception {
    for (byte[] bad :
        List.of(
            command(new byte[0]),
            command(bytes("\u0005READY\u00ff")),
            command(bytes("\u0005READY\u0004name\u007f\u00ff\u00ff\u00ffx")),
            command(bytes("\u0005READY\u0004name\u00ff\u00ff\u00ff\u00ffx")),
            command(bytes("\u0005ERROR\u00ffwrong")),
            command(bytes("\u0005ERROR")),
            command(bytes("\u0007UNKNOWN")),
            frame(0, bytes("no handshake at all")),
            ready("PUB", "of no use to a ROUTER"),
            ready("NONSENSE", ""))) {
      survives(
          endpoint -> {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.say(greeting());
              peer.hear(64);
              peer.say(bad);
              peer.hearTheEnd();
            }
          });
    }
  }

  @Test
  void badCommandsAfterTheHandshake() throws Exception {
    for (byte[] bad :
        List.of(
            command(bytes("\u0004PING")),
            command(bytes("\u0004PING\u0001")),
            command(bytes("\u0004PING\u0000\u0001" + "x".repeat(100))),
            command(bytes("\u0004PONG")),
            command(bytes("\u0004JOIN")),
            command(bytes("\u0005READY")),
            command(new byte[0]),
            frame(0xf8, bytes("unknown flags")))) {
      survives(
          endpoint -> {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.shakeHands("DEALER", "").say(bad, frame(0, bytes("and on")));
            }
          });
      survives(
          endpoint -> {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.say(greeting(), ready("DEALER", ""), bad, frame(0, bytes("all at once")));
            }
          });
    }
  }

  @Test
  void hugeLengths() throws Exception {
    for (long length : new long[] {1_000_001, Integer.MAX_VALUE, 1L << 40, Long.MAX_VALUE, -1}) {
      survives(
          endpoint -> {
            try (RawPeer peer = RawPeer.connect(endpoint)) {
              peer.shakeHands("DEALER", "").say(announcement(0, length)).hearTheEnd();
            }
          });
    }
  }

  @Test
  void hugeLengthsWithoutALimit() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind(ANY_PORT);
          List<RawPeer> peers = new ArrayList<>();
          for (long length : new long[] {1 << 30, Integer.MAX_VALUE, 1 << 30, 1L << 40, -1}) {
            peers.add(
                RawPeer.connect(endpoint).shakeHands("DEALER", "").say(announcement(0, length)));
          }
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.connect(endpoint);
          talk(server, client, "still here");
          for (RawPeer peer : peers) {
            peer.close();
          }
        });
  }

  @Test
  void messageWithoutItsLastFrameNeverArrives() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          String endpoint = server.bind(ANY_PORT);
          for (int round = 0; round < 10; round++) {
            RawPeer broken = RawPeer.connect(endpoint).shakeHands("PUSH", "");
            broken.say(frame(0, bytes("whole")));
            broken.say(frame(1, bytes("first")), frame(1, bytes("second")));
            broken.say(announcement(0, 1000), bytes("not all of the third"));
            assertEquals("whole", server.recvString(LONG));
            if (round % 2 == 0) {
              broken.reset();
            } else {
              broken.close();
            }
            try (RawPeer good = RawPeer.connect(endpoint).shakeHands("PUSH", "")) {
              good.say(frame(1, bytes("a")), frame(0, bytes("b")));
              assertEquals(ZmqMessage.of("a", "b"), server.recvMessage(LONG));
            }
          }
          assertThrows(ZmqTimeoutException.class, () -> server.recv(Duration.ofMillis(50)));
        });
  }

  @Test
  void clientOutlivesBadServers() throws Exception {
    OnHub.run(
        io,
        context -> {
          try (StreamListener listener =
              StreamListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            listener.setTimeout(LONG);
            ZmqSocket client = context.socket(SocketType.DEALER);
            client.options().set(zmq.ZMQ.ZMQ_RECONNECT_IVL, 1);
            client.connect("tcp://127.0.0.1:" + listener.port());
            for (byte[] bad :
                List.of(
                    new byte[0],
                    bytes("SSH-2.0-OpenSSH_9.0\r\n"),
                    Arrays.copyOf(greeting(), 30),
                    greeting())) {
              RawPeer server = RawPeer.of(listener.accept());
              server.say(bad);
              server.reset();
            }
            client.send("patience");
            try (RawPeer server = RawPeer.of(listener.accept()).shakeHands("DEALER", "")) {
              assertEquals("\u0000\u0008patience", new String(server.hear(10), ISO_8859_1));
              server.say(frame(0, bytes("rewarded")));
              assertEquals("rewarded", client.recvString(LONG));
            }
          }
        });
  }

  @Test
  void silentPeerIsGivenUpThoughItHasAnsweredBefore() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          router
              .options()
              .routerMandatory(true)
              .heartbeat(Duration.ofMillis(20), Duration.ofMillis(100));
          String endpoint = router.bind(ANY_PORT);
          try (RawPeer peer = RawPeer.connect(endpoint).shakeHands("DEALER", "mute")) {
            for (int i = 0; i < 5; i++) {
              byte[] ping = peer.hear(9);
              assertEquals("PING", new String(ping, 3, 4, ISO_8859_1));
              peer.say(command(bytes("\u0004PONG")));
            }
            ZmqMessage message = ZmqMessage.of("mute", "hello?");
            assertThrows(
                ZmqUnreachableException.class,
                () -> {
                  while (true) {
                    router.send(message, LONG);
                    sleep(Duration.ofMillis(5));
                  }
                });
            peer.hearTheEnd();
          }
        });
  }

  @Test
  void streamStaysAlignedAfterAnUnknownPeer() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket stream = context.socket(SocketType.STREAM);
          try (RawPeer peer = RawPeer.connect(stream.bind(ANY_PORT))) {
            byte[] identity = stream.recvMessage(LONG).frame(0);
            for (int i = 0; i < 3; i++) {
              ZmqMessage stray = ZmqMessage.of("nobody", "x");
              assertThrows(ZmqUnreachableException.class, () -> stream.send(stray));
              stream.send(ZmqMessage.of(identity, bytes("to you")));
              assertEquals("to you", new String(peer.hear(6), ISO_8859_1));
            }
          }
        });
  }

  @Test
  void noiseOfAllKinds() throws Exception {
    for (int seed = 1; seed <= 3; seed++) {
      Random random = new Random(seed);
      survives(
          endpoint -> {
            for (int i = 0; i < 60; i++) {
              try (RawPeer peer = RawPeer.connect(endpoint)) {
                makeNoise(peer, random);
              } catch (IOException e) {
                // It has hung up already: well done.
              }
            }
          });
    }
  }

  /** A good conversation up to a random point, with some bytes changed, and then anything. */
  private static void makeNoise(RawPeer peer, Random random) throws IOException {
    byte[][] good = {
      greeting(),
      ready("DEALER", "noise"),
      frame(1, bytes("some")),
      frame(0, bytes("message")),
      command(bytes("\u0004PING\u0000\u0001context"))
    };
    int last = random.nextInt(good.length + 1);
    for (int i = 0; i < last; i++) {
      if (random.nextInt(3) == 0) {
        good[i][random.nextInt(good[i].length)] = (byte) random.nextInt(256);
      }
      peer.say(good[i]);
    }
    byte[] anything = new byte[random.nextInt(300)];
    random.nextBytes(anything);
    peer.say(anything);
    if (random.nextInt(4) == 0) {
      peer.reset();
    }
  }

  @Test
  void nothingIsLeftOfBadPeers() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().set(zmq.ZMQ.ZMQ_HANDSHAKE_IVL, 200);
          String endpoint = server.bind(ANY_PORT);
          Random random = new Random(7);
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.connect(endpoint);
          talk(server, client, "first");
          int settled = Integer.MAX_VALUE;
          for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 60; i++) {
              try (RawPeer peer = RawPeer.connect(endpoint)) {
                makeNoise(peer, random);
              } catch (IOException e) {
                // as it should be
              }
            }
            ZmqSocket last = context.socket(SocketType.DEALER); // behind all the others
            last.connect(endpoint);
            talk(server, last, "round " + round);
            last.close();
            int most = settled;
            for (int i = 0; i < 300 && (i < 50 || OnHub.descriptors() > most); i++) {
              sleep(Duration.ofMillis(10)); // handshakes that stand still have their time
            }
            int now = OnHub.descriptors();
            assertTrue(now <= most, () -> "descriptors before: " + most + ", after: " + now);
            settled = now;
          }
          talk(server, client, "last");
        });
  }
}
