package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.zeromq.ZmqEvent.Accepted;
import dev.celadon.zeromq.ZmqEvent.BindFailed;
import dev.celadon.zeromq.ZmqEvent.Closed;
import dev.celadon.zeromq.ZmqEvent.ConnectRetried;
import dev.celadon.zeromq.ZmqEvent.Connected;
import dev.celadon.zeromq.ZmqEvent.Disconnected;
import dev.celadon.zeromq.ZmqEvent.Greeted;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import dev.celadon.zeromq.ZmqEvent.HandshakeSucceeded;
import dev.celadon.zeromq.ZmqEvent.Listening;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.ZError;
import zmq.ZMQ;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqMonitorTest {

  private final IoMode io;

  ZmqMonitorTest(IoMode io) {
    this.io = io;
  }

  /** The next event of a kind; the others are skipped. */
  static <E extends ZmqEvent> E next(ZmqMonitor monitor, Class<E> kind) {
    while (true) {
      ZmqEvent event = monitor.next(LONG);
      assertNotNull(event, () -> "no " + kind.getSimpleName());
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  private static String nobodysEndpoint() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return "tcp://127.0.0.1:" + socket.getLocalPort();
    }
  }

  // --- Events

  @Test
  void bothSidesTellOfAConnectionFromItsBeginningToItsEnd() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          ZmqMonitor atServer = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.options().identity("me".getBytes(UTF_8));
          ZmqMonitor atClient = client.monitor();
          client.connect(endpoint);

          assertEquals(new Listening(endpoint), atServer.next(LONG));
          Accepted accepted = next(atServer, Accepted.class);
          assertEquals(endpoint, accepted.endpoint());
          assertEquals(new Greeted(endpoint, 3), atServer.next(LONG));
          HandshakeSucceeded atServerDone = next(atServer, HandshakeSucceeded.class);
          ZmqPeer peer = atServerDone.peer();
          assertEquals(accepted.peer(), peer.address());
          assertTrue(peer.accepted());
          assertEquals("DEALER", peer.socketType());
          assertEquals("me", peer.identity());
          assertEquals("", peer.userId());

          Connected connected = next(atClient, Connected.class);
          assertEquals(endpoint, connected.endpoint());
          int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
          assertEquals(
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), connected.peer());
          HandshakeSucceeded atClientDone = next(atClient, HandshakeSucceeded.class);
          assertFalse(atClientDone.peer().accepted());
          assertEquals("ROUTER", atClientDone.peer().socketType());

          client.close();
          assertEquals(
              new Disconnected(endpoint, accepted.peer()), next(atServer, Disconnected.class));
          server.unbind(endpoint);
          assertEquals(new Closed(endpoint), next(atServer, Closed.class));
        });
  }

  @Test
  void failedBindsAndConnectsAreTold() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket one = context.socket(SocketType.PULL);
          String endpoint = one.bind(ANY_PORT);
          ZmqSocket other = context.socket(SocketType.PULL);
          ZmqMonitor monitor = other.monitor();
          assertThrows(ZmqAddressException.class, () -> other.bind(endpoint));
          assertEquals(ZError.EADDRINUSE, next(monitor, BindFailed.class).errno());

          ZmqSocket lost = context.socket(SocketType.PUSH);
          lost.options().connection().reconnectInterval(Duration.ofMillis(5));
          ZmqMonitor attempts = lost.monitor();
          lost.connect(nobodysEndpoint());
          ConnectRetried retried = next(attempts, ConnectRetried.class);
          assertTrue(retried.pause().toMillis() <= 10, retried::toString);
          ConnectRetried _ = next(attempts, ConnectRetried.class);
          assertTrue(lost.connectionCounts().retries() >= 2);
          assertEquals(0, lost.connectionCounts().peers());
        });
  }

  @Test
  void everyMonitorGetsAllEventsFromItsBeginningOn() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          ZmqMonitor early = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          ZmqMonitor late = server.monitor();
          ZmqSocket client = context.socket(SocketType.PUSH);
          client.connect(endpoint);
          HandshakeSucceeded seen = next(late, HandshakeSucceeded.class);
          assertEquals(new Listening(endpoint), early.next(LONG));
          assertEquals(seen, next(early, HandshakeSucceeded.class));
          late.close();
          assertTrue(late.isClosed());
          client.close();
          assertEquals(endpoint, next(early, Disconnected.class).endpoint());
        });
  }

  @Test
  void slowMonitorLosesItsOldestEventsAndCountsThem() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          ZmqMonitor slow = server.monitor(2);
          ZmqMonitor all = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          for (int i = 0; i < 3; i++) {
            try (ZmqSocket client = context.socket(SocketType.PUSH)) {
              client.connect(endpoint);
              HandshakeSucceeded _ = next(all, HandshakeSucceeded.class);
            }
            Disconnected _ = next(all, Disconnected.class);
          }
          // Listening; then Accepted, Greeted, HandshakeSucceeded and Disconnected thrice.
          assertEquals(2, slow.size());
          assertEquals(11, slow.dropped());
          assertInstanceOf(HandshakeSucceeded.class, slow.tryNext());
          assertInstanceOf(Disconnected.class, slow.tryNext());
          assertNull(slow.tryNext());
          assertEquals(0, all.dropped());
          assertThrows(IllegalArgumentException.class, () -> server.monitor(0));
        });
  }

  @Test
  void eventsThatAreGivenBackToAFullQueueDoNotMakeItLonger() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          ZmqMonitor slow = server.monitor(1);
          ZmqMonitor all = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          ZmqEvent first = slow.next(LONG);
          assertEquals(new Listening(endpoint), first);
          slow.putBack(first);
          assertEquals(first, slow.tryNext());
          Listening _ = next(all, Listening.class);
          String _ = server.bind(ANY_PORT);
          Listening second = next(all, Listening.class);
          slow.putBack(first);
          assertEquals(1, slow.size());
          assertEquals(1, slow.dropped());
          assertEquals(second, slow.tryNext());
          assertNull(slow.tryNext());
        });
  }

  @Test
  void monitorEndsWithItsSocketAfterTheLastEvent() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          ZmqMonitor monitor = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          server.close();
          List<ZmqEvent> events = new ArrayList<>();
          for (ZmqEvent event : monitor) {
            events.add(event);
          }
          assertEquals(List.of(new Listening(endpoint), new Closed(endpoint)), events);
          assertTrue(monitor.isClosed());
          assertThrows(ZmqClosedException.class, monitor::next);
          assertThrows(ZmqClosedException.class, () -> monitor.next(SHORT));
          assertThrows(ZmqClosedException.class, monitor::tryNext);
        });
  }

  @Test
  void waitsForEventsEndByTimeKillAndClose() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          ZmqMonitor monitor = server.monitor();
          assertNull(monitor.next(Duration.ZERO));
          assertNull(monitor.next(SHORT));
          Greenlet<?> killed = spawn(() -> monitor.next());
          yieldNow();
          killed.kill();
          String endpoint = server.bind(ANY_PORT);
          assertEquals(new Listening(endpoint), monitor.tryNext());
          ZmqMonitor other = server.monitor();
          Greenlet<?> waits =
              spawn(() -> assertThrows(ZmqClosedException.class, () -> other.next(LONG)));
          yieldNow();
          other.close();
          waits.result();
          other.close();
        });
  }

  @Test
  void waitersForEventsAreServedInOrder() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          ZmqMonitor monitor = server.monitor();
          List<String> trail = new ArrayList<>();
          List<Greenlet<?>> greenlets = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            int number = i;
            greenlets.add(
                spawn(
                    () -> {
                      ZmqEvent event = monitor.next();
                      trail.add(number + " " + event.getClass().getSimpleName());
                    }));
          }
          yieldNow();
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = context.socket(SocketType.PUSH);
          client.connect(endpoint);
          for (Greenlet<?> greenlet : greenlets) {
            greenlet.result();
          }
          assertEquals(List.of("0 Listening", "1 Accepted", "2 Greeted"), trail);
        });
  }

  // --- Handshakes

  @Test
  void peersOfAnotherPatternFailTheHandshake() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          ZmqMonitor monitor = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = context.socket(SocketType.SUB);
          client.connect(endpoint);
          HandshakeFailed failed = next(monitor, HandshakeFailed.class);
          assertEquals(endpoint, failed.endpoint());
          assertFalse(client.awaitConnected(SHORT));
          assertTrue(server.peers().isEmpty());
          assertEquals(1, server.connectionCounts().failedHandshakes());
        });
  }

  // --- Waiting for peers

  @Test
  void connectedMeansThatTheHandshakeIsDone() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.connect(endpoint);
          assertTrue(client.awaitConnected(LONG));
          assertTrue(server.awaitConnected(LONG));
          assertEquals(1, client.peers().size());
          assertEquals(endpoint, client.peers().getFirst().endpoint());
          assertEquals("DEALER", server.peers().getFirst().socketType());
          assertTrue(client.awaitConnected(Duration.ZERO));
          assertFalse(client.awaitDisconnected(SHORT));
          ConnectionCounts counts = client.connectionCounts();
          assertEquals(new ConnectionCounts(1, 0, 1, 0, 0, 0, 0), counts);
          server.close();
          assertTrue(client.awaitDisconnected(LONG));
          assertTrue(client.peers().isEmpty());
          assertEquals(1, client.connectionCounts().disconnected());
        });
  }

  @Test
  void waitersForSeveralPeersAreToldWhenSoManyAreThere() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind(ANY_PORT);
          List<Integer> trail = new ArrayList<>();
          List<Greenlet<?>> waiting = new ArrayList<>();
          for (int count : new int[] {3, 1, 2}) {
            waiting.add(
                spawn(
                    () -> {
                      assertTrue(server.awaitConnected(count, LONG));
                      trail.add(count);
                    }));
          }
          yieldNow();
          for (int i = 1; i <= 3; i++) {
            context.socket(SocketType.DEALER).connect(endpoint);
            assertTrue(server.awaitConnected(i, LONG));
          }
          for (Greenlet<?> greenlet : waiting) {
            greenlet.result();
          }
          assertEquals(List.of(1, 2, 3), trail);
          assertEquals(3, server.peers().size());
        });
  }

  @Test
  void disconnectAndUnbindAreSeenThoughJeroMqDoesNotTell() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind("tcp://*:*").replace("0.0.0.0", "127.0.0.1");
          String bound = server.lastEndpoint();
          ZmqSocket client = context.socket(SocketType.DEALER);
          String byName = endpoint.replace("127.0.0.1", "localhost");
          client.connect(byName);
          assertTrue(client.awaitConnected(LONG));
          ZmqMonitor monitor = client.monitor();
          client.disconnect(byName);
          assertTrue(client.awaitDisconnected(LONG));
          Disconnected _ = next(monitor, Disconnected.class);
          assertTrue(server.awaitDisconnected(LONG));

          client.connect(byName);
          assertTrue(server.awaitConnected(LONG));
          server.unbind(bound);
          assertTrue(server.awaitDisconnected(LONG));
          assertTrue(client.awaitDisconnected(LONG));
        });
  }

  @Test
  void waitsForPeersEndByTimeKillAndClose() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind(ANY_PORT);
          assertFalse(server.awaitConnected(Duration.ZERO));
          assertFalse(server.awaitConnected(SHORT));
          assertTrue(server.awaitDisconnected(SHORT));
          Greenlet<?> killed = spawn(() -> server.awaitConnected(LONG));
          yieldNow();
          killed.kill();
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.connect(endpoint);
          assertTrue(client.awaitConnected(LONG));
          Greenlet<?> waits =
              spawn(
                  () ->
                      assertThrows(ZmqClosedException.class, () -> client.awaitDisconnected(LONG)));
          yieldNow();
          client.close();
          waits.result();
          assertThrows(ZmqClosedException.class, client::peers);
          assertThrows(ZmqClosedException.class, () -> client.awaitConnected(SHORT));
        });
  }

  @Test
  void endOfTheContextEndsTheWaitForPeers() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String _ = server.bind(ANY_PORT);
          Greenlet<?> waits =
              spawn(
                  () -> assertThrows(ZmqClosedException.class, () -> server.awaitConnected(LONG)));
          yieldNow();
          context.close();
          waits.result();
        });
  }

  @Test
  void socketsWithoutTcpHaveNoPeersToWaitFor() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          String _ = server.bind("inproc://x");
          IllegalStateException failure =
              assertThrows(IllegalStateException.class, () -> server.awaitConnected(LONG));
          assertTrue(failure.getMessage().contains("inproc://x"), failure::getMessage);
          assertThrows(IllegalStateException.class, () -> server.awaitDisconnected(LONG));
          assertTrue(server.peers().isEmpty());
          assertThrows(
              IllegalArgumentException.class, () -> bound(context).awaitConnected(0, LONG));
        });
  }

  private static ZmqSocket bound(ZmqContext context) {
    ZmqSocket socket = context.socket(SocketType.PULL);
    String _ = socket.bind(ANY_PORT);
    return socket;
  }

  @Test
  void connectionThatComesBetweenLookAndWaitIsNotMissed() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String endpoint = server.bind(ANY_PORT);
          for (int i = 0; i < 200; i++) {
            try (ZmqSocket client = context.socket(SocketType.DEALER)) {
              client.connect(endpoint);
              for (int pause = i % 5; pause > 0; pause--) {
                yieldNow();
              }
              assertTrue(client.awaitConnected(LONG));
              assertTrue(server.awaitConnected(LONG));
            }
            assertTrue(server.awaitDisconnected(LONG));
          }
          ConnectionCounts counts = server.connectionCounts();
          assertEquals(200, counts.accepted());
          assertEquals(200, counts.disconnected());
          assertEquals(0, counts.peers() + counts.handshaking());
          assertEquals(0, counts.failedHandshakes());
        });
  }

  @Test
  void manyComeAndGoAndTheCountsAgree() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          ZmqMonitor monitor = server.monitor(10_000);
          String endpoint = server.bind(ANY_PORT);
          AtomicInteger waited = new AtomicInteger();
          List<Greenlet<?>> clients = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            int number = i;
            clients.add(
                spawn(
                    () -> {
                      for (int round = 0; round < 10; round++) {
                        try (ZmqSocket client = context.socket(SocketType.DEALER)) {
                          client.connect(endpoint);
                          if ((number + round) % 3 != 0) {
                            assertTrue(client.awaitConnected(LONG));
                            waited.incrementAndGet();
                          } else {
                            sleep(Duration.ofNanos(number * 100_000L));
                          }
                        }
                      }
                    }));
          }
          for (Greenlet<?> client : clients) {
            client.result();
          }
          assertTrue(server.awaitDisconnected(LONG));
          ConnectionCounts counts = server.connectionCounts();
          while (counts.accepted() > counts.disconnected()) {
            sleep(Duration.ofMillis(1)); // one may be accepted when its client has gone already
            counts = server.connectionCounts();
          }
          assertEquals(counts.accepted(), counts.disconnected());
          int accepted = 0;
          int succeeded = 0;
          int failed = 0;
          int disconnected = 0;
          while (disconnected < counts.disconnected()) {
            switch (monitor.next(LONG)) {
              case Accepted _ -> accepted++;
              case HandshakeSucceeded _ -> succeeded++;
              case HandshakeFailed _ -> failed++;
              case Disconnected _ -> disconnected++;
              case null -> throw new AssertionError("no more events after " + disconnected);
              default -> {}
            }
          }
          assertEquals(counts.accepted(), accepted);
          assertEquals(counts.failedHandshakes(), failed);
          assertEquals(accepted, succeeded + failed);
          assertTrue(succeeded >= waited.get(), succeeded + " of " + waited.get());
        });
  }

  // --- JeroMQ's own

  @Test
  void jeroMqsOwnListenerLivesBesideTheMonitors() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.PULL);
          List<Integer> events = new ArrayList<>();
          ZMQ.EventConsummer listener = event -> events.add(event.event);
          server.setEventHook(listener, ZMQ.ZMQ_EVENT_LISTENING);
          assertThrows(
              IllegalStateException.class, () -> server.setEventHook(listener, ZMQ.ZMQ_EVENT_ALL));
          ZmqMonitor monitor = server.monitor();
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = context.socket(SocketType.PUSH);
          client.connect(endpoint);
          assertTrue(server.awaitConnected(LONG));
          assertEquals(new Listening(endpoint), monitor.next(LONG));
          assertEquals(List.of(ZMQ.ZMQ_EVENT_LISTENING), events);
          server.setEventHook(null, 0);
        });
  }
}
