package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import java.time.Duration;

/** A limit for whatever the greenlet does next, here a join. */
final class TimeoutStart {

  private TimeoutStart() {}

  static void run() {
    Timeout timeout = new Timeout(Duration.ofSeconds(10));
    timeout.start();
    try {
      spawn(() -> sleep(Duration.ofSeconds(10))).join();
    } catch (TimeoutExpired expired) {
      IO.println("Could not complete");
    } finally {
      timeout.close();
    }
  }
}
