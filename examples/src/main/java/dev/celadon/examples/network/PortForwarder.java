package dev.celadon.examples.network;

import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.net.Transport;
import dev.celadon.signal.Shutdown;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;

/**
 * Passes every connection on to another place. When one side has said all, the other side learns of
 * it, and may go on talking.
 */
final class PortForwarder {

  private static final int PORT = 16001;
  private static final String TARGET = "127.0.0.1:16000"; // the echo server

  private final InetSocketAddress target;
  private final PrintStream out;

  private PortForwarder(InetSocketAddress target, PrintStream out) {
    this.target = target;
    this.out = out;
  }

  static int run(Arguments arguments, PrintStream out, Shutdown shutdown) throws IOException {
    PortForwarder forwarder = new PortForwarder(arguments.place(1, TARGET), out);
    StreamServer server =
        new StreamServer("127.0.0.1:" + arguments.port(0, PORT), forwarder::handle);
    server.start();
    Runnable _ = shutdown.register("forwarder", _ -> server.stop());
    out.printf(
        "listening on %d for %s:%d; interrupt to stop%n",
        server.port(), forwarder.target.getHostString(), forwarder.target.getPort());
    return shutdown.waitUntilOver();
  }

  private void handle(Transport client) throws IOException {
    try (StreamSocket there = StreamSocket.connect(target.getHostString(), target.getPort())) {
      Greenlet<?> back = spawn(() -> forward(there, client));
      try {
        forward(client, there);
        back.join();
      } finally {
        back.kill();
      }
    } catch (IOException e) {
      out.println("no connection to " + target.getHostString() + ": " + e.getMessage());
    }
  }

  /** One way, until its end. A connection that breaks ends both ways. */
  private void forward(Transport from, Transport to) throws IOException {
    try {
      long _ =
          from instanceof StreamSocket socket
              ? socket.transferTo(to) // holds no buffer while nothing comes
              : from.inputStream().transferTo(to.outputStream());
      to.shutdownOutput();
    } catch (IOException broken) {
      out.println("connection broken: " + broken);
      from.close();
      to.close();
    }
  }
}
