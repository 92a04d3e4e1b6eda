package dev.celadon.process;

import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import dev.celadon.sync.RLock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * One limit for several waits in a row, on the clock of the caller's hub.
 *
 * <p>Confined to the strand that made it.
 */
final class TimeLimit {

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final LongSupplier clock;
  private final Duration timeout;

  /** Long.MAX_VALUE is no limit. */
  private final long nanos;

  private final long start;

  private TimeLimit(LongSupplier clock, Duration timeout) {
    this.clock = clock;
    this.timeout = timeout;
    this.nanos = Clock.waitNanos(timeout);
    this.start = clock.getAsLong();
  }

  static TimeLimit in(Duration timeout) {
    Hub hub = Hub.currentOrNull();
    return new TimeLimit(
        hub == null ? SystemClock.INSTANCE::nanoTime : hub.loop()::nanoTime, timeout);
  }

  static TimeLimit none() {
    return in(FOREVER);
  }

  /** What is left, for the next wait; zero or less when time is over. */
  Duration left() {
    return nanos == Long.MAX_VALUE
        ? FOREVER
        : Duration.ofNanos(nanos - (clock.getAsLong() - start));
  }

  /** Takes a lock within the limit. */
  void acquire(RLock lock, Object what) throws TimeoutException {
    if (!lock.acquire(left())) {
      throw expired(what + " was busy with another caller");
    }
  }

  TimeoutException expired(String what) {
    return new TimeoutException(what + " within " + timeout);
  }
}
