package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;

import dev.celadon.queue.Queue;

/** Workers who leave when the boss says that nothing more will come. */
final class QueueShutdown {

  private QueueShutdown() {}

  static void run() {
    Queue<Integer> tasks = new Queue<>(3);
    joinAll(
        spawn(() -> boss(tasks)),
        spawn(() -> worker("steve", tasks)),
        spawn(() -> worker("john", tasks)),
        spawn(() -> worker("bob", tasks)));
  }

  private static void worker(String name, Queue<Integer> tasks) {
    for (int task : tasks) { // until the queue is shut down and empty
      IO.println("Worker " + name + " got task " + task);
      yieldNow();
    }
    IO.println("Quitting time!");
  }

  private static void boss(Queue<Integer> tasks) {
    for (int i = 1; i < 20; i++) {
      tasks.put(i);
    }
    IO.println("Assigned all work");
    tasks.shutdown();
  }
}
