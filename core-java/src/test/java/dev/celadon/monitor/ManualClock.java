package dev.celadon.monitor;

import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Stands still but for what a test lets pass; jumps over the waits of a hub. */
final class ManualClock implements Clock {

  private final AtomicLong nanos = new AtomicLong(-500); // differences must do

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public long nanoTime() {
    return nanos.get();
  }

  @Override
  public boolean jumpTo(long deadlineNanos) {
    nanos.set(deadlineNanos);
    return true;
  }
}
