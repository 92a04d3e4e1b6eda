package dev.celadon.examples.network;

import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.dns.Dns;
import dev.celadon.dns.Resolver;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.pool.Pool;
import dev.celadon.process.CompletedProcess;
import dev.celadon.process.Subprocess;
import dev.celadon.process.SubprocessOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each program serves, or asks, over real sockets of this machine. */
class NetworkProgramsTest {

  private static String bytes(String text, StreamSocket socket) throws IOException {
    socket.write(text.getBytes(UTF_8));
    socket.shutdownOutput();
    return new String(socket.inputStream().readAllBytes(), UTF_8);
  }

  private static String said(int port, String text) throws IOException {
    try (StreamSocket socket = StreamSocket.connect("127.0.0.1", port)) {
      return bytes(text, socket);
    }
  }

  /** By curl, if there is one; every error of HTTP is a failure. */
  private static String curl(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "-f", "--max-time", "10"));
    command.addAll(List.of(words));
    CompletedProcess done = Subprocess.run(command);
    assertEquals(0, done.exitCode(), done::stderrText);
    return done.stdoutText();
  }

  private static boolean hasCurl() {
    return Files.isExecutable(Path.of("/usr/bin/curl"));
  }

  private static void onHub(Body body) throws Exception {
    Hub.run(body);
  }

  // --- Servers

  @Test
  void echoServerSendsLinesBackUntilQuit() throws Exception {
    onHub(
        () -> {
          try (Running server = new Running(EchoServer::run, "0")) {
            int port = server.port();
            String welcome = "Welcome to the echo server! Type quit to exit.\r\n";
            assertEquals(welcome + "one\ntwo\n", said(port, "one\ntwo\nquit\nthree\n"));
            assertEquals(welcome + "one\n", said(port, "one\n"));
            assertEquals("new connection", server.line());
            assertEquals("client quit", server.line());
            assertEquals("new connection", server.line());
            assertEquals("client disconnected", server.line());
          }
        });
  }

  @Test
  void unixSocketServerAnswersAndRemovesItsFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("s");
    onHub(
        () -> {
          try (Running server = new Running(UnixSocketServer::run, file.toString())) {
            assertEquals("listening on " + file + "; interrupt to stop", server.line());
            String hello = "Hello by a file: GET /there HTTP/1.1\n";
            if (hasCurl()) {
              assertEquals(hello, curl("--unix-socket", file.toString(), "http://hello/there"));
            }
            try (StreamSocket socket = StreamSocket.connect(UnixDomainSocketAddress.of(file))) {
              assertTrue(bytes("GET /there HTTP/1.1\r\n\r\n", socket).endsWith("\r\n\r\n" + hello));
            }
          }
          assertFalse(Files.exists(file));
        });
  }

  @Test
  void udpServerAnswersTheUdpClient() throws Exception {
    onHub(
        () -> {
          try (Running server = new Running(UdpServer::run, "0")) {
            String place = "127.0.0.1:" + server.port();
            Running client = new Running(UdpClient::run, place, "hello", "world");
            assertEquals("sending 11 bytes to 127.0.0.1", client.line());
            assertEquals("got reply: Received 11 bytes", client.line());
            assertEquals(0, client.status());
            assertEquals("got: hello world", server.line());
          }
        });
  }

  @Test
  void forwarderPassesBothWaysAndTheHalfClose() throws Exception {
    onHub(
        () -> {
          // Answers when it has heard all: nothing comes back unless the half close passes through
          StreamServer server =
              new StreamServer(
                  "127.0.0.1:0",
                  socket -> {
                    byte[] all = socket.inputStream().readAllBytes();
                    socket.write(("heard " + all.length).getBytes(UTF_8));
                  });
          server.start();
          try (Running forwarder =
              new Running(PortForwarder::run, "0", "127.0.0.1:" + server.port())) {
            int port = forwarder.port();
            List<Greenlet<String>> clients =
                IntStream.range(0, 20)
                    .mapToObj(client -> spawn(() -> said(port, "x".repeat(client * 5_000))))
                    .toList();
            for (int client = 0; client < 20; client++) {
              assertEquals("heard " + (client * 5_000), clients.get(client).result());
            }
          }
          server.close();
        });
  }

  @Test
  void forwarderClosesTheConnectionIfNobodyIsThere() throws Exception {
    onHub(
        () -> {
          StreamServer gone = new StreamServer("127.0.0.1:0", _ -> {});
          gone.start();
          gone.close();
          try (Running forwarder =
              new Running(PortForwarder::run, "0", "127.0.0.1:" + gone.port())) {
            int port = forwarder.port();
            assertEquals("", said(port, ""));
            assertTrue(forwarder.line().startsWith("no connection to 127.0.0.1"));
          }
        });
  }

  // --- The proxy

  @Test
  void proxyAsksTheOriginByItsPathAndHidesWhatIsNotForIt() throws Exception {
    onHub(
        () -> {
          try (Origin origin = new Origin();
              Running proxy = new Running(WebProxy::run, "0")) {
            int port = proxy.port();
            String there = "http://" + origin.place();
            String answer =
                said(
                    port,
                    ("POST %s/a?b=c HTTP/1.1\r\nHost: other\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
                            + "Content-Length: 5\r\n\r\nhello")
                        .formatted(there));
            assertEquals(
                "POST /a?b=c HTTP/1.1|" + origin.place() + "|close|null|hello",
                answer.substring(answer.indexOf("\r\n\r\n") + 4));
            if (hasCurl()) {
              assertEquals(
                  "GET / HTTP/1.1|" + origin.place() + "|close|null|",
                  curl("-x", "127.0.0.1:" + port, "--noproxy", "", there));
              assertEquals(
                  "GET /t HTTP/1.1|" + origin.place() + "|null|null|",
                  curl("-x", "127.0.0.1:" + port, "--noproxy", "", "-p", there + "/t"));
            }
          }
        });
  }

  @Test
  void tunnelPassesTheHalfClose() throws Exception {
    onHub(
        () -> {
          StreamServer server =
              new StreamServer(
                  "127.0.0.1:0", socket -> socket.write(socket.inputStream().readAllBytes()));
          server.start();
          try (Running proxy = new Running(WebProxy::run, "0")) {
            String head = "CONNECT 127.0.0.1:" + server.port() + " HTTP/1.1\r\n\r\n";
            assertEquals(
                "HTTP/1.1 200 Connection established\r\n\r\nping",
                said(proxy.port(), head + "ping"));
          }
          server.close();
        });
  }

  @Test
  void proxyRefusesWhatItCannotUnderstandAndGoesOn() throws Exception {
    onHub(
        () -> {
          try (Running proxy = new Running(WebProxy::run, "0")) {
            int port = proxy.port();
            String lengths = "Content-Length: 1\r\nContent-Length: 2\r\n\r\n";
            String both = "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n";
            for (String request :
                List.of(
                    "hello\r\n\r\n",
                    "GET /own HTTP/1.1\r\n\r\n",
                    "GET http://x/ HTTP/2.0\r\n\r\n",
                    "CONNECT nowhere HTTP/1.1\r\n\r\n",
                    "GET http://127.0.0.1:1/ HTTP/1.1\r\n" + lengths,
                    "GET http://127.0.0.1:1/ HTTP/1.1\r\n" + both,
                    "GET http://127.0.0.1:1/ HTTP/1.1\r\nno field\r\n\r\n")) {
              assertTrue(said(port, request).startsWith("HTTP/1.1 400 "), request);
            }
            assertEquals("", said(port, ""));
            StreamServer gone = new StreamServer("127.0.0.1:0", _ -> {});
            gone.start();
            gone.close();
            String refused = "GET http://127.0.0.1:" + gone.port() + "/ HTTP/1.1\r\n\r\n";
            assertTrue(said(port, refused).startsWith("HTTP/1.1 502 "));
          }
        });
  }

  @Test
  void proxyCopiesChunksToTheirEnd() throws Exception {
    onHub(
        () -> {
          String chunks = "5;x=y\r\nhello\r\n0\r\nField: z\r\n\r\n";
          StreamServer server =
              new StreamServer(
                  "127.0.0.1:0",
                  socket -> {
                    HttpHead _ = HttpHead.read(socket.inputStream());
                    byte[] body = socket.inputStream().readNBytes(chunks.length());
                    socket.write(body);
                  });
          server.start();
          try (Running proxy = new Running(WebProxy::run, "0")) {
            String head =
                "POST http://127.0.0.1:%d/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .formatted(server.port());
            assertEquals(chunks, said(proxy.port(), head + chunks + "more"));
          }
          server.close();
        });
  }

  // --- Threads and greenlets

  @Test
  void bothHelloServersAnswerTwoHundredRequests() throws Exception {
    onHub(
        () -> {
          assumeTrue(Hub.current().carrierMode().kind() == CarrierMode.Kind.DIRECT);
          try (Running servers = new Running(HelloServers::run, "0", "0")) {
            assertTrue(servers.line().contains("SOCKETS"));
            String ports = servers.line();
            List<Integer> both =
                List.of(ports.split("\\D+")).stream()
                    .filter(number -> !number.isEmpty())
                    .map(Integer::valueOf)
                    .toList();
            assertEquals(2, both.size(), ports);
            for (int port : both) {
              List<String> answers =
                  new Pool(20)
                      .map(
                          Collections.nCopies(200, "GET / HTTP/1.0\r\n\r\n"),
                          request -> said(port, request));
              assertEquals(200, answers.size());
              for (String answer : answers) {
                assertTrue(answer.startsWith("HTTP/1.0 200 OK\r\n"), answer);
                assertTrue(answer.endsWith("\r\n\r\nhello"), answer);
              }
            }
          }
        });
  }

  // --- Clients

  /** Knows some names. */
  private record Known(Map<String, String> addresses) implements Resolver {

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
      String address = addresses.get(host);
      if (address == null) {
        throw new UnknownHostException(host);
      }
      return List.of(InetAddress.ofLiteral(address));
    }

    @Override
    public String reverse(InetAddress address) throws UnknownHostException {
      throw new UnknownHostException(address.toString());
    }
  }

  @Test
  void manyNamesAreLookedUp() throws Exception {
    onHub(
        () -> {
          Dns.use(new Known(Map.of("one.test", "10.0.0.1", "two.test", "10.0.0.2")));
          Running program =
              new Running(DnsMassResolve::run, "one.test", "three.test", "two.test", "10.0.0.9");
          List<String> lines = new ArrayList<>();
          for (int line = 0; line < 5; line++) {
            lines.add(program.line());
          }
          assertEquals(
              List.of(
                  "10.0.0.9 = 10.0.0.9",
                  "found 3 of 4",
                  "one.test = 10.0.0.1",
                  "three.test is unknown",
                  "two.test = 10.0.0.2"),
              lines.stream().sorted().toList());
          assertEquals(1, program.status());
        });
  }

  @Test
  void pagesAreDownloadedAndFailuresTold() throws Exception {
    onHub(
        () -> {
          String gone;
          try (Origin origin = new Origin()) {
            gone = "http://" + origin.place();
            String page = gone + "/";
            Running program = new Running(ConcurrentDownload::run, page, page + "two");
            List<String> lines = new ArrayList<>();
            for (int line = 0; line < 4; line++) {
              lines.add(program.line());
            }
            assertTrue(lines.contains("Starting " + page), lines::toString);
            assertEquals(2, lines.stream().filter(line -> line.endsWith(" bytes")).count());
            assertEquals(0, program.status());
          }
          assertEquals(1, new Running(ConcurrentDownload::run, gone).status());
        });
  }

  // --- Command lines and signals

  @Test
  void unusableArgumentsAreTold() {
    Map<String, Callable<?>> tries =
        Map.of(
            "\"x\" is no port: give one of 1 to 65535, or 0 for any",
            () -> Arguments.of("x").port(0, 1),
            "\"65536\" is no port: give one of 1 to 65535, or 0 for any",
            () -> Arguments.of("65536").port(0, 1),
            "\"host\" is no place to connect to: give HOST:PORT",
            () -> Arguments.of("host").place(0, "a:1"));
    tries.forEach(
        (message, call) ->
            assertEquals(message, assertThrows(Arguments.Unusable.class, call::call).getMessage()));
    assertEquals("::1", Arguments.place("[::1]:80").getHostString());
    assertEquals(7, Arguments.of().port(0, 7));
  }

  @Test
  void serverEndsInOrderWhenASignalAsks() throws Exception {
    onHub(
        () -> {
          SubprocessOptions java =
              SubprocessOptions.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "--add-opens",
                      "java.base/java.lang=ALL-UNNAMED",
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      System.getProperty("java.class.path"),
                      "dev.celadon.examples.Examples",
                      "echo-server",
                      "0")
                  .withPipes();
          try (Subprocess server = Subprocess.start(java)) {
            BufferedReader lines =
                new BufferedReader(new InputStreamReader(server.stdout(), UTF_8));
            String first = lines.readLine();
            assertTrue(first != null && first.startsWith("listening on "), first);
            int port = Integer.parseInt(first.replaceAll("\\D", ""));
            try (StreamSocket idle = StreamSocket.connect("127.0.0.1", port)) {
              assertTrue(idle.inputStream().read() >= 0);
              server.terminate();
              byte[] rest = idle.inputStream().readAllBytes();
              assertTrue(new String(rest, UTF_8).endsWith("to exit.\r\n"));
            }
            assertEquals(0, server.waitFor());
          }
        });
  }
}
