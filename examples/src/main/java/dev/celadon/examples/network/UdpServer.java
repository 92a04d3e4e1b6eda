package dev.celadon.examples.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.net.DatagramServer;
import dev.celadon.signal.Shutdown;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/** Tells the sender of each datagram how long it was. */
final class UdpServer {

  static final int PORT = 9000;

  private UdpServer() {}

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), arguments.port(0, PORT));
    AtomicReference<DatagramServer> self = new AtomicReference<>();
    DatagramServer server =
        new DatagramServer(
            address,
            datagram -> {
              int length = datagram.data().remaining();
              out.println("got: " + UTF_8.decode(datagram.data()));
              ByteBuffer answer =
                  ByteBuffer.wrap(("Received " + length + " bytes").getBytes(UTF_8));
              self.get().sendTo(answer, datagram.address());
            });
    self.set(server);
    server.start();
    Runnable _ = shutdown.register("server", _ -> server.stop());
    out.println("receiving on " + server.port() + "; interrupt to stop");
    return shutdown.waitUntilOver();
  }
}
