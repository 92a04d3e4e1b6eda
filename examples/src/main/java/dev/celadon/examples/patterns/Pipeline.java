package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.util.List;
import org.zeromq.SocketType;

/**
 * Divide and conquer: a ventilator pushes tasks, workers pull them and push their results, and a
 * sink pulls those. PUSH deals tasks out to whoever is connected, PULL takes results from all.
 */
final class Pipeline {

  private static final int TASKS = 100;

  private Pipeline() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (ZmqSocket ventilator = context.socket(SocketType.PUSH);
        ZmqSocket sink = context.socket(SocketType.PULL)) {
      String tasks = ventilator.bind(Pattern.ANY_PORT);
      String results = sink.bind(Pattern.ANY_PORT);
      TaskGroup.run(
          roles -> {
            var workers =
                List.of(
                    roles.spawn(() -> work(context, tasks, results)),
                    roles.spawn(() -> work(context, tasks, results)),
                    roles.spawn(() -> work(context, tasks, results)));
            roles.spawn(() -> deal(ventilator)); // its first send waits for the first worker
            out.println("sum of " + TASKS + " squares: " + collect(sink));
            killAll(workers);
          });
    }
  }

  private static void deal(ZmqSocket ventilator) {
    for (int task = 1; task <= TASKS; task++) {
      ventilator.send(Integer.toString(task));
    }
  }

  private static void work(ZmqContext context, String tasks, String results) {
    try (ZmqSocket pull = context.socket(SocketType.PULL);
        ZmqSocket push = context.socket(SocketType.PUSH)) {
      pull.connect(tasks);
      push.connect(results);
      while (true) {
        int task = Integer.parseInt(pull.recvString());
        push.send(Integer.toString(task * task));
      }
    }
  }

  private static int collect(ZmqSocket sink) {
    int sum = 0;
    for (int result = 0; result < TASKS; result++) {
      sum += Integer.parseInt(sink.recvString());
    }
    return sum;
  }
}
