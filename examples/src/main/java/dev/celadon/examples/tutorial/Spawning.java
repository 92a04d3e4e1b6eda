package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;

/** Three ways to spawn: by the class, by the short name, and with a result. */
final class Spawning {

  private Spawning() {}

  static void run() {
    // The long form, and the same through the static import
    Greenlet<?> thread1 = Greenlet.spawn(() -> foo("Hello", Duration.ofSeconds(1)));
    Greenlet<?> thread2 = spawn(() -> foo("I live!", Duration.ofSeconds(2)));

    // A body that returns something gives the greenlet a result
    int x = 2;
    Greenlet<Integer> thread3 = spawn(() -> x + 1);

    // Wait until all have ended
    joinAll(thread1, thread2, thread3);
  }

  private static void foo(String message, Duration delay) {
    sleep(delay);
    IO.println(message);
  }
}
