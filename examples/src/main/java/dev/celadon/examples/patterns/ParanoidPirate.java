package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.util.List;
import org.zeromq.SocketType;

/**
 * Requests that survive the death of a worker and of the broker: heartbeats both ways between them,
 * and clients that ask again.
 */
final class ParanoidPirate {

  private ParanoidPirate() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    String clients = unused(context);
    String workers = unused(context);
    LazyPirate client = new LazyPirate(context, clients);
    Stuck work = new Stuck();
    PirateWorker first = new PirateWorker(context, "A", request -> "A did " + request);
    PirateWorker stuck = new PirateWorker(context, "B", _ -> work.work());
    PirateWorker last = new PirateWorker(context, "C", request -> "C did " + request);
    TaskGroup.run(
        roles -> {
          var queue = roles.spawn(() -> new PirateQueue(context).run(clients, workers));
          var a = roles.spawn(() -> first.run(workers));
          out.println(client.ask("request 1"));
          a.kill();

          var b = roles.spawn(() -> stuck.run(workers));
          var answer = roles.spawn(() -> client.ask("request 2"));
          work.waitUntilBegun();
          out.println("A and B are dead, B with request 2 in its hands");
          b.kill();
          var c = roles.spawn(() -> last.run(workers));
          out.println(answer.result());

          out.println("the queue is dead, long live the queue");
          queue.kill();
          var next = roles.spawn(() -> new PirateQueue(context).run(clients, workers));
          out.println(client.ask("request 3"));
          killAll(List.of(c, next));
        });
  }

  /** An endpoint that the queue can be bound to, again and again. */
  private static String unused(ZmqContext context) {
    try (ZmqSocket socket = context.socket(SocketType.ROUTER)) {
      String endpoint = socket.bind(Pattern.ANY_PORT);
      socket.unbind(endpoint);
      return endpoint;
    }
  }
}
