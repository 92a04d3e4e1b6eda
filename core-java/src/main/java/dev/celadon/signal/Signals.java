package dev.celadon.signal;

import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Greenlets for the signals that the operating system sends to the process.
 *
 * <p>Signals go by their names without {@code SIG}, as in {@code kill -TERM}. While at least one
 * handler or waiter is there, a signal does nothing else: {@code TERM} does not end the program,
 * {@link Shutdown} does that. The last one that goes puts back what the signal did before, be it
 * the default or another library's handler.
 *
 * <p>The JVM keeps some signals for itself, such as {@code QUIT} and {@code SEGV}, and with its
 * option {@code -Xrs} also {@code HUP}, {@code INT} and {@code TERM}. Run-time images need the
 * module {@code jdk.unsupported}.
 *
 * <p>Safe for use from any thread.
 */
public final class Signals {

  private Signals() {}

  /**
   * Runs a handler at each arrival of a signal, in a fresh greenlet of the current hub; gevent's
   * {@code signal_handler}. A signal may have several handlers; they start in the order in which
   * they were added. Arrivals before the handler has had its turn are one arrival. The handler does
   * not keep the hub busy, and goes when the hub closes. Never waits.
   *
   * @param signal a name such as {@code TERM}, {@code HUP}, {@code USR1}
   * @param handler may wait; what it throws goes to the hub's error handler
   * @return the handle to end it
   * @throws IllegalArgumentException if there is no such signal, or the JVM keeps it for itself
   * @throws UnsupportedOperationException in a run-time image without {@code jdk.unsupported}
   */
  public static SignalHandler on(String signal, Body handler) {
    Objects.requireNonNull(handler, "handler");
    SignalHandler made = new SignalHandler(Hub.current(), signal, handler);
    made.start();
    return made;
  }

  /**
   * Waits for the next of some signals. Switches.
   *
   * <p>Between two such waits the signals do what they did before; to miss none, use {@link #on}
   * with a queue.
   *
   * @param signals names as in {@link #on}; at least one
   * @return the one that has arrived
   * @throws IllegalArgumentException if there is no such signal, or the JVM keeps it for itself
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static String waitFor(String... signals) {
    return Objects.requireNonNull(waitFor(Long.MAX_VALUE, signals));
  }

  /**
   * Waits for the next of some signals for a limited time; see {@link #waitFor(String...)}.
   * Switches.
   *
   * @param timeout time to wait at most; zero or negative finds nothing
   * @param signals names as in {@link #on}; at least one
   * @return the one that has arrived, or null if time was over first
   * @throws IllegalArgumentException if there is no such signal, or the JVM keeps it for itself
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static @Nullable String waitFor(Duration timeout, String... signals) {
    return waitFor(Clock.waitNanos(timeout), signals);
  }

  private static @Nullable String waitFor(long nanos, String... signals) {
    List<String> names = List.of(signals);
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no signal to wait for: name at least one");
    }
    Moment<String> arrival = new Moment<>("one of the signals " + names);
    List<Runnable> taken = new ArrayList<>();
    try {
      for (String name : names) {
        taken.add(listen(name, () -> arrival.happen(name)));
      }
      boolean _ = arrival.waitFor(nanos);
      return arrival.value();
    } finally {
      taken.forEach(Runnable::run);
    }
  }

  /** Adds a listener, and gives out what takes it back. */
  static Runnable listen(String name, Runnable listener) {
    SignalLine line = SignalLine.of(name);
    line.add(listener);
    return () -> line.remove(listener);
  }

  /**
   * Sends a signal to this process, as {@code kill} does. It arrives a little later, on another
   * thread. Never switches.
   *
   * @param signal a name as in {@link #on}
   * @throws IllegalArgumentException if there is no such signal, or if the JVM would ignore it
   *     because nobody handles it
   */
  public static void raise(String signal) {
    JvmSignals.raise(signal);
  }
}
