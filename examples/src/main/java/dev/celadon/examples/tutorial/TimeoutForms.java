package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.withTimeout;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** Three ways to limit a wait: a block, the call's own time limit, and a body. */
final class TimeoutForms {

  private static final Duration LIMIT = Duration.ofSeconds(1);

  private TimeoutForms() {}

  static void run() throws Exception {
    Greenlet<?> thread1 = spawn(TimeoutForms::waitAWhile);
    try (Timeout _ = Timeout.start(LIMIT)) {
      thread1.join();
    } catch (TimeoutExpired expired) {
      IO.println("Thread 1 timed out");
    }

    // --

    Greenlet<?> thread2 = spawn(TimeoutForms::waitAWhile);
    try {
      IO.println(thread2.result(LIMIT));
    } catch (TimeoutException expired) {
      IO.println("Thread 2 timed out");
    }

    // --

    try {
      IO.println(withTimeout(LIMIT, TimeoutForms::waitAWhile));
    } catch (TimeoutExpired expired) {
      IO.println("Thread 3 timed out");
    }
  }

  private static String waitAWhile() {
    sleep(Duration.ofSeconds(2));
    return "in time";
  }
}
