package dev.celadon.monitor;

import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubObserver;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Strand;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asserts whether a stretch of code switches: gives its turn away, so that other greenlets of the
 * hub may run and change what it looks at.
 *
 * <p>Every way to give the turn away counts, also the hidden ones: a contended lock, a blocking
 * call of the JDK. Assertions may be nested. What the body throws itself wins.
 *
 * <p>Safe for use from any thread; each call is about the calling greenlet or thread.
 */
public final class Switches {

  private Switches() {}

  /**
   * Runs something that must not switch: code that is atomic for the other greenlets of its hub.
   * Switches only if the body does.
   *
   * @param body what to run
   * @throws AssertionError if anything else of the hub could run meanwhile; its cause shows where
   *     the first switch was, unless that was inside a call of the JDK
   * @throws Exception what the body throws, unchanged
   */
  public static void assertNoSwitch(Body body) throws Exception {
    watch(body).requireNone();
  }

  /**
   * Runs something with a result that must not switch; see {@link #assertNoSwitch(Body)}.
   *
   * @param body what to run
   * @param <T> the type of its result
   * @return what the body returned
   * @throws AssertionError if anything else of the hub could run meanwhile
   * @throws Exception what the body throws, unchanged
   */
  public static <T extends @Nullable Object> T assertNoSwitch(Callable<? extends T> body)
      throws Exception {
    Holder<T> holder = new Holder<>(body);
    watch(holder).requireNone();
    return holder.result();
  }

  /**
   * Runs something that must switch at least once: code that is meant to let others have their
   * turn. Switches if the body does.
   *
   * @param body what to run
   * @throws AssertionError if it held the hub from its beginning to its end
   * @throws Exception what the body throws, unchanged
   */
  public static void assertSwitches(Body body) throws Exception {
    watch(body).requireSome();
  }

  /**
   * Runs something that must let others have their turn often enough: no stretch between two of its
   * switches, or before the first or after the last one, may take longer than a limit. Switches if
   * the body does.
   *
   * <p>Time in blocking calls of the JDK counts as a stretch, because the hub does not see their
   * switches one by one.
   *
   * @param maxBlockingTime the longest stretch that is allowed
   * @param body what to run
   * @throws AssertionError if a stretch took longer
   * @throws Exception what the body throws, unchanged
   */
  public static void assertSwitches(Duration maxBlockingTime, Body body) throws Exception {
    watch(body).requireNoneLongerThan(maxBlockingTime);
  }

  /** Makes a body of something that has a result. */
  private static final class Holder<T extends @Nullable Object> implements Body {
    private final Callable<? extends T> callable;
    private @Nullable T value;

    Holder(Callable<? extends T> callable) {
      this.callable = callable;
    }

    @Override
    public void run() throws Exception {
      value = callable.call();
    }

    @SuppressWarnings("NullAway") // null is the value of a T that may be null
    T result() {
      return value;
    }
  }

  private static Watch watch(Body body) throws Exception {
    Watch watch = new Watch(Strand.current());
    watch.run(body);
    return watch;
  }

  /**
   * What one strand did from the beginning to the end of a body. The loop counts everything that
   * runs on it, so nothing goes unseen; the observer adds where and when, but sees Celadon's own
   * switch points only.
   */
  private static final class Watch implements HubObserver {
    private final Strand strand;
    private final @Nullable Hub hub;
    private final LongSupplier time;
    private final long runsBefore;
    private final long beganAtNanos;
    private long stretchBeganAtNanos;
    private long longestNanos;
    private long endedAtNanos;
    private long runs;
    private @Nullable Throwable first;

    Watch(Strand strand) {
      this.strand = strand;
      this.hub = strand.hubOrNull();
      this.time = hub == null ? SystemClock.INSTANCE::nanoTime : hub.loop()::nanoTime;
      this.runsBefore = hub == null ? 0 : hub.loop().runs();
      this.beganAtNanos = time.getAsLong();
      this.stretchBeganAtNanos = beganAtNanos;
    }

    void run(Body body) throws Exception {
      if (hub != null) {
        hub.addObserver(this);
      }
      try {
        body.run();
      } finally {
        endedAtNanos = time.getAsLong();
        endStretch();
        if (hub != null) {
          hub.removeObserver(this);
        }
        Hub own = strand.hubOrNull(); // a plain thread may have got its hub meanwhile
        runs = own == null ? 0 : own.loop().runs() - runsBefore;
      }
    }

    @Override
    public void paused(RawGreenlet greenlet) {
      if (greenlet == strand) {
        endStretch();
        if (first == null) {
          first = new Throwable("switched here");
        }
      }
    }

    @Override
    public void resumed(RawGreenlet greenlet) {
      if (greenlet == strand) {
        stretchBeganAtNanos = time.getAsLong();
      }
    }

    private void endStretch() {
      longestNanos = Math.max(longestNanos, time.getAsLong() - stretchBeganAtNanos);
    }

    void requireNone() {
      if (runs != 0) {
        throw new AssertionError(
            strand
                + " switched within "
                + elapsed()
                + " where it must not: "
                + runs
                + " pieces of work ran on "
                + strand.hubOrNull()
                + " meanwhile",
            first);
      }
    }

    void requireSome() {
      if (runs == 0) {
        throw new AssertionError(
            strand + " did not switch within " + elapsed() + ": nothing else could run");
      }
    }

    void requireNoneLongerThan(Duration limit) {
      if (longestNanos > Clock.waitNanos(limit)) {
        throw new AssertionError(
            strand
                + " held its hub for "
                + Duration.ofNanos(longestNanos)
                + " without a switch, longer than "
                + limit
                + ", within "
                + elapsed());
      }
    }

    private Duration elapsed() {
      return Duration.ofNanos(endedAtNanos - beganAtNanos);
    }
  }
}
