package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.Strand;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What most programs need, for {@code import static dev.celadon.Greenlets.*}.
 *
 * <p>Everything works on the hub of the calling greenlet, or on the calling thread's own hub. Safe
 * for use from any thread.
 */
public final class Greenlets {

  private Greenlets() {}

  /**
   * Spawns a greenlet; see {@link Greenlet#spawn(Callable)}. Never switches.
   *
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet
   */
  public static <T extends @Nullable Object> Greenlet<T> spawn(Callable<? extends T> body) {
    return Greenlet.spawn(body);
  }

  /**
   * Spawns a greenlet without a result; see {@link Greenlet#spawn(Body)}. Never switches.
   *
   * @param body what it does
   * @return the started greenlet
   */
  public static Greenlet<@Nullable Void> spawn(Body body) {
    return Greenlet.spawn(body);
  }

  /**
   * Spawns a greenlet that starts later; see {@link Greenlet#spawnLater(Duration, Callable)}. Never
   * switches.
   *
   * @param delay time until it starts
   * @param body what it does
   * @param <T> the type of its result
   * @return the greenlet, which counts as started
   */
  public static <T extends @Nullable Object> Greenlet<T> spawnLater(
      Duration delay, Callable<? extends T> body) {
    return Greenlet.spawnLater(delay, body);
  }

  /**
   * Spawns a greenlet without a result that starts later. Never switches.
   *
   * @param delay time until it starts
   * @param body what it does
   * @return the greenlet, which counts as started
   */
  public static Greenlet<@Nullable Void> spawnLater(Duration delay, Body body) {
    return Greenlet.spawnLater(delay, body);
  }

  /**
   * Waits for a time, while everything else goes on. Switches.
   *
   * @param duration time to wait at least; zero or negative is {@link #yieldNow}; beyond 146 years
   *     waits for ever
   * @throws dev.celadon.hub.InterruptedWaitException if the thread is interrupted
   */
  public static void sleep(Duration duration) {
    Strand.current().sleep(Clock.waitNanos(duration));
  }

  /** Lets everything else that is ready have its turn; gevent's {@code sleep(0)}. Switches. */
  public static void yieldNow() {
    Strand.current().yieldNow();
  }

  /**
   * Waits for the end of all; their failures are not thrown. Switches unless all have ended.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Greenlet<?>... greenlets) {
    Greenlet.joinAll(Arrays.asList(greenlets));
  }

  /**
   * Waits for the end of all; their failures are not thrown. Switches unless all have ended.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Collection<? extends Greenlet<?>> greenlets) {
    Greenlet.joinAll(greenlets);
  }

  /**
   * Waits for the end of all for a limited time. Switches unless all have ended.
   *
   * @param greenlets whose ends to wait for
   * @param timeout time to wait for all together; zero or negative only looks
   * @return true if all have ended, false if time was over first
   */
  public static boolean joinAll(Collection<? extends Greenlet<?>> greenlets, Duration timeout) {
    return Greenlet.joinAll(greenlets, timeout);
  }

  /**
   * Kills all and waits for the end of all. Switches unless all have ended.
   *
   * @param greenlets which to kill
   */
  public static void killAll(Collection<? extends Greenlet<?>> greenlets) {
    Greenlet.killAll(greenlets);
  }

  /**
   * Runs something for a limited time; see {@link Timeout#withTimeout(Duration, Callable)}.
   *
   * @param duration the time it may take
   * @param body what to run
   * @param <T> the type of its result
   * @return what the body returned
   * @throws dev.celadon.greenlet.TimeoutExpired if time was over first
   * @throws Exception what the body threw
   */
  public static <T extends @Nullable Object> T withTimeout(
      Duration duration, Callable<? extends T> body) throws Exception {
    return Timeout.withTimeout(duration, body);
  }

  /**
   * The greenlet or thread that is running.
   *
   * @return the caller: a {@link dev.celadon.hub.RawGreenlet} in a greenlet
   */
  public static Strand current() {
    return Strand.current();
  }
}
