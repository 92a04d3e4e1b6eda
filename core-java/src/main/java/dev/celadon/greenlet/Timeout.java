package dev.celadon.greenlet;

import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.loop.Clock;
import dev.celadon.loop.Timer;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Ends whatever the greenlet does when it takes too long: throws a {@link TimeoutExpired} at its
 * next switch point.
 *
 * <pre>{@code
 * try (Timeout timeout = Timeout.start(Duration.ofSeconds(1))) {
 *   answer = socket.recv();
 * }
 * }</pre>
 *
 * <p>In a wait of the JDK it interrupts the thread, and the wait throws what it makes of an
 * interrupt; {@link #withTimeout} turns that into the expiry, the form above leaves it to its user.
 *
 * <p>Timeouts nest; each one has its own identity, and closing one takes it back even if it has
 * fired but not arrived yet. It has no power over code that never waits.
 *
 * <p>Confined to the greenlet or thread that started it.
 */
public final class Timeout implements AutoCloseable {

  private final Strand strand;
  private final Duration duration;
  private @Nullable Timer timer;
  private @Nullable TimeoutExpired expired;

  private Timeout(Strand strand, Duration duration) {
    this.strand = strand;
    this.duration = duration;
  }

  /**
   * Starts a timeout for the calling greenlet. Never switches.
   *
   * @param duration the time from now; zero or negative fires at the next switch that lets the hub
   *     look at its timers; beyond 146 years never fires
   * @return the running timeout, to be closed when the work is done
   * @throws BlockingSwitchOut in a callback of the hub, which never waits
   */
  public static Timeout start(Duration duration) {
    Hub hub = Hub.current();
    if (hub.inLane()) {
      throw new BlockingSwitchOut(
          "a callback never waits, so a timeout has nothing to end: start it in a greenlet");
    }
    Timeout timeout = new Timeout(Strand.current(), duration);
    long nanos = Clock.waitNanos(duration);
    if (nanos != Long.MAX_VALUE) {
      timeout.timer = hub.loop().schedule(nanos, timeout::fire);
    }
    return timeout;
  }

  /**
   * Runs something for a limited time. Switches if {@code body} does.
   *
   * @param duration the time it may take; see {@link #start}
   * @param body what to run
   * @param <T> the type of its result
   * @return what the body returned
   * @throws TimeoutExpired if time was over first
   * @throws Exception what the body threw
   */
  public static <T extends @Nullable Object> T withTimeout(
      Duration duration, Callable<? extends T> body) throws Exception {
    Timeout timeout = start(duration);
    try {
      return body.call();
    } catch (Throwable thrown) {
      TimeoutExpired over = timeout.expiryBehind(thrown);
      if (over != null) {
        throw over;
      }
      throw thrown;
    } finally {
      timeout.close();
    }
  }

  /**
   * Runs something for a limited time, with something else to give if time is over. Switches if
   * {@code body} does.
   *
   * @param duration the time it may take; see {@link #start}
   * @param fallback the result if this timeout, and no other, expires
   * @param body what to run
   * @param <T> the type of the result
   * @return what the body returned, or {@code fallback}
   * @throws Exception what the body threw; a foreign timeout passes
   */
  public static <T extends @Nullable Object> T withTimeout(
      Duration duration, T fallback, Callable<? extends T> body) throws Exception {
    Timeout timeout = start(duration);
    try {
      return body.call();
    } catch (Throwable thrown) {
      if (timeout.expiryBehind(thrown) != null) {
        return fallback;
      }
      throw thrown;
    } finally {
      timeout.close();
    }
  }

  /**
   * Whether a body has ended by this timeout: with its expiry, or with what a wait of the JDK made
   * of it, which knows interrupts only.
   */
  private @Nullable TimeoutExpired expiryBehind(Throwable thrown) {
    TimeoutExpired fired = expired;
    if (fired == null || thrown == fired) {
      return fired;
    }
    if (!strand.withdraw(fired)) {
      return null; // a foreign one, or thrown after ours had arrived
    }
    fired.fillInStackTrace();
    fired.addSuppressed(thrown);
    return fired;
  }

  /** The hub's call. */
  private void fire() {
    timer = null;
    TimeoutExpired thrown = new TimeoutExpired(this);
    expired = thrown;
    strand.throwIn(thrown);
  }

  /**
   * Whether this timeout may still fire.
   *
   * @return true until it fires or is closed
   */
  public boolean isPending() {
    Timer armed = timer;
    return armed != null && armed.isPending();
  }

  /**
   * Takes the timeout back, for good: it will not fire, and if it has fired but not arrived, it
   * will not arrive.
   *
   * @throws IllegalStateException in another greenlet or thread than the one that started it
   */
  @Override
  public void close() {
    if (Strand.current() != strand) {
      throw new IllegalStateException(
          this + " belongs to " + strand + ", which alone may close it");
    }
    Timer armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    TimeoutExpired fired = expired;
    if (fired != null) {
      boolean _ = strand.withdraw(fired);
    }
  }

  @Override
  public String toString() {
    return "Timeout[" + duration + "]";
  }
}
