package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Tasks that take zero, one or two milliseconds, as chance has it: one after the other they end in
 * order, at once they end by their length.
 */
final class SynchronousAsynchronous {

  private static final Random RANDOM = new Random();

  private SynchronousAsynchronous() {}

  static void run() {
    IO.println("Synchronous:");
    synchronous();

    IO.println("Asynchronous:");
    asynchronous();
  }

  private static void task(int pid) {
    sleep(Duration.ofMillis(RANDOM.nextInt(3)));
    IO.println("Task " + pid + " done");
  }

  private static void synchronous() {
    for (int i = 1; i < 10; i++) {
      task(i);
    }
  }

  private static void asynchronous() {
    List<Greenlet<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      int pid = i;
      tasks.add(spawn(() -> task(pid)));
    }
    joinAll(tasks);
  }
}
