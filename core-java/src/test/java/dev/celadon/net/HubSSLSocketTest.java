package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

class HubSSLSocketTest {

  private final Trail trail = new Trail();

  private interface Talk {
    void with(SSLSocketFactory sockets, int port) throws Exception;
  }

  private static SSLSocketFactory sockets() throws IOException {
    return new HubSSLSocketFactory(TlsPair.CLIENT.credentials().context());
  }

  /** With a server that gives back what it gets, and a goodbye at the end. */
  private static void serving(TlsOptions options, Talk talk) throws Exception {
    Hub.run(
        () -> {
          InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
          try (StreamListener listener = StreamListener.bind(any)) {
            Greenlet<?> accepting =
                Greenlets.spawn(
                    () -> {
                      while (true) {
                        StreamSocket socket = listener.accept();
                        Greenlets.spawn(() -> echo(socket, options));
                      }
                    });
            talk.with(sockets(), listener.port());
            accepting.kill();
          }
        });
  }

  private static void echo(StreamSocket socket, TlsOptions options) {
    try (TlsSocket server = TlsSocket.server(socket, options)) {
      server.inputStream().transferTo(server.outputStream());
    } catch (IOException e) {
      return; // a client that refuses this server
    }
  }

  private static void talk(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertEquals(
        text,
        new String(
            socket.getInputStream().readNBytes(text.length()),
            java.nio.charset.StandardCharsets.US_ASCII));
  }

