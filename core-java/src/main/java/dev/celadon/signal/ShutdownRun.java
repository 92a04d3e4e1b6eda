package dev.celadon.signal;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in a {@link Shutdown}: on a plain thread, because any hub may be stuck. */
final class ShutdownRun {

  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  /** How often to look whether the hubs have ended, which tells nobody. */
  private static final long LOOK_NANOS = 5_000_000;

  private final Shutdown shutdown;
  private final Deque<Shutdown.Registered> stops;

  /** What the run waits for, so that a second signal can end the wait. Written by the run. */
  private volatile @Nullable Moment<Boolean> awaited;

  /** Written by the threads of signals. */
  private volatile boolean cut;

  /** Written before anything else. */
  private long deadlineNanos;

  private boolean clean = true;

  ShutdownRun(Shutdown shutdown, Deque<Shutdown.Registered> stops) {
    this.shutdown = shutdown;
    this.stops = stops;
  }

  /** A second signal. */
  void cutShort(String signal) {
    cut = true;
    Moment<Boolean> now = awaited;
    if (now != null) {
      boolean _ = now.happen(false);
    }
    LOG.warn("signal {} again: what has not stopped is not waited for", signal);
  }

  /** All of it; does not return if it ends the JVM. */
  void run(String reason, int signal, boolean exits) {
    Duration deadline = shutdown.options().deadline();
    deadlineNanos = SystemClock.INSTANCE.nanoTime() + Clock.waitNanos(deadline);
    if (exits) {
      HaltGuard.start(shutdown); // the log may hang
    }
    LOG.info("stopping within {} after {}", deadline, reason);
    do {
      stopAll();
    } while (!shutdown.refuseMore());
    int status = clean ? 0 : signal == 0 ? 1 : 128 + signal;
    boolean _ = shutdown.over().happen(status);
    if (!exits) {
      boolean _ = shutdown.leaving().happen(true);
      shutdown.remove();
      return;
    }
    closeHubs();
    boolean _ = shutdown.leaving().happen(true);
    Runtime.getRuntime().exit(status);
  }

  private long nanosLeft() {
    return cut ? 0 : Math.max(0, deadlineNanos - SystemClock.INSTANCE.nanoTime());
  }

  private void stopAll() {
    List<String> missed = new ArrayList<>();
    for (var next = stops.pollLast(); next != null; next = stops.pollLast()) {
      long left = nanosLeft();
      if (left == 0 || isHeldByExit(next) || !stop(next, left)) {
        missed.add(next.name());
      }
    }
    if (!missed.isEmpty()) {
      clean = false;
      LOG.warn("stopped in time was not: {}", String.join(", ", missed));
    }
  }

  /**
   * Whether the hub's turn is with somebody who has called {@code System.exit}: who does so in
   * portable mode never gives it back, so nothing more can run there.
   */
  private static boolean isHeldByExit(Shutdown.Registered what) {
    Thread running = what.hub().running();
    if (running == null || !isInExit(running)) {
      return false;
    }
    LOG.warn(
        "{} cannot be stopped: {} holds {} in System.exit; let it call Shutdown.begin() instead",
        what.name(),
        Objects.requireNonNullElse(Hub.greenletOf(running), running),
        what.hub());
    return true;
  }

  private static boolean isInExit(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals("java.lang.Shutdown"));
  }

  /** True if it has returned in time, be it with a failure. */
  private boolean stop(Shutdown.Registered what, long left) {
    Moment<Boolean> end = new Moment<>(what.name());
    Stopping stopping = new Stopping(what, Duration.ofNanos(left), end);
    awaited = end;
    try {
      stopping.start();
    } catch (HubClosedException e) {
      return true; // it has gone with its hub
    }
    if (!cut) {
      boolean _ = end.waitFor(left);
    }
    boolean _ = end.happen(false);
    boolean returned = Boolean.TRUE.equals(end.value());
    if (!returned) {
      stopping.throwIn(new GreenletExit("the shutdown does not wait for " + what.name()), 0);
    }
    clean &= !stopping.failed;
    return returned;
  }

  /** One stop at work. */
  private static final class Stopping extends RawGreenlet {

    private final Shutdown.Registered what;
    private final Duration left;
    private final Moment<Boolean> end;

    /** Written before the end is told. */
    private volatile boolean failed;

    Stopping(Shutdown.Registered what, Duration left, Moment<Boolean> end) {
      super(what.hub());
      this.what = what;
      this.left = left;
      this.end = end;
    }

    void start() {
      boolean _ = startSoon();
    }

    @Override
    protected void main() throws Exception {
      boolean returned = false;
      try {
        what.stop().stop(left);
        returned = true;
      } finally {
        failed = !returned;
      }
    }

    @Override
    protected void ended(@Nullable Throwable thrown) {
      boolean _ = end.happen(true);
    }

    @Override
    public String toString() {
      return "the stop of " + what.name();
    }
  }

  /** Greenlets run their clean-up; a hub whose thread does not drive it would never end. */
  private void closeHubs() {
    for (Hub hub : Hub.all().reversed()) {
      hub.shutdown();
    }
    while (nanosLeft() > 0 && Hub.all().stream().anyMatch(hub -> hub.loop().isDriven())) {
      boolean _ = Waiter.current().await(LOOK_NANOS);
    }
  }
}
