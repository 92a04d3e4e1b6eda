package dev.celadon.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Sends a message on each of its connections, then reads all answers, and so on: two system calls
 * for a round trip, which is less than any server needs, so that a server with many connections is
 * the one that limits.
 */
final class EchoClient implements Client {

  private final SocketChannel[] connections;
  private final ByteBuffer message;

  EchoClient(int port, int connections, int messageBytes) throws IOException {
    this.connections = new SocketChannel[connections];
    this.message = ByteBuffer.allocateDirect(messageBytes);
    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < connections; i++) {
      SocketChannel connection = SocketChannel.open(server);
      connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
      this.connections[i] = connection;
    }
  }

  @Override
  public void run(int operations) throws IOException {
    for (int left = operations; left > 0; left -= connections.length) {
      for (SocketChannel connection : connections) {
        int _ = connection.write(message.clear());
      }
      for (SocketChannel connection : connections) {
        message.clear();
        while (message.hasRemaining()) {
          if (connection.read(message) < 0) {
            throw new EOFException("the server has closed the connection");
          }
        }
      }
    }
  }
}