  @Test
  void connectsInEveryForm() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          InetAddress here = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
          SSLSocket later = (SSLSocket) sockets.createSocket();
          assertThrows(SocketException.class, later::getInputStream);
          assertEquals("SSL_NULL_WITH_NULL_NULL", later.getSession().getCipherSuite());
          later.connect(new InetSocketAddress(here, port), 10_000);
          for (Socket socket :
              List.of(
                  later,
                  sockets.createSocket("localhost", port),
                  sockets.createSocket("127.0.0.1", port, here, 0),
                  sockets.createSocket(here, port),
                  sockets.createSocket(here, port, here, 0))) {
            talk(socket, "hello");
            assertEquals("TLSv1.3", ((SSLSocket) socket).getSession().getProtocol());
            assertEquals(port, socket.getPort());
            assertTrue(socket.isConnected());
            socket.close();
            assertTrue(socket.isClosed());
            assertThrows(SocketException.class, socket::getInputStream);
          }
        });
  }

  @Test
  void putsTlsOnASocketThatIsClosedWithIt() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          Socket plain = new HubSocketFactory().createSocket("localhost", port);
          try (Socket secured = sockets.createSocket(plain, "localhost", port, true)) {
            talk(secured, "hello");
          }
          assertTrue(plain.isClosed());
        });
  }

  @Test
  void mayLeaveTheSocketUnderneathOpen() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          try (Socket plain = new HubSocketFactory().createSocket("localhost", port)) {
            Socket secured = sockets.createSocket(plain, "localhost", port, false);
            talk(secured, "hello");
            secured.close();
            assertTrue(secured.isClosed());
            assertFalse(plain.isClosed());
            assertTrue(plain.getInputStream().readAllBytes().length > 0, "the server's goodbye");
          }
        });
  }

  @Test
  void standsOnSocketsOfTheHubOnly() throws Exception {
    try (Socket foreign = new Socket()) {
      assertThrows(
          IllegalArgumentException.class,
          () -> sockets().createSocket(foreign, "localhost", 1, true));
    }
    try (Socket plain = new HubSocket()) {
      assertThrows(
          SocketException.class, () -> sockets().createSocket(plain, "localhost", 1, true));
    }
  }

  @Test
  void aReadGivesUpAfterItsTimeAndGoesOn() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          try (Socket socket = sockets.createSocket("localhost", port)) {
            talk(socket, "hello");
            socket.setSoTimeout(1);
            InputStream in = socket.getInputStream();
            assertThrows(SocketTimeoutException.class, in::read);
            assertFalse(socket.isClosed());
            socket.setSoTimeout(10_000);
            talk(socket, "again");
          }
        });
  }

  @Test
  void aKillOrATimeoutInAReadLeavesItOpen() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          try (Socket socket = sockets.createSocket("localhost", port)) {
            talk(socket, "hello");
            Greenlet<?> reader = Greenlets.spawn(() -> socket.getInputStream().read());
            Greenlets.yieldNow();
            reader.kill();
            try (Timeout own = Timeout.start(Duration.ofMillis(1))) {
              TimeoutExpired expired =
                  assertThrows(TimeoutExpired.class, () -> socket.getInputStream().read());
              assertSame(own, expired.timeout());
            }
            talk(socket, "again");
          }
        });
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          Socket socket = sockets.createSocket("localhost", port);
          talk(socket, "hello");
          Greenlet<?> reader = Greenlets.spawn(() -> socket.getInputStream().read());
          Greenlets.yieldNow();
          socket.close();
          SocketException told = assertThrows(SocketException.class, reader::result);
          assertEquals("Socket closed", told.getMessage());
        });
  }

  @Test
  void namesAreCheckedIfAskedFor() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          try (SSLSocket unchecked = wrongName(sockets, port)) {
            talk(unchecked, "hello");
          }
          try (SSLSocket checked = wrongName(sockets, port)) {
            SSLParameters parameters = checked.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            checked.setSSLParameters(parameters);
            assertThrows(SSLHandshakeException.class, checked::startHandshake);
            assertEquals("SSL_NULL_WITH_NULL_NULL", checked.getSession().getCipherSuite());
          }
        });
  }

  private static SSLSocket wrongName(SSLSocketFactory sockets, int port) throws IOException {
    Socket plain = new HubSocketFactory().createSocket("localhost", port);
    return (SSLSocket) sockets.createSocket(plain, "example.org", port, true);
  }

  @Test
  void strangersAreNotTrusted() throws Exception {
    serving(
        TlsOptions.defaults().withIdentity(TestCertificates.STRANGER.identity("EC", "localhost")),
        (sockets, port) -> {
          try (Socket socket = sockets.createSocket("localhost", port)) {
            assertThrows(
                SSLHandshakeException.class, () -> socket.getOutputStream().write(new byte[1]));
          }
        });
  }

  @Test
  void settingsHoldAndTheHandshakeIsTold() throws Exception {
    serving(
        TlsPair.SERVER.withApplicationProtocols("h2", "http/1.1"),
        (sockets, port) -> {
          SSLSocket socket = (SSLSocket) sockets.createSocket();
          socket.setEnabledProtocols(new String[] {"TLSv1.2"});
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setApplicationProtocols(new String[] {"http/1.1"});
          socket.setSSLParameters(parameters);
          socket.addHandshakeCompletedListener(
              event -> trail.step(event.getSession().getProtocol() + event.getSocket().getPort()));
          assertNull(socket.getApplicationProtocol());
          socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
          assertEquals(List.of("TLSv1.2"), List.of(socket.getEnabledProtocols()));
          talk(socket, "hello");
          socket.startHandshake();
          assertEquals("http/1.1", socket.getApplicationProtocol());
          trail.is("TLSv1.2" + port);
          socket.setTcpNoDelay(true);
          assertTrue(socket.getTcpNoDelay());
          assertThrows(SocketException.class, () -> socket.sendUrgentData(1));
          socket.close();
        });
  }

  @Test
  void readersAndWritersTakeTurns() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          try (Socket socket = sockets.createSocket("localhost", port)) {
            List<Greenlet<Integer>> readers =
                List.of(
                    Greenlets.spawn(() -> socket.getInputStream().read()),
                    Greenlets.spawn(() -> socket.getInputStream().read()));
            List<Greenlet<?>> writers =
                List.of(
                    Greenlets.spawn(() -> socket.getOutputStream().write(5)),
                    Greenlets.spawn(() -> socket.getOutputStream().write(6)));
            Greenlets.joinAllOrThrow(writers);
            assertEquals(5, readers.getFirst().result());
            assertEquals(6, readers.getLast().result());
          }
        });
  }

  @Test
  void afterAHalfCloseTheRestIsRead() throws Exception {
    serving(
        TlsPair.SERVER,
        (sockets, port) -> {
          try (Socket socket = sockets.createSocket("localhost", port)) {
            socket.getOutputStream().write(new byte[100_000]);
            socket.shutdownOutput();
            assertTrue(socket.isOutputShutdown());
            assertThrows(SocketException.class, socket::getOutputStream);
            assertEquals(100_000, socket.getInputStream().readAllBytes().length);
          }
        });
  }

  @Test
  void theFactoryIsFoundByTheNameOfItsClass() throws Exception {
    assertInstanceOf(
        SSLSocketFactory.class, HubSSLSocketFactory.class.getConstructor().newInstance());
    assertInstanceOf(HubSSLSocketFactory.class, HubSSLSocketFactory.getDefault());
    assertTrue(sockets().getDefaultCipherSuites().length > 0);
    assertTrue(sockets().getSupportedCipherSuites().length > 0);
  }
}
