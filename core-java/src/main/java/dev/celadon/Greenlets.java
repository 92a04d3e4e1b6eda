package dev.celadon;

import dev.celadon.greenlet.Attempt;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Iwait;
import dev.celadon.greenlet.Joining;
import dev.celadon.greenlet.Killing;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waitable;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What most programs need, for {@code import static dev.celadon.Greenlets.*}.
 *
 * <p>Everything works on the hub of the calling greenlet, or on the calling thread's own hub. Safe
 * for use from any thread.
 */
public final class Greenlets {

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private Greenlets() {}

  // --- Spawning

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
   * Spawns a greenlet that starts later, unless the calling one ends before; see {@link
   * Greenlet#spawnLaterLocal}. Never switches.
   *
   * @param delay time until it starts
   * @param body what it does
   * @param <T> the type of its result
   * @return the greenlet, which counts as started
   */
  public static <T extends @Nullable Object> Greenlet<T> spawnLaterLocal(
      Duration delay, Callable<? extends T> body) {
    return Greenlet.spawnLaterLocal(delay, body);
  }

  /**
   * Spawns the cheapest greenlet there is: nobody can wait for its end, and its failure goes to the
   * error handler. Never switches.
   *
   * @param body what it does
   * @return the started greenlet
   */
  public static RawGreenlet spawnRaw(Runnable body) {
    return Hub.current().spawnRaw(body);
  }

  // --- Time

  /**
   * Waits for a time, while everything else goes on. Switches.
   *
   * @param duration time to wait at least; zero or negative is {@link #yieldNow}; beyond 146 years
   *     waits for ever
   * @throws dev.celadon.hub.InterruptedWaitException if the thread is interrupted
   */
  public static void sleep(Duration duration) {
    Strand.current().sleepNanos(Clock.waitNanos(duration));
  }

  /** Lets everything else that is ready have its turn; gevent's {@code sleep(0)}. Switches. */
  public static void yieldNow() {
    Strand.current().yieldNow();
  }

  // --- Ends

  /**
   * Kills a greenlet without waiting for its end, whatever it is: it ends at its next switch point,
   * before its first turn without ever running; one that has ended is left alone. Never switches; a
   * {@link Greenlet} that kills itself ends here.
   *
   * @param greenlet which to kill
   */
  public static void kill(RawGreenlet greenlet) {
    kill(greenlet, new GreenletExit());
  }

  /**
   * Ends a greenlet with something of one's own, without waiting for its end. Never switches; a
   * {@link Greenlet} that does it to itself ends here.
   *
   * @param greenlet which to end
   * @param thrown what arrives at its next switch point
   */
  public static void kill(RawGreenlet greenlet, Throwable thrown) {
    Objects.requireNonNull(greenlet, "greenlet");
    if (greenlet instanceof Greenlet<?> ending) {
      ending.killAsync(thrown);
    } else {
      greenlet.throwIn(thrown);
    }
  }

  /**
   * Kills all and waits for the end of all; see {@link Killing}. Switches unless all have ended.
   *
   * @param greenlets which to kill
   */
  public static void killAll(Collection<? extends RawGreenlet> greenlets) {
    Killing.killAll(greenlets);
  }

  /**
   * Kills all and waits for the end of all for a limited time; see {@link Killing}. Switches unless
   * all have ended.
   *
   * @param greenlets which to kill
   * @param timeout time to wait for all together; zero or negative only looks
   * @throws TimeoutException if time was over first
   */
  public static void killAll(Collection<? extends RawGreenlet> greenlets, Duration timeout)
      throws TimeoutException {
    Killing.killAll(greenlets, timeout);
  }

  /**
   * Ends all with something of one's own and waits for the end of all; see {@link Killing}.
   * Switches unless all have ended.
   *
   * @param greenlets which to end
   * @param thrown makes what arrives at the next switch point, one for each
   */
  public static void killAll(
      Collection<? extends RawGreenlet> greenlets, Supplier<? extends Throwable> thrown) {
    Killing.killAll(greenlets, thrown);
  }

  /**
   * Ends all with something of one's own and waits for the end of all for a limited time; see
   * {@link Killing}. Switches unless all have ended.
   *
   * @param greenlets which to end
   * @param thrown makes what arrives at the next switch point, one for each
   * @param timeout time to wait for all together; zero or negative only looks
   * @throws TimeoutException if time was over first
   */
  public static void killAll(
      Collection<? extends RawGreenlet> greenlets,
      Supplier<? extends Throwable> thrown,
      Duration timeout)
      throws TimeoutException {
    Killing.killAll(greenlets, thrown, timeout);
  }

  /**
   * Kills all without waiting for their ends; see {@link Killing}. Never switches.
   *
   * @param greenlets which to kill
   */
  public static void killAllAsync(Collection<? extends RawGreenlet> greenlets) {
    Killing.killAllAsync(greenlets);
  }

  /**
   * Waits for the end of all; their failures are not thrown. Switches unless all have ended.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Greenlet<?>... greenlets) {
    Joining.joinAll(Arrays.asList(greenlets));
  }

  /**
   * Waits for the end of all; their failures are not thrown. {@link #waitAll} gives them in the
   * order of their ends. Switches unless all have ended.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Collection<? extends Greenlet<?>> greenlets) {
    Joining.joinAll(greenlets);
  }

  /**
   * Waits for the end of all for a limited time; their failures are not thrown. Switches unless all
   * have ended.
   *
   * @param greenlets whose ends to wait for
   * @param timeout time to wait for all together; zero or negative only looks
   * @return true if all have ended, false if time was over first
   */
  public static boolean joinAll(Collection<? extends Greenlet<?>> greenlets, Duration timeout) {
    return Joining.joinAll(greenlets, timeout);
  }

  /**
   * Waits for the end of all, or for the first failure, which is thrown at once and unchanged; see
   * {@link Joining}. Switches unless all have ended or one has failed.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAllOrThrow(Collection<? extends Greenlet<?>> greenlets) {
    Joining.joinAllOrThrow(greenlets);
  }

  /**
   * Waits for the end of all, or for the first failure, for a limited time; see {@link Joining}.
   * Switches unless all have ended or one has failed.
   *
   * @param greenlets whose ends to wait for
   * @param timeout time to wait for all together; zero or negative only looks
   * @return true if all have ended, false if time was over first
   */
  public static boolean joinAllOrThrow(
      Collection<? extends Greenlet<?>> greenlets, Duration timeout) {
    return Joining.joinAllOrThrow(greenlets, timeout);
  }

  // --- Several things to wait for

  /**
   * Waits for all of them, one after the other, in the order in which they become ready; see {@link
   * Iwait}. Never switches; the iteration does.
   *
   * @param objects what to wait for: greenlets, events, results and so on
   * @param <W> the type of it
   * @return the iteration, to be closed unless it comes to its end
   */
  public static <W extends Waitable> Iwait<W> iwait(Collection<? extends W> objects) {
    return Iwait.of(objects);
  }

  /**
   * Waits for some of them for a limited time, in the order in which they become ready; see {@link
   * Iwait}. Never switches; the iteration does.
   *
   * @param objects what to wait for: greenlets, events, results and so on
   * @param count how many to give at most, 0 or more
   * @param timeout time for all waits together; zero or negative only looks
   * @param <W> the type of what is waited for
   * @return the iteration, to be closed unless it comes to its end
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static <W extends Waitable> Iwait<W> iwait(
      Collection<? extends W> objects, int count, Duration timeout) {
    return Iwait.of(objects, count, timeout);
  }

  /**
   * Waits until all are ready; gevent's {@code wait}. Switches unless they are.
   *
   * @param objects what to wait for: greenlets, events, results and so on
   * @param <W> the type of it
   * @return all of them, in the order in which they became ready
   */
  public static <W extends Waitable> List<W> waitAll(Collection<? extends W> objects) {
    return Iwait.waitAll(objects, Integer.MAX_VALUE, FOREVER);
  }

  /**
   * Waits until all are ready, for a limited time. Switches unless they are.
   *
   * @param objects what to wait for: greenlets, events, results and so on
   * @param timeout time to wait for all together; zero or negative only looks
   * @param <W> the type of what is waited for
   * @return those that became ready in time, in that order
   */
  public static <W extends Waitable> List<W> waitAll(
      Collection<? extends W> objects, Duration timeout) {
    return Iwait.waitAll(objects, Integer.MAX_VALUE, timeout);
  }

  /**
   * Waits until some are ready. Switches unless they are.
   *
   * @param objects what to wait for: greenlets, events, results and so on
   * @param count how many to wait for, 0 or more; more than there are means all
   * @param <W> the type of what is waited for
   * @return the first of them that became ready, in that order
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static <W extends Waitable> List<W> waitAll(Collection<? extends W> objects, int count) {
    return Iwait.waitAll(objects, count, FOREVER);
  }

  /**
   * Waits until some are ready, for a limited time. Switches unless they are.
   *
   * @param objects what to wait for: greenlets, events, results and so on
   * @param count how many to wait for, 0 or more; more than there are means all
   * @param timeout time to wait for all together; zero or negative only looks
   * @param <W> the type of what is waited for
   * @return the first of them that became ready in time, in that order
   * @throws IllegalArgumentException if {@code count} is negative
   */
  public static <W extends Waitable> List<W> waitAll(
      Collection<? extends W> objects, int count, Duration timeout) {
    return Iwait.waitAll(objects, count, timeout);
  }

  /**
   * Waits until the hub has nothing to do any more; see {@link Hub#join(Duration)}. gevent's {@code
   * wait} without objects. Switches.
   *
   * @param timeout time to wait at most; zero or negative looks once everything that is ready has
   *     had its turn
   * @return true if the hub has run out of work, false if time was over first
   */
  public static boolean waitAll(Duration timeout) {
    return Hub.current().join(timeout);
  }

  // --- Limits

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
   * Runs something for a limited time, with something else to give if time is over; see {@link
   * Timeout#withTimeout(Duration, Object, Callable)}.
   *
   * @param duration the time it may take
   * @param fallback the result if this timeout, and no other, expires
   * @param body what to run
   * @param <T> the type of the result
   * @return what the body returned, or {@code fallback}
   * @throws Exception what the body threw; a foreign timeout passes
   */
  public static <T extends @Nullable Object> T withTimeout(
      Duration duration, T fallback, Callable<? extends T> body) throws Exception {
    return Timeout.withTimeout(duration, fallback, body);
  }

  /**
   * Makes a body that returns expected errors instead of throwing them; see {@link
   * Attempt#wrapErrors}.
   *
   * @param body what to run
   * @param expected the classes of those errors
   * @param <T> the type of the body's result
   * @return the body to spawn
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public static <T extends @Nullable Object> Callable<Attempt<T>> wrapErrors(
      Callable<? extends T> body, Class<? extends Throwable>... expected) {
    return Attempt.wrapErrors(body, expected);
  }

  // --- Where we are

  /**
   * The greenlet or thread that is running.
   *
   * @return the caller: a {@link dev.celadon.hub.RawGreenlet} in a greenlet
   */
  public static Strand current() {
    return Strand.current();
  }

  /**
   * The hub of the calling greenlet, or the calling thread's own, made at the first call; see
   * {@link Hub#current}.
   *
   * @return the hub on which {@link #spawn} spawns
   */
  public static Hub currentHub() {
    return Hub.current();
  }
}
