package dev.celadon.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Datagrams from a socket, for one handler. */
final class DatagramIntake implements Intake {

  private static final int LARGEST = 65_535;

  private final UdpSocket socket;
  private final DatagramHandler handler;

  /** Room for any datagram; each one is copied out in its own size. */
  private final ByteBuffer room = ByteBuffer.allocateDirect(LARGEST);

  DatagramIntake(UdpSocket socket, DatagramHandler handler) {
    this.socket = socket;
    this.handler = handler;
  }

  private record Received(Datagram datagram, DatagramHandler handler) implements Work {
    @Override
    public void run() throws Exception {
      handler.handle(datagram);
    }

    @Override
    public String peer() {
      return datagram.address().toString();
    }

    @Override
    public void close() {}

    @Override
    public void abort() {}
  }

  @Override
  public @Nullable Work tryTake() throws IOException {
    room.clear();
    SocketAddress sender = socket.receiveWithoutWait(room);
    if (sender == null) {
      return null;
    }
    room.flip();
    ByteBuffer data = ByteBuffer.allocate(room.remaining()).put(room).flip();
    return new Received(new Datagram(data, (InetSocketAddress) sender), handler);
  }

  @Override
  public void awaitMore() throws IOException {
    socket.awaitDatagram();
  }

  UdpSocket socket() {
    return socket;
  }

  @Override
  public SocketAddress localAddress() {
    return socket.localAddress();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
