package dev.celadon.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.pool.TaskGroup;
import dev.celadon.queue.Queue;
import dev.celadon.zeromq.ProxyOptions;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqProxy;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.util.List;
import org.zeromq.SocketType;

/**
 * A proxy between publishers and subscribers, and somebody who listens to what goes through it:
 * messages one way, subscriptions the other. Topics that nobody wants stay with the publisher.
 */
final class Espresso {

  private Espresso() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (ZmqSocket publisher = context.socket(SocketType.XPUB);
        ZmqSocket backend = context.socket(SocketType.XSUB);
        ZmqSocket frontend = context.socket(SocketType.XPUB)) {
      backend.connect(publisher.bind(Pattern.ANY_PORT));
      String endpoint = frontend.bind(Pattern.ANY_PORT);
      Queue<ZmqMessage> heard = new Queue<>();
      ProxyOptions listening = ProxyOptions.defaults().withListener(heard::put);
      TaskGroup.run(
          roles -> {
            var proxy = roles.spawn(() -> new ZmqProxy(frontend, backend, listening).run());
            var listener = roles.spawn(() -> heard.forEach(message -> out.println(show(message))));
            try (ZmqSocket subscriber = context.socket(SocketType.SUB)) {
              subscriber.subscribe("A").subscribe("B").connect(endpoint);
              publisher.recv(); // the one subscription
              publisher.recv(); // and the other
              for (String topic : List.of("A", "B", "C")) {
                publisher.send(ZmqMessage.of(topic, "news of " + topic));
              }
              subscriber.recvMessage();
              subscriber.recvMessage();
            }
            publisher.recv(); // nobody
            publisher.recv(); // wants them any more
            proxy.kill();
            heard.shutdown();
            listener.join();
          });
    }
  }

  private static String show(ZmqMessage message) {
    byte[] first = message.frame(0);
    return switch (first[0]) {
      case 0 -> "no more " + new String(first, 1, first.length - 1, UTF_8);
      case 1 -> "more " + new String(first, 1, first.length - 1, UTF_8);
      default -> message.text(0) + ": " + message.text(1);
    };
  }
}
