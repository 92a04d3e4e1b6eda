package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;

import dev.celadon.greenlet.Timeout;
import java.time.Duration;

/** A limit for a block that throws an exception of the program's own. */
final class TimeoutTooLong {

  private static final class TooLong extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private TimeoutTooLong() {}

  static void run() {
    Duration timeToWait = Duration.ofSeconds(5);
    try (Timeout timeout = new Timeout(timeToWait, new TooLong())) {
      timeout.start();
      sleep(Duration.ofSeconds(10));
    } catch (TooLong tooLong) {
      IO.println("TooLong");
    }
  }
}
