package dev.celadon.examples;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.hub.Hub;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import org.zeromq.SocketType;

/**
 * The gevent tutorial's ZeroMQ program: a REQ and a REP socket, one greenlet each, nine rounds.
 * Every wait for a message gives the turn to the other side.
 */
final class ZmqReqRep {

  static final String ENDPOINT = "tcp://127.0.0.1:5000";

  private ZmqReqRep() {}

  static int run(String[] args, PrintStream out) throws Exception {
    String endpoint = args.length > 0 ? args[0] : ENDPOINT;
    Hub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open()) {
            var server = spawn(() -> server(context, endpoint, out));
            var client = spawn(() -> client(context, endpoint, out));
            joinAll(server, client);
          }
        });
    return 0;
  }

  private static void server(ZmqContext context, String endpoint, PrintStream out) {
    try (ZmqSocket socket = context.socket(SocketType.REQ)) {
      socket.bind(endpoint);
      for (int request = 1; request < 10; request++) {
        socket.send("Hello");
        out.println("Switched to Server for " + request);
        socket.recv(); // the client's turn
      }
    }
  }

  private static void client(ZmqContext context, String endpoint, PrintStream out) {
    try (ZmqSocket socket = context.socket(SocketType.REP)) {
      socket.connect(endpoint);
      for (int request = 1; request < 10; request++) {
        socket.recv();
        out.println("Switched to Client for " + request);
        socket.send("World"); // the server's turn
      }
    }
  }
}
