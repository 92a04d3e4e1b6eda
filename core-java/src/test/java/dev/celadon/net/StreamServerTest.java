package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.queue.Queue;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamServerTest {

  static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final Queue<String> reports = new Queue<>();

  @TempDir Path folder;

  private HubOptions options() {
    return HubOptions.defaults()
        .withErrorHandler((source, failure) -> reports.put(source + ": " + failure));
  }

  private static void echo(Transport socket) throws IOException {
    long _ = socket.inputStream().transferTo(socket.outputStream());
  }

  private static String ask(StreamServer server, String question) throws IOException {
    try (StreamSocket socket = StreamSocket.connect(server.address())) {
      socket.write(question.getBytes(UTF_8));
      socket.shutdownOutput();
      return readText(socket);
    }
  }

  private static String readText(StreamSocket socket) throws IOException {
    return new String(socket.inputStream().readAllBytes(), UTF_8);
  }

  @Test
  void servesEveryClient() throws Exception {
    Hub.run(
        options(),
        () -> {
          try (StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo)) {
            server.start();
            assertTrue(server.port() > 0);
            List<Greenlet<String>> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
              String question = "question " + i;
              clients.add(Greenlets.spawn(() -> ask(server, question)));
            }
            for (int i = 0; i < 20; i++) {
              assertEquals("question " + i, clients.get(i).result());
            }
          }
        });
    assertTrue(reports.isEmpty());
  }

  @Test
  void theSocketIsClosedWhenItsHandlerEndsInWhateverWay() throws Exception {
    Hub.run(
        options(),
        () -> {
          List<Transport> sockets = new ArrayList<>();
          SocketHandler handler =
              socket -> {
                sockets.add(socket);
                if (sockets.size() == 2) {
                  throw new IllegalStateException("on purpose");
                }
              };
          try (StreamServer server = new StreamServer(ANY_PORT, handler)) {
            server.start();
            assertEquals("", ask(server, ""));
            String local;
            try (StreamSocket client = StreamSocket.connect(server.address())) {
              local = client.localAddress().toString();
              assertEquals("", readText(client));
            }
            sockets.forEach(socket -> assertFalse(socket.isOpen()));
            String report = reports.get();
            assertTrue(
                report.startsWith("handler of " + local + " in StreamServer[" + ANY_PORT + "]"),
                report);
            assertTrue(report.contains("on purpose"), report);
            assertEquals("", ask(server, ""), "it goes on");
          }
        });
  }

  @Test
  void aHandlerWasSpawnedWhereItsServerWasStarted() throws Exception {
    Hub.run(
        options(),
        () -> {
          List<String> sites = new ArrayList<>();
          SocketHandler handler =
              _ -> {
                if (RawGreenlet.currentOrNull() instanceof Greenlet<?> greenlet) {
                  sites.add(greenlet.spawnSite());
                }
              };
          try (StreamServer server = new StreamServer(ANY_PORT, handler)) {
            server.start();
            assertEquals("", ask(server, ""));
            assertEquals("", ask(server, ""));
          }
          assertEquals(2, sites.size());
          assertTrue(sites.getFirst().contains("(StreamServerTest.java:"), sites.getFirst());
          assertEquals(sites.getFirst(), sites.getLast());
        });
  }

  @Test
  void aBrokenConnectionThatItsHandlerDoesNotCatchIsReported() throws Exception {
    Hub.run(
        options(),
        () -> {
          try (StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo)) {
            server.start();
            StreamSocket client = StreamSocket.connect(server.address());
            client.write(new byte[1]);
            assertEquals(1, client.read(new byte[1]));
            client.option(java.net.StandardSocketOptions.SO_LINGER, 0).close();
            String report = reports.get();
            assertTrue(report.contains("Connection reset"), report);
          }
        });
  }

  @Test
  void listensInTheUnixDomain() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    Hub.run(
        () -> {
          try (StreamServer server = new StreamServer(address, StreamServerTest::echo)) {
            server.start();
            assertEquals("hello", ask(server, "hello"));
            assertThrows(UnsupportedOperationException.class, server::port);
          }
        });
    assertFalse(Files.exists(address.getPath()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "localhost:0", ":0", "[::1]:0"})
  void listensAtAnAddressInWriting(String address) throws Exception {
    Hub.run(
        () -> {
          try (StreamServer server = new StreamServer(address, StreamServerTest::echo)) {
            server.start();
            String host = address.startsWith("[") ? "::1" : "127.0.0.1";
            try (StreamSocket client = StreamSocket.connect(host, server.port())) {
              client.shutdownOutput();
              assertEquals("", readText(client));
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "80", "host", "host:", "host:x", "::1:80", "host:99999", "a:b:1"})
  void refusesWhatIsNoAddress(String address) {
    assertThrows(
        IllegalArgumentException.class, () -> new StreamServer(address, StreamServerTest::echo));
  }

  @Test
  void servesAListenerThatWasThereBefore() throws Exception {
    Hub.run(
        () -> {
          StreamListener listener = StreamListener.bind(ANY_PORT);
          try (StreamServer server = new StreamServer(listener, StreamServerTest::echo)) {
            server.start();
            assertEquals("hello", ask(server, "hello"));
          }
          assertFalse(listener.isOpen());
          StreamListener unused = StreamListener.bind(ANY_PORT);
          new StreamServer(unused, StreamServerTest::echo).close();
          assertFalse(unused.isOpen(), "also if it never started");
        });
  }

  @Test
  void stoppingRefusesNewClientsAtOnceAndLetsOldOnesFinish() throws Exception {
    Hub.run(
        options(),
        () -> {
          StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo);
          server.start();
          try (StreamSocket client = StreamSocket.connect(server.address())) {
            client.write("a".getBytes(UTF_8));
            assertEquals(1, client.read(new byte[1]));
            Greenlet<Boolean> stop = Greenlets.spawn(() -> server.stop(Duration.ofSeconds(10)));
            Greenlets.yieldNow();
            assertThrows(ConnectException.class, () -> StreamSocket.connect(server.address()));
            client.write("b".getBytes(UTF_8));
            client.shutdownOutput();
            assertEquals("b", readText(client));
            assertTrue(stop.result());
          }
        });
    assertTrue(reports.isEmpty());
  }

  @Test
  void aClientThatIsSlowToShakeHandsHoldsNobodyUp() throws Exception {
    Hub.run(
        options(),
        () -> {
          SocketWrapping handshake =
              socket -> {
                assertEquals(1, socket.read(new byte[1]));
                return socket;
              };
          ServerOptions wrapped = ServerOptions.defaults().withWrapping(handshake);
          try (StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo, wrapped)) {
            server.start();
            try (StreamSocket slow = StreamSocket.connect(server.address())) {
              assertEquals("ello", ask(server, "hello"));
              slow.shutdownOutput();
              assertEquals("", readText(slow));
            }
          }
        });
    assertTrue(reports.get().contains("AssertionFailedError"), "reported as a handler's failure");
  }

  @Test
  void speaksTlsAndAClientThatSaysNothingHoldsNobodyUp() throws Exception {
    TlsOptions tls = TlsOptions.defaults().withIdentity(TestCertificates.LOCALHOST);
    TlsOptions trusting = TlsOptions.defaults().withTrusted(TestCertificates.AUTHORITY.trusted());
    Hub.run(
        options(),
        () -> {
          ServerOptions serving = ServerOptions.defaults().withTls(tls);
          try (StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo, serving)) {
            server.start();
            try (StreamSocket silent = StreamSocket.connect(server.address());
                TlsSocket client = TlsSocket.connect("localhost", server.port(), trusting)) {
              client.write("hello".getBytes(UTF_8));
              client.shutdownOutput();
              assertEquals("hello", new String(client.inputStream().readAllBytes(), UTF_8));
              silent.write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
              assertTrue(silent.waitReadable(Duration.ofSeconds(30)), "it is told to go");
            }
          }
        });
    assertTrue(reports.get().contains("SSL"), "who speaks no TLS is reported");
  }

  @Test
  void aPlainThreadServes() throws Exception {
    Event bound = new Event();
    StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo);
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (Hub _ = Hub.current()) {
                    server.start();
                    bound.set();
                    server.serveForever();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    bound.waitUntilSet();
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      client.getOutputStream().write("hello".getBytes(UTF_8));
      client.shutdownOutput();
      assertEquals("hello", new String(client.getInputStream().readAllBytes(), UTF_8));
    }
    assertTrue(server.stop());
    thread.join();
  }

  @Test
  void manyThreadsTalkToOneHub() throws Exception {
    try (Hub hub = Hub.start("serves")) {
      StreamServer server = new StreamServer(ANY_PORT, StreamServerTest::echo);
      server.start(hub);
      talkFromThreads(server.port(), 4, 50);
      assertTrue(server.stop(Duration.ofSeconds(10)));
      assertEquals(0, server.handlers());
    }
  }

  private static void talkFromThreads(int port, int threads, int connections) throws Exception {
    List<Thread> talkers = new ArrayList<>();
    Queue<String> failures = new Queue<>();
    for (int i = 0; i < threads; i++) {
      talkers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int j = 0; j < connections; j++) {
                      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        socket.getOutputStream().write(j);
                        assertEquals(j, socket.getInputStream().read());
                      } catch (IOException e) {
                        failures.put(e.toString());
                      }
                    }
                  }));
    }
    for (Thread talker : talkers) {
      talker.join();
    }
    assertEquals(List.of(), failures.shutdownNow());
  }

  @Test
  void allHubsOfAGroupServe() throws Exception {
    Set<Hub> seen = ConcurrentHashMap.newKeySet();
    ServerGroup group =
        new ServerGroup(
            3,
            ANY_PORT,
            socket -> {
              seen.add(Hub.current());
              echo(socket);
            });
    try (group) {
      group.start();
      group.start();
      assertEquals(3, group.servers().size());
      while (seen.size() < 3) { // the operating system spreads them by chance
        talkFromThreads(group.port(), 3, 10);
      }
    }
    assertFalse(group.isStarted());
    seen.forEach(hub -> assertTrue(hub.isClosed()));
    assertThrows(IllegalStateException.class, group::start);
    assertThrows(IllegalStateException.class, group::address);
  }

  @Test
  void theHubsOfAGroupShareAListenerInTheUnixDomain() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    Set<Hub> seen = ConcurrentHashMap.newKeySet();
    try (ServerGroup group =
        new ServerGroup(
            2,
            address,
            socket -> {
              seen.add(Hub.current());
              echo(socket);
            })) {
      group.start();
      Hub.run(
          () -> {
            while (seen.size() < 2) {
              List<Greenlet<?>> clients = new ArrayList<>();
              for (int i = 0; i < 20; i++) {
                clients.add(
                    Greenlets.spawn(
                        () -> {
                          try (StreamSocket socket = StreamSocket.connect(address)) {
                            socket.write(new byte[] {7});
                            assertEquals(1, socket.read(new byte[1]));
                          }
                        }));
              }
              Greenlets.joinAllOrThrow(clients);
            }
          });
    }
    assertFalse(Files.exists(address.getPath()));
  }

  @RepeatedTest(8) // the system chooses the hub
  void aHandlerMayStopItsGroup() throws Exception {
    Event stopped = new Event();
    ServerGroup[] group = new ServerGroup[1];
    group[0] =
        new ServerGroup(
            2,
            ANY_PORT,
            _ -> {
              boolean drained = group[0].stop(Duration.ofSeconds(30));
              if (drained) {
                stopped.set();
              }
            });
    Thread serving =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    group[0].serveForever();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    while (!group[0].isStarted()) {
      Thread.onSpinWait();
    }
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), group[0].port())) {
      assertEquals(-1, client.getInputStream().read());
    }
    serving.join();
    assertTrue(stopped.waitUntilSet(Duration.ofSeconds(10)));
  }

  @Test
  void aGroupThatCannotBindLeavesNothingBehind() throws Exception {
    try (StreamListener other = StreamListener.bind(ANY_PORT)) {
      ServerGroup group = new ServerGroup(2, other.localAddress(), StreamServerTest::echo);
      int hubs = Hub.all().size();
      assertThrows(java.net.BindException.class, group::start);
      assertEquals(hubs, Hub.all().size());
    }
  }

  @Test
  void startedByTwoAtOnceItBindsOnce() throws Exception {
    Hub.run(
        () -> {
          int port;
          try (StreamListener free = StreamListener.bind(ANY_PORT)) {
            port = free.port();
          }
          InetSocketAddress name = InetSocketAddress.createUnresolved("localhost", port);
          try (StreamServer server = new StreamServer(name, StreamServerTest::echo)) {
            List<Greenlet<?>> starts =
                List.of(
                    Greenlets.spawn(() -> server.start()), Greenlets.spawn(() -> server.start()));
            Greenlets.joinAllOrThrow(starts);
            assertTrue(server.isStarted());
            assertEquals(port, server.port());
          }
        });
  }
}
