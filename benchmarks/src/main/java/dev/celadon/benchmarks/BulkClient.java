package dev.celadon.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection, one large message after the other. It reads whenever something comes, so that
 * neither side has to hold a whole message.
 */
final class BulkClient implements Client {

  private final SocketChannel connection;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer message;
  private final ByteBuffer answer;

  BulkClient(int port, int messageBytes) throws IOException {
    message = ByteBuffer.allocateDirect(messageBytes);
    answer = ByteBuffer.allocateDirect(messageBytes);
    connection = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    connection.configureBlocking(false);
    selector = Selector.open();
    key = connection.register(selector, SelectionKey.OP_READ);
  }

  @Override
  public void run(int operations) throws IOException {
    for (int i = 0; i < operations; i++) {
      message.clear();
      answer.clear();
      while (answer.hasRemaining()) {
        int written = message.hasRemaining() ? connection.write(message) : 0;
        int read = connection.read(answer);
        if (read < 0) {
          throw new EOFException("the server has closed the connection");
        }
        if (read == 0 && written == 0) {
          key.interestOps(
              message.hasRemaining()
                  ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                  : SelectionKey.OP_READ);
          int _ = selector.select(_ -> {});
        }
      }
    }
  }
}
