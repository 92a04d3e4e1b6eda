package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;

import dev.celadon.queue.Queue;

/** Three workers share what a boss has put into a queue, until it is empty. */
final class Queues {

  private Queues() {}

  static void run() {
    Queue<Integer> tasks = new Queue<>();
    spawn(() -> boss(tasks)).join();
    joinAll(
        spawn(() -> worker("steve", tasks)),
        spawn(() -> worker("john", tasks)),
        spawn(() -> worker("nancy", tasks)));
  }

  private static void worker(String name, Queue<Integer> tasks) {
    while (!tasks.isEmpty()) {
      int task = tasks.get();
      IO.println("Worker " + name + " got task " + task);
      yieldNow();
    }
    IO.println("Quitting time!");
  }

  private static void boss(Queue<Integer> tasks) {
    for (int i = 1; i < 25; i++) {
      tasks.put(i);
    }
  }
}
