package dev.celadon.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqEvent;
import dev.celadon.zeromq.ZmqEvent.Accepted;
import dev.celadon.zeromq.ZmqEvent.Disconnected;
import dev.celadon.zeromq.ZmqEvent.HandshakeSucceeded;
import dev.celadon.zeromq.ZmqEvent.Listening;
import dev.celadon.zeromq.ZmqMonitor;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import org.zeromq.SocketType;

/** Who comes and goes: what happens to the connections of a socket, as a queue of events. */
final class Monitor {

  private Monitor() {}

  static void run(ZmqContext context, PrintStream out) {
    try (ZmqSocket server = context.socket(SocketType.ROUTER);
        ZmqMonitor monitor = server.monitor()) {
      String endpoint = server.bind(Pattern.ANY_PORT);
      try (ZmqSocket client = context.socket(SocketType.DEALER)) {
        client.options().identity("Ada".getBytes(UTF_8));
        client.connect(endpoint);
        tellUntil(HandshakeSucceeded.class, monitor, out);
        out.println("peers: " + server.peers().size());
      }
      tellUntil(Disconnected.class, monitor, out);
      out.println("peers: " + server.peers().size());
    }
  }

  private static void tellUntil(
      Class<? extends ZmqEvent> last, ZmqMonitor monitor, PrintStream out) {
    ZmqEvent event;
    do {
      event = monitor.next();
      switch (event) {
        case Listening _ -> out.println("listening");
        case Accepted _ -> out.println("somebody knocks");
        case HandshakeSucceeded(_, var peer) ->
            out.println("it is the " + peer.socketType() + " " + peer.identity());
        case Disconnected _ -> out.println("somebody has left");
        default -> {}
      }
    } while (!last.isInstance(event));
  }
}
