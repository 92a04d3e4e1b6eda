package dev.celadon.signal;

import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The orderly end of a program: stops what is registered, the last one first, within a deadline.
 *
 * <p>It begins with a signal, {@code TERM} or {@code INT} by default, or with {@link #begin}. Then:
 *
 * <ol>
 *   <li>Each stop runs in a greenlet of the hub that registered it, one after the other. One that
 *       has not returned at the deadline is named in the log and killed, and so are those behind
 *       it, which do not run at all.
 *   <li>{@link #waitUntilOver} returns.
 *   <li>Unless the program has chosen to do the rest itself, every hub is {@linkplain Hub#shutdown
 *       shut down}, so that the greenlets run their clean-up, and the JVM ends with the status 0;
 *       or, if something failed or was cut short, with 128 and the number of the signal, or 1
 *       without a signal.
 * </ol>
 *
 * <p>A second signal cuts it short: what has not stopped by then is not waited for.
 *
 * <p>If the JVM ends for another reason, such as {@code System.exit}, the stops run, too, but the
 * hubs are left alone. A greenlet that calls {@code System.exit} in portable mode holds its hub for
 * good, so that nothing of that hub can be stopped any more: the log says so, and nobody waits for
 * it. {@link #begin} ends a program in every mode.
 *
 * <p>However its end begins, the JVM does not hang in it: shutdown hooks that have not returned
 * after a further limit, because they want a lock that a parked greenlet holds, for instance, are
 * left behind, and the status is 1 unless it was not 0 before.
 *
 * <p>Safe for use from any thread.
 */
public final class Shutdown implements AutoCloseable {
  /*
   * begun    by the first signal, begin(), or the JVM's hook; that one starts the ShutdownRun, on a thread of its own, because
   *          the hubs may be stuck, and the JVM's hook does it itself
   * cut      by the second signal; the run looks at it between the stops and is woken from its wait for one
   * full     by the run, when it has found no stop: who registers one puts it in, then looks; the run sets it, then looks again;
   *          so one of the two sees the other
   * over     by the run, with the exit status
   * leaving  by the run, when nothing is left but the JVM's hooks
   *
   * The JVM's hook waits for `over`. From its begin on, or from that of a run that ends the JVM, the HaltGuard's thread ends the
   * JVM when the time of everything is over.
   */
  record Registered(Hub hub, String name, Stop stop) {}

  private final Hub hub;
  private final ShutdownOptions options;
  private final Moment<Integer> begun = new Moment<>("the begin of the shutdown");
  private final Moment<Integer> over = new Moment<>("the end of the shutdown");
  private final Moment<Boolean> leaving = new Moment<>("the JVM's hooks");
  private final ConcurrentLinkedDeque<Registered> stops = new ConcurrentLinkedDeque<>();
  private final ShutdownRun run;
  private final List<Runnable> installed = new ArrayList<>();
  private final AtomicBoolean removed = new AtomicBoolean();

  /** Written by the run. */
  private volatile boolean full;

  private Shutdown(Hub hub, ShutdownOptions options) {
    this.hub = hub;
    this.options = options;
    this.run = new ShutdownRun(this, stops);
  }

  /**
   * Installs a shutdown with the default options; see {@link #install(ShutdownOptions)}.
   *
   * @return the handle
   */
  public static Shutdown install() {
    return install(ShutdownOptions.defaults());
  }

  /**
   * Installs a shutdown. It goes with {@link #close} and with the end of the current hub, unless it
   * has begun by then. Never waits.
   *
   * @param options what begins it, and its limits
   * @return the handle
   * @throws IllegalArgumentException if the JVM keeps one of the signals for itself, as {@code
   *     -Xrs} tells it to
   */
  public static Shutdown install(ShutdownOptions options) {
    Objects.requireNonNull(options, "options");
    Shutdown shutdown = new Shutdown(Hub.current(), options);
    try {
      shutdown.putInPlace();
    } catch (RuntimeException refused) {
      shutdown.remove();
      throw refused;
    }
    return shutdown;
  }

  private void putInPlace() {
    for (String signal : options.signals()) {
      int number = JvmSignals.number(signal);
      installed.add(Signals.listen(signal, () -> arrived(signal, number)));
    }
    Thread hook = Thread.ofPlatform().name("celadon-shutdown-hook").unstarted(this::jvmEnds);
    Runtime.getRuntime().addShutdownHook(hook);
    installed.add(() -> removeHook(hook));
    installed.add(hub.onClose(this::close));
  }

  private static void removeHook(Thread hook) {
    try {
      boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM has begun to end, and runs the hook.
    }
  }

  /** Puts everything back; once. */
  void remove() {
    if (removed.compareAndSet(false, true)) {
      installed.reversed().forEach(Runnable::run);
    }
  }

  /** On a thread of the JVM. */
  private void arrived(String signal, int number) {
    if (!begin("signal " + signal, number)) {
      run.cutShort(signal);
    }
  }

  private boolean begin(String reason, int signal) {
    boolean first = begun.happen(signal);
    if (first) {
      Thread thread =
          Thread.ofPlatform()
              .name("celadon-shutdown")
              .daemon(false) // a program whose main method has ended must not end before this
              .unstarted(() -> run.run(reason, signal, options.exits()));
      thread.start();
    }
    return first;
  }

  /** On the thread of the JVM's hook. */
  private void jvmEnds() {
    HaltGuard.start(this);
    if (begun.happen(0)) {
      run.run("end of the JVM", 0, false);
    } else {
      boolean _ = over.waitFor(Clock.waitNanos(options.deadline()));
    }
  }

  /**
   * Registers something to stop. It runs in a greenlet of the current hub, or of the hub that
   * installed the shutdown if the calling thread has none; if that hub has closed by then, it is
   * left out. What is registered while the shutdown runs is stopped next. Never switches.
   *
   * @param name names it in the log
   * @param stop stops it
   * @return what takes it back, for things that stop earlier by themselves
   * @throws IllegalStateException if the shutdown is over
   */
  public Runnable register(String name, Stop stop) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(stop, "stop");
    Hub own = Hub.currentOrNull();
    Registered registered = new Registered(own == null ? hub : own, name, stop);
    stops.addLast(registered);
    if (full && stops.removeLastOccurrence(registered)) {
      throw new IllegalStateException(
          this + " is over, so " + name + " would never be stopped: stop it where it was started");
    }
    return () -> stops.removeLastOccurrence(registered);
  }

  /**
   * Registers something to close; see {@link #register}. Never switches.
   *
   * @param closeable its {@code toString} names it in the log
   * @return what takes it back
   * @throws IllegalStateException if the shutdown is over
   */
  public Runnable register(AutoCloseable closeable) {
    return register(closeable.toString(), _ -> closeable.close());
  }

  /**
   * Begins the shutdown. Returns at once; does nothing the second time. Never switches.
   *
   * @return true if it was the first to begin it
   */
  public boolean begin() {
    return begin("request of the program", 0);
  }

  /**
   * Whether the shutdown has begun: no new work should be taken.
   *
   * @return true from the first signal or {@link #begin} on
   */
  public boolean hasBegun() {
    return begun.value() != null;
  }

  /**
   * Whether the stops are over.
   *
   * @return true if {@link #waitUntilOver()} would not switch
   */
  public boolean isOver() {
    return over.value() != null;
  }

  /** Waits until the shutdown begins. Switches unless it has. */
  public void waitUntilBegun() {
    boolean _ = begun.waitFor(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until the shutdown begins. Switches unless it has.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it has begun, false if time was over first
   */
  public boolean waitUntilBegun(Duration timeout) {
    return begun.waitFor(Clock.waitNanos(timeout));
  }

  /**
   * Waits until the stops are over. Switches unless they are.
   *
   * <p>What the main greenlet of a program waits for: it may return then.
   *
   * @return the exit status; see the head of this class
   */
  public int waitUntilOver() {
    boolean _ = over.waitFor(Long.MAX_VALUE);
    return Objects.requireNonNull(over.value());
  }

  /**
   * Waits for a limited time until the stops are over. Switches unless they are.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if they are over, false if time was over first
   */
  public boolean waitUntilOver(Duration timeout) {
    return over.waitFor(Clock.waitNanos(timeout));
  }

  /**
   * Takes the shutdown back: its signals do again what they did before, and nothing is stopped.
   * Does nothing once it has begun. Never waits.
   */
  @Override
  public void close() {
    if (begun.value() == null) {
      remove();
    }
  }

  ShutdownOptions options() {
    return options;
  }

  /** True if nothing more will be stopped; false if something has come in meanwhile. */
  boolean refuseMore() {
    full = true;
    full = stops.isEmpty();
    return full;
  }

  Moment<Integer> over() {
    return over;
  }

  Moment<Boolean> leaving() {
    return leaving;
  }

  @Override
  public String toString() {
    return "Shutdown[deadline=" + options.deadline() + "]";
  }
}
