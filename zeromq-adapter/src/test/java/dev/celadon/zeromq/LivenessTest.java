package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqMonitorTest.next;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.threadpool.ThreadPool;
import dev.celadon.zeromq.ZmqEvent.Disconnected;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import dev.celadon.zeromq.ZmqEvent.HandshakeSucceeded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Peers that are silent, stop, come or go. */
@ParameterizedClass
@EnumSource(IoMode.class)
class LivenessTest {

  private static final Duration INTERVAL = Duration.ofMillis(50);
  private static final Duration TIMEOUT = Duration.ofMillis(200);

  private final IoMode io;

  LivenessTest(IoMode io) {
    this.io = io;
  }

  private static int port(String endpoint) {
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }

  /** A peer without a mind: says all that ZMTP 3.0 asks for, at once, and then nothing more. */
  private static Socket silentPeer(int port, String identity) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write(greetingAndReady("DEALER", identity));
    return socket;
  }

  private static byte[] greetingAndReady(String type, String identity) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0});
    bytes.writeBytes("NULL".getBytes(UTF_8));
    bytes.writeBytes(new byte[16 + 32]);
    ByteArrayOutputStream ready = new ByteArrayOutputStream();
    ready.write(5);
    ready.writeBytes("READY".getBytes(UTF_8));
    property(ready, "Socket-Type", type);
    property(ready, "Identity", identity);
    bytes.write(4); // a command
    bytes.write(ready.size());
    bytes.writeBytes(ready.toByteArray());
    return bytes.toByteArray();
  }

  private static void property(ByteArrayOutputStream bytes, String name, String value) {
    bytes.write(name.length());
    bytes.writeBytes(name.getBytes(UTF_8));
    bytes.writeBytes(ByteBuffer.allocate(4).putInt(value.length()).array());
    bytes.writeBytes(value.getBytes(UTF_8));
  }

  // --- Heartbeats

  @Test
  void heartbeatsEndTheConnectionOfASilentPeer() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().heartbeat(INTERVAL, TIMEOUT).disconnectMessage("gone".getBytes(UTF_8));
          ZmqMonitor monitor = server.monitor();
          try (Socket silent = silentPeer(port(server.bind(ANY_PORT)), "mute")) {
            ZmqPeer peer = next(monitor, HandshakeSucceeded.class).peer();
            assertEquals("mute", peer.identity());
            assertEquals(silent.getLocalPort(), peer.address().getPort());
            assertEquals(peer.address(), next(monitor, Disconnected.class).peer());
            assertEquals(ZmqMessage.of("mute", "gone"), server.recvMessage(LONG));
            assertTrue(server.peers().isEmpty());
          }
        });
  }

  @Test
  void heartbeatsNoticeAPeerThatFallsSilentAfterItHasAnswered() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().heartbeat(INTERVAL, TIMEOUT.multipliedBy(5)); // it must answer in time
          ZmqMonitor monitor = server.monitor();
          try (Socket peer = silentPeer(port(server.bind(ANY_PORT)), "mute")) {
            HandshakeSucceeded _ = next(monitor, HandshakeSucceeded.class);
            for (int i = 0; i < 3; i++) {
              sleep(INTERVAL.multipliedBy(2));
              peer.getOutputStream().write("\4\5\4PONG".getBytes(UTF_8));
            }
            Disconnected _ = next(monitor, Disconnected.class);
          }
        });
  }

  @Test
  void heartbeatsKeepAnIdlePeerThatAnswers() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().heartbeat(Duration.ofMillis(20), Duration.ofSeconds(10));
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.connect(server.bind(ANY_PORT));
          assertTrue(server.awaitConnected(LONG));
          assertFalse(server.awaitDisconnected(Duration.ofMillis(300)));
          assertEquals(1, server.connectionCounts().accepted());
        });
  }

  @Test
  void heartbeatsCarryTheirTimeToLiveAndContext() throws Exception {
    OnHub.run(
        io,
        context -> {
          try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ZmqSocket client = context.socket(SocketType.DEALER);
            client
                .options()
                .connection()
                .heartbeatInterval(INTERVAL)
                .heartbeatTimeout(Duration.ofSeconds(20))
                .heartbeatTtl(Duration.ofMillis(700))
                .heartbeatContext("ctx".getBytes(UTF_8));
            client.connect("tcp://127.0.0.1:" + listener.getLocalPort());
            String heard =
                ThreadPool.offload(
                    () -> {
                      try (Socket peer = listener.accept()) {
                        peer.setSoTimeout(20_000);
                        peer.getOutputStream().write(greetingAndReady("ROUTER", ""));
                        StringBuilder text = new StringBuilder();
                        byte[] buffer = new byte[1024];
                        while (text.indexOf("ctx") < 0) {
                          int length = peer.getInputStream().read(buffer);
                          if (length < 0) {
                            break;
                          }
                          text.append(new String(buffer, 0, length, ISO_8859_1));
                        }
                        return text.toString();
                      }
                    });
            assertTrue(heard.endsWith("\4\12\4PING\0\7ctx"), () -> heard);
          }
        });
  }

  @Test
  void stoppedProcessIsNoticedAndComesBack() throws Exception {
    assumeTrue(Python.isThere(), Python.ABSENT);
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().heartbeat(INTERVAL, Duration.ofSeconds(2));
          ZmqMonitor monitor = server.monitor();
          Process python =
              Python.start(
                  """
                  s = socket(zmq.DEALER)
                  s.identity = b'py'
                  s.reconnect_ivl = 20
                  s.connect(sys.argv[1])
                  s.send(b'here')
                  assert s.recv() == b'welcome back'
                  """,
                  server.bind(ANY_PORT));
          try {
            assertEquals(ZmqMessage.of("py", "here"), server.recvMessage(LONG));
            assertTrue(server.awaitConnected(LONG));
            assertFalse(server.awaitDisconnected(Duration.ofMillis(200)));
            signal("STOP", python);
            assertTrue(server.awaitDisconnected(LONG));
            signal("CONT", python);
            assertTrue(server.awaitConnected(LONG));
            assertEquals("py", server.peers().getFirst().identity());
            var welcoming =
                spawn(
                    () -> {
                      while (true) { // a slow machine may miss a heartbeat again
                        server.send(ZmqMessage.of("py", "welcome back"));
                        sleep(INTERVAL);
                      }
                    });
            assertTrue(ThreadPool.offload(() -> python.waitFor(20, TimeUnit.SECONDS)));
            welcoming.kill();
            assertEquals(0, python.exitValue());
            HandshakeSucceeded _ = next(monitor, HandshakeSucceeded.class);
            Disconnected _ = next(monitor, Disconnected.class);
            HandshakeSucceeded _ = next(monitor, HandshakeSucceeded.class);
          } finally {
            Process _ = python.destroyForcibly();
          }
        });
  }

  private static void signal(String name, Process process) throws Exception {
    int exit =
        ThreadPool.offload(
            () ->
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .start()
                    .waitFor());
    assertEquals(0, exit);
  }

  @Test
  void peerThatNeverSpeaksIsClosedWithinTheHandshakeTimeout() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().connection().handshakeTimeout(TIMEOUT);
          ZmqMonitor monitor = server.monitor();
          int port = port(server.bind(ANY_PORT));
          try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            HandshakeFailed failed = next(monitor, HandshakeFailed.class);
            assertEquals(ZmqEvent.FailureReason.DISCONNECTED, failed.reason());
            Disconnected _ = next(monitor, Disconnected.class);
          }
        });
  }

  // --- Messages about peers

  @Test
  void helloMessageIsWhatNewPeersReceiveFirst() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().helloMessage("welcome".getBytes(UTF_8));
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = context.socket(SocketType.DEALER);
          client.options().identity("me".getBytes(UTF_8)).helloMessage("hi".getBytes(UTF_8));
          client.connect(endpoint);
          client.send("question");
          assertEquals("welcome", client.recvString(LONG));
          assertEquals(ZmqMessage.of("me", "hi"), server.recvMessage(LONG));
          assertEquals(ZmqMessage.of("me", "question"), server.recvMessage(LONG));
        });
  }

  @Test
  void disconnectMessageTellsWhoHasLeft() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          server.options().disconnectMessage("left".getBytes(UTF_8));
          String endpoint = server.bind(ANY_PORT);
          for (String name : new String[] {"ann", "bob"}) {
            try (ZmqSocket client = context.socket(SocketType.DEALER)) {
              client.options().identity(name.getBytes(UTF_8));
              client.connect(endpoint);
              client.send("hello");
              assertEquals(ZmqMessage.of(name, "hello"), server.recvMessage(LONG));
            }
            assertEquals(ZmqMessage.of(name, "left"), server.recvMessage(LONG));
          }
        });
  }

  @Test
  void hiccupMessageTellsThatTheConnectionWasLost() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket client = context.socket(SocketType.DEALER);
          client
              .options()
              .hiccupMessage("hiccup".getBytes(UTF_8))
              .connection()
              .reconnectInterval(Duration.ofMillis(10));
          ZmqSocket first = context.socket(SocketType.ROUTER);
          String endpoint = first.bind(ANY_PORT);
          client.connect(endpoint);
          assertTrue(client.awaitConnected(LONG));
          first.close();
          assertEquals("hiccup", client.recvString(LONG));
          ZmqSocket second = context.socket(SocketType.ROUTER);
          bindAgain(second, endpoint);
          assertTrue(client.awaitConnected(LONG));
          client.send("again");
          assertEquals("again", second.recvMessage(LONG).text(1));
        });
  }

  /** JeroMQ closes listeners in the background. */
  private static void bindAgain(ZmqSocket socket, String endpoint) {
    while (true) {
      try {
        String _ = socket.bind(endpoint);
        return;
      } catch (ZmqAddressException e) {
        sleep(Duration.ofMillis(5));
      }
    }
  }
}
