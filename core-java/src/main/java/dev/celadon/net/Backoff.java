package dev.celadon.net;

import java.time.Duration;

/**
 * How long to wait after an error: twice as long each time, until something succeeds.
 *
 * <p>Confined to its hub.
 */
final class Backoff {

  private final Duration shortest;
  private final Duration longest;
  private Duration next;

  Backoff(Duration shortest, Duration longest) {
    this.shortest = shortest;
    this.longest = longest;
    this.next = shortest;
  }

  void succeeded() {
    next = shortest;
  }

  Duration failed() {
    Duration now = next;
    next = now.compareTo(longest.dividedBy(2)) < 0 ? now.multipliedBy(2) : longest;
    return now;
  }
}
