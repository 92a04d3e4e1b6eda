package dev.celadon.examples.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.dns.Dns;
import dev.celadon.net.UdpSocket;
import dev.celadon.signal.Shutdown;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Sends a datagram and waits for the answer, for a second. */
final class UdpClient {

  private UdpClient() {}

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    InetSocketAddress place = arguments.place(0, "127.0.0.1:" + UdpServer.PORT);
    String message = arguments.words().size() < 2 ? "hello" : words(arguments);
    InetSocketAddress peer =
        new InetSocketAddress(Dns.lookupFirst(place.getHostString()), place.getPort());
    try (UdpSocket socket = UdpSocket.connect(peer)) {
      socket.setTimeout(Duration.ofSeconds(1));
      out.printf("sending %d bytes to %s%n", message.getBytes(UTF_8).length, place.getHostString());
      socket.send(ByteBuffer.wrap(message.getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(8192);
      SocketAddress _ = socket.receive(answer);
      out.println("got reply: " + UTF_8.decode(answer.flip()));
      return 0;
    } catch (SocketTimeoutException e) {
      out.println("no reply");
      return 1;
    }
  }

  private static String words(Arguments arguments) {
    return String.join(" ", arguments.words().subList(1, arguments.words().size()));
  }
}
