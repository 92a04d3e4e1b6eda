package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.monkey.Monkey;
import dev.celadon.net.ServerOptions;
import dev.celadon.net.StreamServer;
import dev.celadon.net.TlsOptions;
import dev.celadon.net.Transport;
import dev.celadon.net.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** A greenlet for each connection, on one hub. */
final class CeladonServer {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private CeladonServer() {}

  static void serve(Protocol protocol) throws Exception {
    Hub.run(
        () -> {
          switch (protocol) {
            case TCP -> serve(ServerOptions.defaults());
            case UDP -> udp();
            case TLS -> tls();
          }
        });
  }

  private static void tls() throws Exception {
    TlsOptions tls = TlsOptions.defaults().withContext(ServerIdentity.make().context());
    serve(ServerOptions.defaults().withTls(tls));
  }

  private static void serve(ServerOptions options) throws IOException {
    try (StreamServer server = new StreamServer(ANY_PORT, CeladonServer::echo, options)) {
      server.start();
      Server.listensAt(server.port());
      server.serveForever();
    }
  }

  private static void echo(Transport connection) throws IOException {
    byte[] buffer = new byte[Server.BUFFER_BYTES];
    for (int count = connection.read(buffer); count >= 0; count = connection.read(buffer)) {
      connection.write(buffer, 0, count);
    }
  }

  /** The JDK's blocking sockets in greenlets, with or without the patch. */
  static void serveWithSockets(boolean patched) throws Exception {
    Hub.run(
        () -> {
          if (patched) {
            Monkey.patchAll();
          }
          try (ServerSocket listener = new ServerSocket()) {
            listener.bind(ANY_PORT, 4_096);
            Server.listensAt(listener.getLocalPort());
            while (true) {
              Socket connection = listener.accept();
              connection.setTcpNoDelay(true);
              Greenlets.spawn(() -> VirtualThreadServer.echo(connection));
            }
          }
        });
  }

  private static void udp() throws IOException {
    ByteBuffer datagram = ByteBuffer.allocate(2_048);
    try (UdpSocket socket = UdpSocket.bind(ANY_PORT)) {
      Server.listensAt(socket.localAddress().getPort());
      while (true) {
        SocketAddress sender = socket.receive(datagram.clear());
        socket.send(datagram.flip(), sender);
      }
    }
  }
}
