package dev.celadon.examples.messaging;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;

/** A greenlet that ticks: if anything held the hub, its gaps would show it. */
final class HeartBeat implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofMillis(10);

  private final Greenlet<?> greenlet = spawn(this::tick);
  private long ticks;
  private long largestGapNanos;

  private void tick() {
    long last = System.nanoTime();
    while (true) {
      sleep(PERIOD);
      long now = System.nanoTime();
      largestGapNanos = Math.max(largestGapNanos, now - last);
      last = now;
      ticks++;
    }
  }

  long ticks() {
    return ticks;
  }

  long largestGapNanos() {
    return largestGapNanos;
  }

  @Override
  public void close() {
    greenlet.kill();
  }
}
