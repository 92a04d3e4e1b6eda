package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.net.StreamListener;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
            case TCP -> tcp();
            case UDP -> udp();
            case TLS -> throw Server.speaksNot(protocol);
          }
        });
  }

  private static void tcp() throws IOException {
    try (StreamListener listener = StreamListener.bind(ANY_PORT)) {
      Server.listensAt(listener.port());
      while (true) {
        StreamSocket connection = listener.accept();
        Greenlets.spawn(() -> echo(connection));
      }
    }
  }

  private static void echo(StreamSocket connection) throws IOException {
    byte[] buffer = new byte[Server.BUFFER_BYTES];
    try (connection) {
      for (int count = connection.read(buffer, 0, buffer.length);
          count >= 0;
          count = connection.read(buffer, 0, buffer.length)) {
        connection.write(buffer, 0, count);
      }
    }
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
