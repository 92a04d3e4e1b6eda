package dev.celadon.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;

/** A virtual thread for each connection, with the JDK's blocking sockets and its own scheduler. */
final class VirtualThreadServer {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private VirtualThreadServer() {}

  static void serve(Protocol protocol) throws Exception {
    Thread.startVirtualThread(
            () -> {
              try {
                switch (protocol) {
                  case TCP -> serve(new ServerSocket());
                  case UDP -> udp();
                  case TLS -> serve(tls());
                }
              } catch (IOException | GeneralSecurityException | InterruptedException e) {
                throw new AssertionError(e);
              }
            })
        .join();
  }

  private static ServerSocket tls()
      throws IOException, GeneralSecurityException, InterruptedException {
    return ServerIdentity.make().context().getServerSocketFactory().createServerSocket();
  }

  private static void serve(ServerSocket unbound) throws IOException {
    try (ServerSocket listener = unbound) {
      listener.bind(ANY_PORT, 4_096);
      Server.listensAt(listener.getLocalPort());
      while (true) {
        Socket connection = listener.accept();
        connection.setTcpNoDelay(true);
        Thread.startVirtualThread(() -> echo(connection));
      }
    }
  }

  static void echo(Socket connection) {
    byte[] buffer = new byte[Server.BUFFER_BYTES];
    try (connection) {
      InputStream input = connection.getInputStream();
      OutputStream output = connection.getOutputStream();
      for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
        output.write(buffer, 0, count);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void udp() throws IOException {
    DatagramPacket datagram = new DatagramPacket(new byte[2_048], 2_048);
    try (DatagramSocket socket = new DatagramSocket(ANY_PORT)) {
      Server.listensAt(socket.getLocalPort());
      while (true) {
        datagram.setLength(2_048);
        socket.receive(datagram);
        socket.send(datagram);
      }
    }
  }
}
