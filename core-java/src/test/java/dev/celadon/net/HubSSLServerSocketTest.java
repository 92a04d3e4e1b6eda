package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // what a close does is the subject
class HubSSLServerSocketTest {

  private interface Talk {
    void with(SSLServerSocket server) throws Exception;
  }

  private static SSLServerSocketFactory servers() throws IOException {
    return new HubSSLServerSocketFactory(TlsPair.SERVER.credentials().context());
  }

  private static void listening(Talk talk) throws Exception {
    Hub.run(
        () -> {
          try (ServerSocket server =
              servers().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            talk.with((SSLServerSocket) server);
          }
        });
  }

  private static SSLSocket connect(ServerSocket server) throws IOException {
    return (SSLSocket)
        new HubSSLSocketFactory(TlsPair.CLIENT.credentials().context())
            .createSocket("localhost", server.getLocalPort());
  }

  private static Greenlet<String> serveOne(ServerSocket server) {
    return Greenlets.spawn(
        () -> {
          try (Socket socket = server.accept()) {
            socket.getOutputStream().write(socket.getInputStream().read());
            return assertInstanceOf(HubSSLSocket.class, socket).getSession().getProtocol();
          }
        });
  }

  @Test
  void acceptsSessions() throws Exception {
    listening(
        server -> {
          Greenlet<String> serving = serveOne(server);
          try (SSLSocket client = connect(server)) {
            client.getOutputStream().write(7);
            assertEquals(7, client.getInputStream().read());
            assertEquals(-1, client.getInputStream().read());
          }
          assertEquals("TLSv1.3", serving.result());
        });
  }

  @Test
  void itsSettingsAreThoseOfItsConnections() throws Exception {
    listening(
        server -> {
          assertFalse(server.getUseClientMode());
          SSLParameters parameters = server.getSSLParameters();
          parameters.setProtocols(new String[] {"TLSv1.2"});
          server.setSSLParameters(parameters);
          assertArrayEquals(new String[] {"TLSv1.2"}, server.getEnabledProtocols());
          Greenlet<String> serving = serveOne(server);
          try (SSLSocket client = connect(server)) {
            client.getOutputStream().write(7);
            assertEquals(7, client.getInputStream().read());
          }
          assertEquals("TLSv1.2", serving.result());
          server.setNeedClientAuth(true);
          assertTrue(server.getNeedClientAuth());
          Greenlet<?> refusing = Greenlets.spawn(() -> assertRefuses(server));
          try (SSLSocket client = connect(server)) {
            assertThrows(IOException.class, client::startHandshake);
          }
          refusing.result();
        });
  }

  private static void assertRefuses(ServerSocket server) throws IOException {
    try (Socket socket = server.accept()) {
      assertThrows(SSLException.class, () -> socket.getInputStream().read());
    }
  }

  @Test
  void aClientThatSaysNothingHoldsNobodyElse() throws Exception {
    listening(
        server -> {
          try (StreamSocket mute = StreamSocket.connect("localhost", server.getLocalPort())) {
            Greenlet<?> first = serveOne(server);
            Greenlet<String> second = serveOne(server);
            try (SSLSocket client = connect(server)) {
              client.getOutputStream().write(7);
              assertEquals(7, client.getInputStream().read());
            }
            assertEquals("TLSv1.3", second.result());
            assertFalse(first.isReady());
            mute.close();
            assertThrows(IOException.class, first::result);
          }
        });
  }

  @Test
  void timeAndCloseEndAnAccept() throws Exception {
    listening(
        server -> {
          server.setSoTimeout(1);
          assertThrows(SocketTimeoutException.class, server::accept);
          server.setSoTimeout(0);
          Greenlet<Socket> accepting = Greenlets.spawn(() -> server.accept());
          Greenlets.yieldNow();
          server.close();
          assertThrows(SocketException.class, accepting::result);
          assertTrue(server.isClosed());
        });
  }

  @Test
  void theFactorysFormsAreTheJdks() throws Exception {
    Hub.run(
        () -> {
          SSLServerSocketFactory factory = servers();
          assertTrue(
              Arrays.asList(factory.getSupportedCipherSuites())
                  .containsAll(Arrays.asList(factory.getDefaultCipherSuites())));
          try (ServerSocket unbound = factory.createServerSocket();
              ServerSocket bound = factory.createServerSocket(0)) {
            assertFalse(unbound.isBound());
            assertThrows(SocketException.class, unbound::accept);
            assertTrue(bound.isBound());
            assertThrows(
                IOException.class, () -> factory.createServerSocket(bound.getLocalPort(), 1));
          }
          assertInstanceOf(HubSSLServerSocketFactory.class, HubSSLServerSocketFactory.getDefault());
        });
  }
}
