package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.select.ConcurrentUseException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.NotYetConnectedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UdpSocketTest {

  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @Test
  void asksAndAnswers() throws Exception {
    Hub.run(
        () -> {
          try (UdpSocket server = UdpSocket.bind(ANY_PORT);
              UdpSocket client = UdpSocket.connect(server.localAddress())) {
            Greenlets.spawn(
                () -> {
                  ByteBuffer buffer = ByteBuffer.allocate(100);
                  var sender = server.receive(buffer);
                  server.send(buffer.flip(), sender);
                });
            client.send(ByteBuffer.wrap("hello".getBytes(StandardCharsets.UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(100);
            assertEquals(server.localAddress(), client.receive(answer));
            assertEquals("hello", StandardCharsets.UTF_8.decode(answer.flip()).toString());
          }
        });
  }

  @Test
  void oneReceivesAtATime() throws Exception {
    Hub.run(
        () -> {
          UdpSocket socket = UdpSocket.bind(ANY_PORT);
          Greenlet<?> receiver = Greenlets.spawn(() -> socket.receive(ByteBuffer.allocate(1)));
          Greenlets.yieldNow();
          assertThrows(ConcurrentUseException.class, () -> socket.receive(ByteBuffer.allocate(1)));
          socket.close();
          assertThrows(AsynchronousCloseException.class, receiver::result);
        });
  }

  @Test
  void givesUpAfterItsTimeout() throws Exception {
    Hub.run(
        () -> {
          try (UdpSocket socket = UdpSocket.bind(ANY_PORT)) {
            socket.setTimeout(Duration.ofMillis(1));
            assertThrows(
                SocketTimeoutException.class, () -> socket.receive(ByteBuffer.allocate(1)));
          }
        });
  }

  @Test
  void aPeerThatDoesNotListenIsTold() throws Exception {
    Hub.run(
        () -> {
          UdpSocket gone = UdpSocket.bind(ANY_PORT);
          gone.close();
          try (UdpSocket client = UdpSocket.connect(gone.localAddress())) {
            client.send(ByteBuffer.wrap(new byte[1]));
            assertThrows(
                PortUnreachableException.class, () -> client.receive(ByteBuffer.allocate(1)));
          }
        });
  }

  @Test
  void anAddressInUseIsNamed() throws Exception {
    try (UdpSocket first = UdpSocket.bind(ANY_PORT)) {
      BindException refused =
          assertThrows(BindException.class, () -> UdpSocket.bind(first.localAddress()));
      assertEquals(
          "cannot bind " + first.localAddress() + ": Address already in use", refused.getMessage());
      assertThrows(NotYetConnectedException.class, () -> first.send(ByteBuffer.wrap(new byte[1])));
    }
  }
}
