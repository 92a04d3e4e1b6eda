package dev.celadon.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** As {@link EchoClient}, with datagrams: few enough that none is dropped on loopback. */
final class UdpClient implements Client {

  private final DatagramChannel[] sockets;
  private final ByteBuffer message;

  UdpClient(int port, int sockets, int messageBytes) throws IOException {
    this.sockets = new DatagramChannel[sockets];
    this.message = ByteBuffer.allocateDirect(messageBytes);
    InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < sockets; i++) {
      this.sockets[i] = DatagramChannel.open().connect(server);
    }
  }

  @Override
  public void run(int operations) throws IOException {
    for (int left = operations; left > 0; left -= sockets.length) {
      for (DatagramChannel socket : sockets) {
        int _ = socket.write(message.clear());
      }
      for (DatagramChannel socket : sockets) {
        int count = socket.read(message.clear());
        if (count != message.capacity()) {
          throw new IOException("an answer of " + count + " bytes");
        }
      }
    }
  }
}
