package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.threadpool.ThreadPool;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other people's TLS, where it is installed. */
class TlsPeersTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    TlsIdentity me = TestCertificates.LOCALHOST;
    Files.writeString(folder.resolve("chain.pem"), TestCertificates.pem(me.chain()));
    Files.writeString(folder.resolve("key.pem"), TestCertificates.pem(me.key()));
    Files.writeString(
        folder.resolve("roots.pem"), TestCertificates.pem(TestCertificates.AUTHORITY.trusted()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void opensslTalksToOurServer(String version) throws Exception {
    requireProgram("openssl");
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            Greenlet<String> server = Greenlets.spawn(() -> echoLines(listener.accept(), 3));
            Process client =
                start(
                    "openssl s_client -quiet -connect 127.0.0.1:"
                        + listener.port()
                        + " -servername localhost -verify_return_error -CAfile roots.pem "
                        + version);
            ThreadPool.offload(
                () -> {
                  client.getOutputStream().write("one\ntwo\nthree\n".getBytes(UTF_8));
                  client.getOutputStream().flush();
                });
            assertEquals("one\ntwo\nthree\n", server.result());
            assertTrue(output(client).contains("one\ntwo\nthree\n"));
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2 R", "-tls1_3 K", "-tls1_3 k"})
  void opensslAsksForANewKeyInTheMiddle(String versionAndCommand) throws Exception {
    requireProgram("openssl");
    List<String> given = List.of(versionAndCommand.split(" ", -1));
    // "K" and "k" are a new key in TLS 1.3, "R" is a new handshake in TLS 1.2
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            Greenlet<String> server = Greenlets.spawn(() -> echoLines(listener.accept(), 2));
            Process client =
                start(
                    "openssl s_client -connect 127.0.0.1:"
                        + listener.port()
                        + " -servername localhost -CAfile roots.pem "
                        + given.getFirst());
            InputStream said = client.getInputStream();
            StringBuilder heard = new StringBuilder();
            type(client, "first\n"); // no word that openssl says itself
            hear(said, heard, "first\n");
            type(client, given.getLast() + "\n");
            hear(
                client.getErrorStream(),
                heard,
                given.getFirst().equals("-tls1_2") ? "RENEG" : "KEYUPDATE");
            type(client, "second\n");
            assertEquals("first\nsecond\n", server.result());
            hear(said, heard, "second\n");
            ThreadPool.offload(() -> client.destroyForcibly().waitFor());
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1_2", "-tls1_3"})
  void weTalkToOpenssl(String version) throws Exception {
    requireProgram("openssl");
    Hub.run(
        () -> {
          int port = freePort();
          Process server =
              start(
                  "openssl s_server -quiet -rev -accept 127.0.0.1:"
                      + port
                      + " -cert chain.pem -key key.pem -naccept 1 "
                      + version);
          try (TlsSocket socket = connectPatiently(port)) {
            socket.write("abc\n".getBytes(UTF_8));
            assertEquals("cba\n", new String(socket.inputStream().readNBytes(4), UTF_8));
          }
          ThreadPool.offload(() -> server.destroyForcibly().waitFor());
        });
  }

  @Test
  void curlGetsAnAnswer() throws Exception {
    requireProgram("curl");
    byte[] body = "x".repeat(1_000_000).getBytes(UTF_8);
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            Greenlet<?> server =
                Greenlets.spawn(
                    () -> {
                      TlsOptions options = TlsPair.SERVER.withApplicationProtocols("http/1.1");
                      try (TlsSocket socket = TlsSocket.server(listener.accept(), options)) {
                        int _ = socket.read(new byte[10_000]);
                        socket.write(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
                        socket.write(body);
                        assertEquals("http/1.1", socket.applicationProtocol());
                      }
                    });
            Process curl =
                start(
                    "curl -s --noproxy * --cacert roots.pem --resolve localhost:"
                        + listener.port()
                        + ":127.0.0.1 https://localhost:"
                        + listener.port()
                        + "/");
            assertEquals(body.length, output(curl).length());
            assertEquals(0, ThreadPool.<Integer>offload(() -> curl.waitFor()));
            server.result();
          }
        });
  }

  @Test
  void pythonTalksToOurServer() throws Exception {
    requireProgram("python3");
    String program =
        """
        import socket, ssl, sys
        context = ssl.create_default_context(cafile="roots.pem")
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        plain = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        tls = context.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False)
        data = bytes(range(256)) * 4000
        import threading
        threading.Thread(target=lambda: tls.sendall(data)).start()
        got = b""
        while len(got) < len(data):
            got += tls.recv(65536)
        assert got == data
        tls.sendall(b"bye")
        print(repr(tls.recv(10)), tls.version())
        """;
    Files.writeString(folder.resolve("client.py"), program);
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
            Greenlet<String> server =
                Greenlets.spawn(
                    () -> {
                      try (TlsSocket socket = TlsSocket.server(listener.accept(), TlsPair.SERVER)) {
                        byte[] buffer = new byte[30_000];
                        for (int left = 1_024_000; left > 0; ) {
                          int count = socket.read(buffer);
                          socket.write(buffer, 0, count);
                          left -= count;
                        }
                        return new String(socket.inputStream().readNBytes(3), UTF_8);
                      }
                    });
            Process python = start("python3 client.py " + listener.port());
            assertEquals("b'' TLSv1.3\n", output(python));
            assertEquals("bye", server.result());
          }
        });
  }

  // --- Helpers

  private static String echoLines(StreamSocket plain, int lines) throws IOException {
    StringBuilder all = new StringBuilder();
    try (TlsSocket socket = TlsSocket.server(plain, TlsPair.SERVER)) {
      while (all.chars().filter(c -> c == '\n').count() < lines) {
        byte[] buffer = new byte[100];
        int count = socket.read(buffer);
        if (count < 0) {
          return all + "and then the end";
        }
        socket.write(buffer, 0, count);
        all.append(new String(buffer, 0, count, UTF_8));
      }
    }
    return all.toString();
  }

  private static TlsSocket connectPatiently(int port) throws Exception {
    for (int i = 0; ; i++) {
      try {
        return TlsSocket.connect("127.0.0.1", port, TlsPair.CLIENT);
      } catch (java.net.ConnectException e) {
        if (i == 500) {
          throw e;
        }
        Greenlets.sleep(java.time.Duration.ofMillis(20));
      }
    }
  }

  private static int freePort() throws IOException {
    try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
      return listener.port();
    }
  }

  private Process start(String command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command.split(" ", -1)).directory(folder.toFile());
    return ThreadPool.offload(() -> builder.start());
  }

  private static void type(Process process, String text) throws Exception {
    ThreadPool.offload(
        () -> {
          process.getOutputStream().write(text.getBytes(UTF_8));
          process.getOutputStream().flush();
        });
  }

  private static void hear(InputStream from, StringBuilder heard, String wanted) throws Exception {
    ThreadPool.offload(
        () -> {
          while (heard.indexOf(wanted) < 0) {
            int next = from.read();
            if (next < 0) {
              throw new IOException("no \"" + wanted + "\" in: " + heard);
            }
            heard.append((char) next);
          }
        });
  }

  private static String output(Process process) throws Exception {
    return ThreadPool.offload(() -> new String(process.getInputStream().readAllBytes(), UTF_8));
  }

  private static void requireProgram(String name) {
    boolean installed =
        List.of(System.getenv("PATH").split(File.pathSeparator, -1)).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    assumeTrue(installed, name + " is not installed");
  }
}
