package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Peers with libzmq that stop, die, come back, share a name, or come in great numbers. */
@ParameterizedClass
@EnumSource(IoMode.class)
class PythonLifeTest {

  private final IoMode io;

  PythonLifeTest(IoMode io) {
    this.io = io;
  }

  @BeforeAll
  static void pythonHasZmq() throws Exception {
    PythonPeer.assumeInstalled();
  }

  @Test
  void peerThatStandsStillIsGivenUpAndComesBack() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          router
              .options()
              .routerMandatory(true)
              .heartbeat(Duration.ofMillis(50), Duration.ofMillis(400));
          String endpoint = router.bind(ANY_PORT);
          try (PythonPeer peer = PythonPeer.start("echo_until_told", endpoint, "DEALER", "snake")) {
            ZmqMessage ping = ZmqMessage.of("snake", "ping");
            sendWhenItIsThere(router, ping);
            assertEquals(ping, router.recvMessage(LONG));
            peer.stop();
            sendUntilItIsGone(router, ping);
            peer.goOn();
            // The pings of the meantime are lost with their connection, or come back by it.
            sendWhenItIsThere(router, ZmqMessage.of("snake", "again"));
            while (!router.recvMessage(LONG).text(1).equals("again")) {}
            peer.tellNothingMore();
            peer.join();
          }
        });
  }

  private static void sendWhenItIsThere(ZmqSocket router, ZmqMessage message) {
    while (true) {
      try {
        router.send(message, LONG);
        return;
      } catch (ZmqUnreachableException e) {
        sleep(Duration.ofMillis(1));
      }
    }
  }

  private static void sendUntilItIsGone(ZmqSocket router, ZmqMessage message) {
    ZmqUnreachableException gone =
        assertThrows(
            ZmqUnreachableException.class,
            () -> {
              while (true) {
                router.send(message, LONG);
                sleep(Duration.ofMillis(10));
              }
            });
    assertTrue(gone.getMessage().contains(router.toString()), gone::getMessage);
  }

  @Test
  void heartbeatsOfAnIdlePeerAreAnswered() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          try (PythonPeer peer = PythonPeer.start("heartbeats", router.bind(ANY_PORT), 2.5)) {
            router.send(router.recvMessage(LONG));
            router.send(router.recvMessage(LONG));
            peer.join();
          }
        });
  }

  @Test
  void clientFindsItsServerAgain() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket client = context.socket(SocketType.DEALER);
          String endpoint;
          try (PythonPeer first = PythonPeer.start("echo_until_told", "bind", "ROUTER")) {
            endpoint = first.line();
            client.connect(endpoint);
            client.send("one");
            assertEquals("one", client.recvString(LONG));
            first.kill();
          }
          for (int life = 0; life < 2; life++) {
            try (PythonPeer next =
                PythonPeer.start("echo_until_told", "bind=" + endpoint, "ROUTER")) {
              assertEquals(endpoint, next.line());
              // What was sent into the old connection may be lost with it.
              String answer = null;
              while (answer == null) {
                client.send("life " + life);
                try {
                  answer = client.recvString(Duration.ofMillis(50));
                } catch (ZmqTimeoutException e) {
                  // once more
                }
              }
              assertTrue(answer.startsWith("life"), answer);
              next.kill();
            }
          }
        });
  }

  @Test
  void clientsFindUsAgain() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind(ANY_PORT);
          try (PythonPeer peer = PythonPeer.start("echo_until_told", endpoint, "DEALER", "snake")) {
            ZmqMessage ping = ZmqMessage.of("snake", "ping");
            server.options().routerMandatory(true);
            sendWhenItIsThere(server, ping);
            assertEquals(ping, server.recvMessage(LONG));
            server.close();
            ZmqSocket next = context.socket(SocketType.ROUTER);
            next.options().routerMandatory(true);
            bindWhenItIsFree(next, endpoint);
            sendWhenItIsThere(next, ping);
            assertEquals(ping, next.recvMessage(LONG));
            peer.tellNothingMore();
            peer.join();
          }
        });
  }

  private static void bindWhenItIsFree(ZmqSocket socket, String endpoint) {
    while (true) {
      try {
        socket.bind(endpoint);
        return;
      } catch (ZmqAddressException e) {
        assertEquals("EADDRINUSE", e.errnoName()); // the other one closes in the background
        sleep(Duration.ofMillis(1));
      }
    }
  }

  @Test
  void subscriptionsOutliveTheirPublisher() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket subscriber = context.socket(SocketType.SUB);
          subscriber.subscribe("new").subscribe("sync").unsubscribe("sync").subscribe("sync");
          String endpoint = null;
          for (int life = 0; life < 3; life++) {
            String where = endpoint == null ? "bind" : "bind=" + endpoint;
            try (PythonPeer publisher = PythonPeer.start("pub", where)) {
              String bound = publisher.line();
              if (endpoint == null) {
                endpoint = bound;
                subscriber.connect(endpoint);
              }
              assertEquals("sync", subscriber.recvString(LONG));
              publisher.tell("go");
              ZmqMessage got = subscriber.recvMessage(LONG);
              while (got.size() == 1) {
                got = subscriber.recvMessage(LONG);
              }
              for (int i = 0; i < 99; i++) {
                got = subscriber.recvMessage(LONG);
              }
              assertEquals(ZmqMessage.of("news", "99"), got);
              publisher.kill();
            }
          }
        });
  }

  @Test
  void identityGoesToTheNewestPeerIfItMay() throws Exception {
    OnHub.run(
        io,
        context -> {
          for (boolean handover : new boolean[] {true, false}) {
            ZmqSocket router = context.socket(SocketType.ROUTER);
            router.options().routerMandatory(true).set(zmq.ZMQ.ZMQ_ROUTER_HANDOVER, handover);
            String endpoint = router.bind(ANY_PORT);
            try (PythonPeer old = PythonPeer.start("echo_until_told", endpoint, "DEALER", "twin")) {
              ZmqMessage ping = ZmqMessage.of("twin", "to the old one");
              sendWhenItIsThere(router, ping);
              assertEquals(ping, router.recvMessage(LONG));
              old.stop();
              try (PythonPeer young = PythonPeer.start("ask", endpoint, "DEALER", 1, "twin")) {
                if (handover) {
                  // Only the new one moves.
                  router.send(router.recvMessage(LONG));
                  young.join();
                } else {
                  assertThrows(
                      ZmqTimeoutException.class,
                      () -> router.recvMessage(Duration.ofMillis(500)),
                      "the second one of this name is not listened to");
                }
              }
              old.kill();
            }
            router.close();
          }
        });
  }

  @Test
  void thousandConnectionsAtOnce() throws Exception {
    int connections = 1000;
    int needed = connections * 2 + 500;
    int limit = OnHub.openFilesLimit();
    assumeTrue(
        limit > needed,
        "a process may open " + limit + " files here, " + needed + " are needed: raise ulimit -n");
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          router.options().set(zmq.ZMQ.ZMQ_BACKLOG, connections);
          try (PythonPeer peer = PythonPeer.start("thousand", router.bind(ANY_PORT), connections)) {
            boolean[] seen = new boolean[connections];
            ZmqMessage[] messages = new ZmqMessage[connections];
            for (int i = 0; i < connections; i++) {
              messages[i] = router.recvMessage(LONG);
              seen[Integer.parseInt(messages[i].text(1))] = true;
            }
            for (ZmqMessage message : messages) {
              router.send(message);
            }
            for (int i = 0; i < connections; i++) {
              assertTrue(seen[i], "connection " + i);
            }
            peer.join();
          }
        });
  }

  @Test
  void hundredMegabytesEachWay() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket dealer = context.socket(SocketType.DEALER);
          try (PythonPeer peer = PythonPeer.start("echo_until_told", "bind", "DEALER")) {
            dealer.connect(peer.line());
            byte[] large = new byte[100 << 20];
            for (int i = 0; i < large.length; i += 4096) {
              large[i] = (byte) (i >> 12);
            }
            dealer.send(large);
            byte[] back = dealer.recv(LONG);
            assertTrue(Arrays.equals(large, back), "what came back");
            peer.tellNothingMore();
            peer.join();
          }
        });
  }

  @Test
  void whatWasSentBeforeTheEndArrives() throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(LONG));
          ZmqSocket push = context.socket(SocketType.PUSH);
          try (PythonPeer peer = PythonPeer.start("pull", push.bind(ANY_PORT), 300)) {
            for (int i = 0; i < 300; i++) {
              push.send(ZmqMessage.of(String.valueOf(i), "x".repeat(i)), LONG);
            }
            context.close();
            peer.join();
          }
        });
  }
}
