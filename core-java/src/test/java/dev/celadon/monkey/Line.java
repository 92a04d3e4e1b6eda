package dev.celadon.monkey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Two plain, blocking sockets of the JDK that are connected with each other. */
record Line(End near, End far) implements AutoCloseable {

  enum Kind {
    SOCKET,
    DATAGRAM,
    CHANNEL
  }

  /** What it sends is one byte. */
  interface End extends AutoCloseable {
    void sendByte(byte value) throws IOException;

    byte receiveByte() throws IOException;

    @Override
    void close() throws IOException;

    default void send(int value) {
      try {
        sendByte((byte) value);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    default int receive() {
      try {
        return receiveByte();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  static Line open(Kind kind) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    return switch (kind) {
      case SOCKET -> {
        try (ServerSocket server = new ServerSocket(0, 1, here)) {
          Socket near = new Socket(here, server.getLocalPort());
          yield new Line(new OfSocket(near), new OfSocket(server.accept()));
        }
      }
      case DATAGRAM -> {
        DatagramSocket near = new DatagramSocket(0, here);
        DatagramSocket far = new DatagramSocket(0, here);
        near.connect(far.getLocalSocketAddress());
        far.connect(near.getLocalSocketAddress());
        yield new Line(new OfDatagrams(near), new OfDatagrams(far));
      }
      case CHANNEL -> {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
          server.bind(new InetSocketAddress(here, 0));
          SocketChannel near = SocketChannel.open(server.getLocalAddress());
          yield new Line(new OfChannel(near), new OfChannel(server.accept()));
        }
      }
    };
  }

  @Override
  public void close() throws IOException {
    near.close();
    far.close();
  }

  private record OfSocket(Socket socket) implements End {
    @Override
    public void sendByte(byte value) throws IOException {
      socket.getOutputStream().write(value);
    }

    @Override
    public byte receiveByte() throws IOException {
      return (byte) socket.getInputStream().read();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private record OfDatagrams(DatagramSocket socket) implements End {
    @Override
    public void sendByte(byte value) throws IOException {
      socket.send(new DatagramPacket(new byte[] {value}, 1));
    }

    @Override
    public byte receiveByte() throws IOException {
      DatagramPacket packet = new DatagramPacket(new byte[1], 1);
      socket.receive(packet);
      return packet.getData()[0];
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private record OfChannel(SocketChannel channel) implements End {
    @Override
    public void sendByte(byte value) throws IOException {
      int _ = channel.write(ByteBuffer.wrap(new byte[] {value}));
    }

    @Override
    public byte receiveByte() throws IOException {
      ByteBuffer one = ByteBuffer.allocate(1);
      int _ = channel.read(one);
      return one.get(0);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
