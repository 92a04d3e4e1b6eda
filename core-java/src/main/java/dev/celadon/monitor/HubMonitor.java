package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a hub from a thread outside of it, and tells who makes its work wait: the greenlet that
 * holds it, with its stack, or more work than it can do.
 *
 * <p>One daemon thread looks at all watched hubs, twice in each {@code maxBlockingTime}. It never
 * wakes a hub that sleeps, and costs a hub that works one piece of work at each look. A stall is
 * reported when it passes the limit, and again whenever it has doubled: to the listeners first,
 * then, unless switched off, to the log.
 *
 * <p>The hub of a plain thread is watched while the thread waits in a call of Celadon: between its
 * waits nothing is meant to run. A machine that was suspended, or a JVM that stood still as a
 * whole, is no stall.
 *
 * <p>To watch every hub from its birth, set the system property {@code celadon.monitor} to {@code
 * true}, or to a number of milliseconds, the limit.
 *
 * <p>Memory is not watched here: {@link java.lang.management.MemoryPoolMXBean} has thresholds with
 * notifications. Nor is a blocking greenlet interrupted: a listener may do that to the greenlet's
 * thread, if its code is known to bear it.
 *
 * <p>Safe for use from any thread.
 */
public final class HubMonitor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HubMonitor.class);

  /** Replaced as a whole, never locked: greenlets of any hub come here. */
  private static final AtomicReference<IdentityHashMap<RawGreenlet, Integer>> IGNORED =
      new AtomicReference<>(new IdentityHashMap<>());

  /** Looks again at a limit that may have changed, however long it is. */
  private static final long LONGEST_SLEEP_NANOS = 1_000_000_000;

  private final WeakReference<Hub> hub;
  private final String nameOfHub;
  private final Clock clock;
  private final StallDetector detector;
  private final AtomicReference<List<Consumer<? super HubStall>>> listeners =
      new AtomicReference<>(List.of());
  private final AtomicReference<List<Function>> functions = new AtomicReference<>(List.of());
  private volatile MonitorOptions options;
  private volatile boolean closed;

  /** Confined to the monitor's thread. */
  private boolean looked;

  private long nextLookNanos;

  /** A monitor that looks only when its step is called. */
  HubMonitor(Hub hub, MonitorOptions options, Clock clock) {
    this.hub = new WeakReference<>(hub);
    this.nameOfHub = hub.toString();
    this.options = options;
    this.clock = clock;
    this.detector = new StallDetector(clock, HubMonitor::isIgnored, this::report);
  }

  // --- Watching

  /**
   * Watches a hub with the default options, or with those it is watched with already.
   *
   * @param hub any hub; held weakly
   * @return its monitor, always the same while it is watched
   */
  public static HubMonitor watch(Hub hub) {
    return MonitorThread.watch(hub, MonitorOptions.defaults());
  }

  /**
   * Watches a hub. If it is watched already, its monitor goes on with these options.
   *
   * @param hub any hub; held weakly
   * @param options how it is watched
   * @return its monitor, always the same while it is watched
   */
  public static HubMonitor watch(Hub hub, MonitorOptions options) {
    HubMonitor monitor = MonitorThread.watch(hub, options);
    monitor.change(options);
    return monitor;
  }

  static HubMonitor unwatched(Hub hub, MonitorOptions options) {
    return new HubMonitor(hub, options, SystemClock.INSTANCE);
  }

  /**
   * The options.
   *
   * @return how the hub is watched now
   */
  public MonitorOptions options() {
    return options;
  }

  /**
   * Watches with other options from the next look on, a second from now at the latest.
   *
   * @param options how the hub is watched
   */
  public void change(MonitorOptions options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  /** Watches no longer, and calls nothing any more once a call that is running has returned. */
  @Override
  public void close() {
    closed = true;
  }

  boolean watches(Hub sought) {
    return !closed && hub.refersTo(sought);
  }

  // --- Who hears of it

  /**
   * Adds a listener. It is called on the monitor's thread, before the log; what it throws is logged
   * and keeps nobody else from hearing.
   *
   * @param listener should be short, because all hubs share the thread; may change the {@code info}
   *     of what it gets
   * @return a handle that takes the listener back
   */
  public Runnable onStall(Consumer<? super HubStall> listener) {
    Objects.requireNonNull(listener, "listener");
    listeners.updateAndGet(before -> with(before, listener));
    return () -> listeners.updateAndGet(before -> without(before, listener));
  }

  private void report(HubStall stall) {
    for (Consumer<? super HubStall> listener : listeners.get()) {
      guarded("a listener", () -> listener.accept(stall));
    }
    StallEvents.commit(stall);
    if (options.logged()) {
      LOG.warn("{}", stall.format());
    }
  }

  private void guarded(String what, Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      LOG.error("{} of the monitor of {} failed", what, nameOfHub, failure);
    }
  }

  // --- Functions

  private static final class Function {
    final Runnable action;
    final long periodNanos;

    /** Confined to the monitor's thread. */
    boolean timed;

    long nextNanos;

    Function(Runnable action, long periodNanos) {
      this.action = action;
      this.periodNanos = periodNanos;
    }
  }

  /**
   * Calls a function again and again on the monitor's thread, whether or not the hub is stuck. What
   * it throws is logged, and it is called again.
   *
   * @param function should be short, because all hubs share the thread; one that was added before
   *     gets the new period
   * @param period time between two calls; more than zero
   * @return a handle that takes the function back
   * @throws IllegalArgumentException if {@code period} is zero or negative
   */
  public Runnable addFunction(Runnable function, Duration period) {
    Objects.requireNonNull(function, "function");
    if (period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException("period must be positive: " + period);
    }
    Function added = new Function(function, Clock.waitNanos(period));
    functions.updateAndGet(before -> with(withoutAction(before, function), added));
    MonitorThread.hurry();
    return () -> removeFunction(function);
  }

  /**
   * Calls a function no longer.
   *
   * @param function what was added; an unknown one is ignored
   */
  public void removeFunction(Runnable function) {
    functions.updateAndGet(before -> withoutAction(before, function));
  }

  private static List<Function> withoutAction(List<Function> before, Runnable action) {
    return before.stream().filter(function -> function.action != action).toList();
  }

  // --- Who is ignored

  /**
   * Allows the running greenlet to hold its hub as long as it likes. Never switches.
   *
   * <pre>{@code
   * try (var _ = HubMonitor.ignoreCurrent()) {
   *   loadModel(); // takes seconds, and everybody knows it
   * }
   * }</pre>
   *
   * @return the scope, to be closed by the same greenlet; scopes may be nested
   * @throws IllegalStateException outside of every greenlet
   */
  public static Ignored ignoreCurrent() {
    RawGreenlet current = RawGreenlet.currentOrNull();
    if (current == null) {
      throw new IllegalStateException(
          "only a greenlet can hold a hub, but " + Thread.currentThread() + " is none");
    }
    count(current, 1);
    return new Ignored(current);
  }

  /**
   * The time in which a greenlet may hold its hub. Made by {@link HubMonitor#ignoreCurrent}.
   *
   * <p>Confined to its greenlet.
   */
  public static final class Ignored implements AutoCloseable {
    private @Nullable RawGreenlet greenlet;

    private Ignored(RawGreenlet greenlet) {
      this.greenlet = greenlet;
    }

    /** Ends the permission. Does nothing the second time. */
    @Override
    public void close() {
      if (greenlet != null) {
        count(greenlet, -1);
        greenlet = null;
      }
    }
  }

  private static void count(RawGreenlet greenlet, int change) {
    IGNORED.updateAndGet(
        before -> {
          IdentityHashMap<RawGreenlet, Integer> after = new IdentityHashMap<>(before);
          after.merge(greenlet, change, (a, b) -> a + b == 0 ? null : a + b);
          return after;
        });
  }

  private static boolean isIgnored(RawGreenlet greenlet) {
    return IGNORED.get().containsKey(greenlet);
  }

  // --- Steps

  /**
   * Does what is due.
   *
   * @return nanoseconds until something is due again; negative if there is nothing to watch any
   *     more
   */
  long step() {
    try {
      return doWhatIsDue();
    } catch (Throwable failure) { // one hub's trouble must not leave the others unwatched
      LOG.error("bug in Celadon, please report: the monitor of {}", nameOfHub, failure);
      return LONGEST_SLEEP_NANOS;
    }
  }

  private long doWhatIsDue() {
    long now = clock.nanoTime();
    long limit = Clock.waitNanos(options.maxBlockingTime());
    long next = Math.min(StallDetector.periodNanos(limit), LONGEST_SLEEP_NANOS);
    if (!looked || nextLookNanos - now <= 0) {
      looked = true;
      nextLookNanos = now + next;
      Hub watched = hub.get();
      if (closed || watched == null || !detector.look(watched, limit)) {
        closed = true;
        return -1;
      }
    } else {
      next = Math.min(next, nextLookNanos - now);
    }
    for (Function function : functions.get()) {
      next = Math.min(next, callIfDue(function, now));
    }
    return next;
  }

  boolean hasFunctions() {
    return !functions.get().isEmpty();
  }

  private long callIfDue(Function function, long now) {
    if (!function.timed) {
      function.timed = true;
      function.nextNanos = now + function.periodNanos;
    } else if (function.nextNanos - now <= 0) {
      function.nextNanos = now + function.periodNanos;
      guarded("a function", function.action);
    }
    return function.nextNanos - now;
  }

  private static <T> List<T> with(List<T> before, T added) {
    List<T> after = new ArrayList<>(before);
    after.add(added);
    return List.copyOf(after);
  }

  /** Without the first one that is this very object. */
  private static <T> List<T> without(List<T> before, T removed) {
    List<T> after = new ArrayList<>(before);
    for (int i = 0; i < after.size(); i++) {
      if (after.get(i) == removed) {
        after.remove(i);
        break;
      }
    }
    return List.copyOf(after);
  }
}
