package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.zeromq.SocketType;

/**
 * Clients and workers that know only the broker between them. It keeps no state: ROUTER notes who
 * has asked, DEALER gives each request to the next worker, and the answer finds its way back.
 */
final class Broker {

  private Broker() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (ZmqSocket frontend = context.socket(SocketType.ROUTER);
        ZmqSocket backend = context.socket(SocketType.DEALER)) {
      String clients = frontend.bind(Pattern.ANY_PORT);
      String workers = backend.bind(Pattern.ANY_PORT);
      TaskGroup.run(
          roles -> {
            List<Greenlet<?>> service = new ArrayList<>();
            service.add(roles.spawn(() -> pass(frontend, backend)));
            service.add(roles.spawn(() -> pass(backend, frontend)));
            for (int worker = 1; worker <= 3; worker++) {
              service.add(roles.spawn(() -> work(context, workers)));
            }
            var asking =
                IntStream.rangeClosed(1, 5)
                    .mapToObj(client -> roles.spawn(() -> ask(context, clients, client)))
                    .toList();
            for (Greenlet<String> client : asking) {
              out.println(client.result());
            }
            killAll(service);
          });
    }
  }

  /** One way through the broker. If there is no room for a message, the next one stays outside. */
  private static void pass(ZmqSocket from, ZmqSocket to) {
    while (true) {
      to.send(from.recvMessage());
    }
  }

  private static void work(ZmqContext context, String endpoint) {
    try (ZmqSocket socket = context.socket(SocketType.REP)) {
      socket.connect(endpoint);
      while (true) {
        socket.send("Hello, " + socket.recvString() + "!");
      }
    }
  }

  private static String ask(ZmqContext context, String endpoint, int client) {
    try (ZmqSocket socket = context.socket(SocketType.REQ)) {
      socket.connect(endpoint);
      socket.send("client " + client);
      return socket.recvString();
    }
  }
}
