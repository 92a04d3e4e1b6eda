package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.zeromq.SocketType;

/**
 * Divide and conquer: a ventilator pushes tasks, workers pull them and push their results, and a
 * sink pulls those. PUSH deals tasks out to whoever is connected, PULL takes results from all.
 */
final class Pipeline {

  private static final int TASKS = 100;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private Pipeline() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (ZmqSocket ventilator = context.socket(SocketType.PUSH);
        ZmqSocket sink = context.socket(SocketType.PULL)) {
      String tasks = ventilator.bind(Pattern.ANY_PORT);
      String results = sink.bind(Pattern.ANY_PORT);
      TaskGroup.run(
          roles -> {
            var workers =
                Stream.of("Ada", "Ben", "Cyd")
                    .map(name -> roles.spawn(() -> work(context, tasks, results, name)))
                    .toList();
            roles.spawn(() -> deal(ventilator, workers.size()));
            collect(sink, out);
            killAll(workers);
          });
    }
  }

  private static void deal(ZmqSocket ventilator, int workers) {
    boolean _ =
        ventilator.awaitConnected(workers, LIMIT); // else the first one would get everything
    for (int task = 1; task <= TASKS; task++) {
      ventilator.send(Integer.toString(task));
    }
  }

  private static void work(ZmqContext context, String tasks, String results, String name) {
    try (ZmqSocket pull = context.socket(SocketType.PULL);
        ZmqSocket push = context.socket(SocketType.PUSH)) {
      pull.connect(tasks);
      push.connect(results);
      while (true) {
        int task = Integer.parseInt(pull.recvString());
        push.send(ZmqMessage.of(name, Integer.toString(task * task)));
      }
    }
  }

  private static void collect(ZmqSocket sink, PrintStream out) {
    int sum = 0;
    Map<String, Integer> done = new TreeMap<>();
    for (int result = 0; result < TASKS; result++) {
      ZmqMessage message = sink.recvMessage();
      done.merge(message.text(0), 1, Integer::sum);
      sum += Integer.parseInt(message.text(1));
    }
    out.println("the sum of " + TASKS + " squares is " + sum);
    out.println("the workers' shares, sorted: " + done.values().stream().sorted().toList());
  }
}
