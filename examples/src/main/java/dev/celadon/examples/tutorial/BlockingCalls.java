package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.currentHub;
import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.Locale;

/**
 * Two greenlets sit in a blocking call while a third one works. It is {@code Thread.sleep}, a call
 * of the JDK that knows nothing of greenlets.
 */
final class BlockingCalls {

  private final Hub hub = currentHub();
  private final long start = hub.loop().nanoTime();
  private final Duration time;

  private BlockingCalls(Duration time) {
    this.time = time;
  }

  static void run() {
    pollFor(Duration.ofSeconds(2));
  }

  static void pollFor(Duration time) {
    BlockingCalls calls = new BlockingCalls(time);
    joinAll(spawn(() -> calls.poll()), spawn(() -> calls.poll()), spawn(() -> calls.work()));
  }

  private void poll() throws InterruptedException {
    IO.println("Started Polling: " + tic());
    Thread.sleep(time);
    IO.println("Ended Polling: " + tic());
  }

  private void work() {
    IO.println("Hey lets do some stuff while the greenlets poll, " + tic());
    sleep(time.dividedBy(2));
  }

  private String tic() {
    return String.format(Locale.ROOT, "at %1.1f seconds", (hub.loop().nanoTime() - start) / 1e9);
  }
}
