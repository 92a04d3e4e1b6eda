package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;
import static dev.celadon.Greenlets.withTimeout;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.zeromq.SocketType;

/**
 * No broker that could die: a client knows several servers, hears which of them live, and asks the
 * next one if one does not answer.
 */
final class Freelance {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Freelance() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (ZmqSocket first = context.socket(SocketType.ROUTER);
        ZmqSocket second = context.socket(SocketType.ROUTER);
        FreelanceClient client = new FreelanceClient(context)) {
      client.connect("nobody", unused(context));
      client.connect("first", first.bind(Pattern.ANY_PORT));
      client.connect("second", second.bind(Pattern.ANY_PORT));
      Stuck work = new Stuck();
      TaskGroup.run(
          roles -> {
            var agent = roles.spawn(client::run);
            var one =
                roles.spawn(
                    () ->
                        serve(
                            first,
                            words -> words.equals("hello") ? "hello from the first" : work.work()));
            out.println(withTimeout(LIMIT, () -> client.ask("hello")));

            var two = roles.spawn(() -> serve(second, words -> words + " from the second"));
            var answer = roles.spawn(() -> withTimeout(LIMIT, () -> client.ask("good bye")));
            work.waitUntilBegun();
            one.kill();
            out.println("the first dies with a request in its hands");
            out.println(answer.result());

            var many =
                IntStream.rangeClosed(1, 100)
                    .mapToObj(i -> roles.spawn(() -> withTimeout(LIMIT, () -> client.ask("" + i))))
                    .toList();
            out.println(many.getFirst().result() + " to " + many.getLast().result());
            killAll(List.of(agent, two));
          });
    }
  }

  /** What comes is (client, ping) or (client, number, words). Its death closes the socket. */
  private static void serve(ZmqSocket socket, UnaryOperator<String> work) {
    try (socket) {
      while (true) {
        ZmqMessage message = socket.recvMessage();
        byte[] client = message.frame(0);
        if (message.size() == 2) {
          socket.send(ZmqMessage.of(FreelanceClient.PONG).prepend(client));
        } else {
          String answer = work.apply(message.text(2));
          socket.send(ZmqMessage.of(message.text(1), answer).prepend(client));
        }
      }
    }
  }

  private static String unused(ZmqContext context) {
    try (ZmqSocket socket = context.socket(SocketType.ROUTER)) {
      return socket.bind(Pattern.ANY_PORT);
    }
  }
}
