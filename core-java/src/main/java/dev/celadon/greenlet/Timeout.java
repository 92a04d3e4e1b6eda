package dev.celadon.greenlet;

import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.loop.Clock;
import dev.celadon.loop.Timer;
import java.time.Duration;
import java.util.Objects;
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
 * <p>In a greenlet that has survived the end of its hub it never fires.
 *
 * <p>Timeouts nest; each one has its own identity, and closing one takes it back even if it has
 * fired but not arrived yet. It has no power over code that never waits.
 *
 * <p>Confined to the greenlet or thread that started it.
 */
public final class Timeout implements AutoCloseable {

  private final Duration duration;

  /** What arrives instead of a TimeoutExpired. */
  private final @Nullable Throwable instead;

  /** Who started it last. */
  private @Nullable Strand strand;

  private @Nullable Timer timer;
  private @Nullable Throwable expired;

  /** How many shields were open at its start. */
  private int depth;

  private boolean running;
  private boolean closed;

  /**
   * Makes a timeout that is not started.
   *
   * @param duration the time from its start; zero or negative fires at the next switch that lets
   *     the hub look at its timers; beyond 146 years never fires
   */
  public Timeout(Duration duration) {
    this.duration = Objects.requireNonNull(duration, "duration");
    this.instead = null;
  }

  /**
   * Makes a timeout that throws something of its user's, and is not started.
   *
   * @param duration the time from its start; see {@link #Timeout(Duration)}
   * @param instead what arrives in place of a {@link TimeoutExpired}, unchanged: an exception that
   *     plain {@code catch} clauses see
   */
  public Timeout(Duration duration, Throwable instead) {
    this.duration = Objects.requireNonNull(duration, "duration");
    this.instead = Objects.requireNonNull(instead, "instead");
  }

  /**
   * Starts a timeout for the calling greenlet. Never switches.
   *
   * @param duration the time from now; see {@link #Timeout(Duration)}
   * @return the running timeout, to be closed when the work is done
   * @throws BlockingSwitchOut in a callback of the hub, which never waits
   */
  public static Timeout start(Duration duration) {
    Timeout timeout = new Timeout(duration);
    timeout.start();
    return timeout;
  }

  /**
   * Starts this timeout for the calling greenlet: its time counts from now. Never switches.
   *
   * @throws IllegalStateException if it runs already, or was closed; after {@link #cancel} it may
   *     be started again
   * @throws BlockingSwitchOut in a callback of the hub, which never waits
   */
  public void start() {
    if (running || closed) {
      throw new IllegalStateException(
          this
              + (closed
                  ? " is closed for good: make a new one"
                  : " was started before: cancel() it first"));
    }
    Hub hub = Hub.current();
    if (hub.inLane()) {
      throw new BlockingSwitchOut(
          "a callback never waits, so a timeout has nothing to end: start it in a greenlet");
    }
    Strand starter = Strand.current();
    strand = starter;
    depth = starter.shieldDepth();
    running = true;
    long nanos = Clock.waitNanos(duration);
    if (nanos != Long.MAX_VALUE) {
      timer = hub.loop().schedule(nanos, this::fire);
    }
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
    Objects.requireNonNull(body, "body");
    Timeout timeout = start(duration);
    try {
      return body.call();
    } catch (Throwable thrown) {
      if (timeout.expiryBehind(thrown) instanceof TimeoutExpired over) {
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
    Objects.requireNonNull(body, "body");
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
   * Runs something for a limited time, with null to give if time is over. Switches if {@code body}
   * does.
   *
   * @param duration the time it may take; see {@link #start(Duration)}
   * @param body what to run
   * @param <T> the type of the result
   * @return what the body returned, or null if this timeout, and no other, expired
   * @throws Exception what the body threw; a foreign timeout passes
   */
  public static <T> @Nullable T withTimeoutOrNull(
      Duration duration, Callable<? extends @Nullable T> body) throws Exception {
    return Timeout.<@Nullable T>withTimeout(duration, (T) null, body);
  }

  /**
   * Whether a body has ended by this timeout: with its expiry, or with what a wait of the JDK made
   * of it, which knows interrupts only.
   */
  private @Nullable Throwable expiryBehind(Throwable thrown) {
    Throwable fired = expired;
    if (fired == null || thrown == fired) {
      return fired;
    }
    if (strand == null || !Strand.isMadeOfInterrupt(thrown) || !strand.withdraw(fired)) {
      return null; // a failure, a kill or a foreign timeout; or thrown after ours had arrived
    }
    fired.fillInStackTrace();
    fired.addSuppressed(thrown);
    return fired;
  }

  /** The hub's call. */
  private void fire() {
    Strand starter = Objects.requireNonNull(strand); // armed only while it has one
    timer = null;
    Throwable thrown = instead == null ? new TimeoutExpired(this) : instead;
    expired = thrown;
    starter.throwIn(thrown, depth);
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
   * Takes the timeout back: it will not fire, and if it has fired but not arrived, it will not
   * arrive. It may be started again. Does nothing if it does not run.
   *
   * @throws IllegalStateException in another greenlet or thread than the one that started it
   */
  public void cancel() {
    Strand starter = strand;
    if (starter == null) {
      return;
    }
    if (Strand.current() != starter) {
      throw new IllegalStateException(
          this + " belongs to " + starter + ", which alone may end it: close it there");
    }
    Timer armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
    Throwable fired = expired;
    expired = null;
    if (fired != null) {
      boolean _ = starter.withdraw(fired);
    }
    running = false;
  }

  /**
   * As {@link #cancel}, for good.
   *
   * @throws IllegalStateException in another greenlet or thread than the one that started it
   */
  @Override
  public void close() {
    cancel();
    closed = true;
  }

  /**
   * The time it was made with.
   *
   * @return the duration
   */
  public Duration duration() {
    return duration;
  }

  @Override
  public String toString() {
    return "Timeout[" + duration + "]";
  }
}
