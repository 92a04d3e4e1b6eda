package dev.celadon.pool;

import dev.celadon.hub.Hub;
import dev.celadon.loop.SystemClock;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One limit for several waits in a row, on the clock of the caller's hub.
 *
 * <p>Confined to the strand that made it.
 */
final class Deadline {

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final LongSupplier clock;

  /** Long.MAX_VALUE is no limit. */
  private final long nanos;

  private final long start;

  private Deadline(LongSupplier clock, long nanos) {
    this.clock = clock;
    this.nanos = nanos;
    this.start = clock.getAsLong();
  }

  static Deadline in(long nanos) {
    Hub hub = Hub.currentOrNull();
    return new Deadline(hub == null ? SystemClock.INSTANCE::nanoTime : hub.loop()::nanoTime, nanos);
  }

  Duration left() {
    long left = leftNanos();
    return left == Long.MAX_VALUE ? FOREVER : Duration.ofNanos(left);
  }

  long leftNanos() {
    return nanos == Long.MAX_VALUE ? nanos : nanos - (clock.getAsLong() - start);
  }
}
