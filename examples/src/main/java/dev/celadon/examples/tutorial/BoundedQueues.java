package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;

import dev.celadon.queue.Queue;
import java.time.Duration;

/**
 * A boss who waits while three tasks lie about, and workers who leave after a second of nothing.
 */
final class BoundedQueues {

  private BoundedQueues() {}

  static void run() {
    Queue<Integer> tasks = new Queue<>(3);
    joinAll(
        spawn(() -> boss(tasks)),
        spawn(() -> worker("steve", tasks)),
        spawn(() -> worker("john", tasks)),
        spawn(() -> worker("bob", tasks)));
  }

  private static void worker(String name, Queue<Integer> tasks) {
    Integer task = tasks.get(Duration.ofSeconds(1));
    while (task != null) {
      IO.println("Worker " + name + " got task " + task);
      yieldNow();
      task = tasks.get(Duration.ofSeconds(1));
    }
    IO.println("Quitting time!");
  }

  private static void boss(Queue<Integer> tasks) {
    for (int i = 1; i < 10; i++) {
      tasks.put(i);
    }
    IO.println("Assigned all work in iteration 1");

    for (int i = 10; i < 20; i++) {
      tasks.put(i);
    }
    IO.println("Assigned all work in iteration 2");
  }
}
