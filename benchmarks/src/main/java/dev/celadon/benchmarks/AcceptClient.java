package dev.celadon.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Connects, sends a byte, reads it back and closes, one connection after the other. */
final class AcceptClient implements Client {

  private final InetSocketAddress server;
  private final ByteBuffer message = ByteBuffer.allocateDirect(1);

  AcceptClient(int port) {
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  @Override
  public void run(int operations) throws IOException {
    for (int i = 0; i < operations; i++) {
      try (SocketChannel connection = SocketChannel.open(server)) {
        int _ = connection.write(message.clear());
        int count = connection.read(message.clear());
        if (count != 1) {
          throw new IOException("the server has closed the connection");
        }
      }
    }
  }
}
