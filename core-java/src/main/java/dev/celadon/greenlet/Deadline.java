package dev.celadon.greenlet;

import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.time.Duration;
import java.util.function.LongSupplier;

/** The end of the time for several waits together, on the clock of the caller's hub. */
final class Deadline {

  static final Duration NEVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final LongSupplier time;
  private final boolean never;
  private final long nanos;

  private Deadline(LongSupplier time, boolean never, long nanos) {
    this.time = time;
    this.never = never;
    this.nanos = nanos;
  }

  static Deadline in(Duration timeout) {
    long nanos = Clock.waitNanos(timeout);
    Hub hub = Hub.currentOrNull();
    LongSupplier time = hub == null ? SystemClock.INSTANCE::nanoTime : hub.loop()::nanoTime;
    boolean never = nanos == Long.MAX_VALUE;
    return new Deadline(time, never, never ? 0 : time.getAsLong() + nanos);
  }

  /** For {@code Waiter.await}. */
  long remainingNanos() {
    return never ? Long.MAX_VALUE : nanos - time.getAsLong();
  }
}
