package dev.celadon.zeromq;

import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqMonitorTest.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.zeromq.ZmqEvent.FailureReason;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import java.time.Duration;
import java.util.function.Consumer;
import org.zeromq.SocketType;

/** Servers and clients with security, and what comes of their handshakes. */
final class Newcomers {

  static final CurveKeys SERVER = CurveKeys.generate();

  static final CurveKeys CLIENT = CurveKeys.generate();

  private Newcomers() {}

  static ZmqSocket server(ZmqContext context, Consumer<SocketOptions> security) {
    ZmqSocket server = context.socket(SocketType.ROUTER);
    security.accept(server.options());
    String _ = server.bind(ANY_PORT);
    return server;
  }

  static ZmqSocket client(ZmqContext context, ZmqSocket server, Consumer<SocketOptions> security) {
    ZmqSocket client = context.socket(SocketType.DEALER);
    security.accept(client.options());
    client.connect(server.lastEndpoint());
    return client;
  }

  static void plain(SocketOptions options) {
    options.plainServer();
  }

  static void curve(SocketOptions options) {
    options.curveServer(SERVER);
  }

  static void curveClient(SocketOptions options) {
    options.curveClient(CLIENT, SERVER.publicOnly());
  }

  /** A message comes through, and an answer goes back; the peer, as the server knows it. */
  static ZmqPeer assertTalks(ZmqSocket server, ZmqSocket client) {
    client.send("hello");
    ZmqMessage message = server.recvMessage(LONG);
    assertEquals("hello", message.text(1));
    server.send(ZmqMessage.of(message.frame(0), new byte[] {42}));
    assertEquals(42, client.recv(LONG)[0]);
    assertTrue(server.awaitConnected(LONG));
    return server.peers().getLast();
  }

  /** The handshake of a newcomer fails, as the client is told. */
  static HandshakeFailed assertDenied(
      ZmqContext context, ZmqSocket server, Consumer<SocketOptions> security) {
    ZmqSocket client = context.socket(SocketType.DEALER);
    ZmqMonitor monitor = client.monitor();
    security.accept(client.options());
    client.connect(server.lastEndpoint());
    client.send("let me in");
    HandshakeFailed failed = next(monitor, HandshakeFailed.class);
    assertFalse(client.awaitConnected(Duration.ZERO));
    client.close();
    return failed;
  }

  static void assertDenied(
      int status, ZmqContext context, ZmqSocket server, Consumer<SocketOptions> security) {
    HandshakeFailed failed = assertDenied(context, server, security);
    assertEquals(FailureReason.AUTHENTICATION, failed.reason());
    assertEquals(status, failed.code());
  }
}
