package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;
import static dev.celadon.Greenlets.sleep;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import org.zeromq.SocketType;

/**
 * Services by name: workers register for one, clients ask for one, and {@code mmi.service} tells
 * whether there is one. What a dead worker had in its hands goes to the next one.
 */
final class Majordomo {

  private Majordomo() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    Stuck work = new Stuck();
    try (ZmqSocket socket = context.socket(SocketType.ROUTER)) {
      String endpoint = socket.bind(Pattern.ANY_PORT);
      MajordomoClient client = new MajordomoClient(context, endpoint);
      TaskGroup.run(
          roles -> {
            var broker = roles.spawn(() -> new MajordomoBroker(socket).run());
            var upper =
                roles.spawn(
                    () ->
                        new MajordomoWorker(context, endpoint, "upper")
                            .run(words -> words.toUpperCase(Locale.ROOT)));
            var stuck =
                roles.spawn(
                    () -> new MajordomoWorker(context, endpoint, "tea").run(_ -> work.work()));
            out.println("upper: " + client.ask("upper", "hello"));
            out.println("is there coffee? " + client.ask("mmi.service", "coffee"));

            var tea = roles.spawn(() -> client.ask("tea", "two sugars"));
            work.waitUntilBegun();
            out.println("is there tea? " + client.ask("mmi.service", "tea"));
            stuck.kill();
            var maker =
                roles.spawn(
                    () ->
                        new MajordomoWorker(context, endpoint, "tea")
                            .run(words -> "tea with " + words));
            out.println("tea: " + tea.result());

            maker.kill();
            while (client.ask("mmi.service", "tea").equals("200")) {
              sleep(Liveness.INTERVAL);
            }
            out.println("and without its worker? " + client.ask("mmi.service", "tea"));
            killAll(List.of(upper, broker));
          });
    }
  }
}
