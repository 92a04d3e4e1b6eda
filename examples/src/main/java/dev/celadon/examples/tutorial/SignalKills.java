package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.signal.SignalHandler;
import dev.celadon.signal.Signals;
import java.time.Duration;

/** A signal ends a greenlet that would run for a long time. */
final class SignalKills {

  private SignalKills() {}

  static void run() {
    Greenlet<?> thread = spawn(SignalKills::runForever);
    try (SignalHandler _ = Signals.on("TERM", thread::kill)) {
      Greenlet<?> _ = spawn(() -> Signals.raise("TERM")); // as kill(1) would
      thread.join();
    }
    IO.println("It ran for ever, and ended: " + thread.isReady());
  }

  private static void runForever() {
    try {
      IO.println("Running");
      sleep(Duration.ofSeconds(1000));
    } finally {
      IO.println("Cleaning up");
    }
  }
}
