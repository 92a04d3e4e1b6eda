package dev.celadon.examples.patterns;

import dev.celadon.sync.Event;
import java.time.Duration;

/** Notices when a peer that should give signs of life does not any more. */
final class Liveness {

  /** Between two signs of life. */
  static final Duration INTERVAL = Duration.ofMillis(50);

  /** So long nobody who lives is silent. */
  static final Duration PATIENCE = Duration.ofMillis(300);

  private final Event sign = new Event();

  /** It lives. */
  void sign() {
    sign.set();
  }

  /** Returns when there was no sign for {@link #PATIENCE}. */
  void waitForSilence() {
    do {
      sign.clear();
    } while (sign.waitUntilSet(PATIENCE) || sign.waitUntilSet(INTERVAL)); // were we late ourselves?
  }
}
