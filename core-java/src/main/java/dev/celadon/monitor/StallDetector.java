package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.loop.Clock;
import dev.celadon.loop.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one hub every now and then, and tells who makes its work wait.
 *
 * <p>Confined to the monitor's thread, but for the probe.
 */
final class StallDetector {
  /*
   * Two questions, asked at every look:
   *
   * Does one piece of work hold the hub? The loop counts the pieces that have run. If the count stands still from look to look
   * while a thread drives the loop and the loop does not sleep, one piece is running since the first of these looks at least.
   *
   * Does ready work wait although pieces come and go? Into a loop that is awake goes a probe, a piece of work like any other, and
   * the time until it runs is what every other piece has to wait too. A loop that sleeps gets none: nothing waits there, and a
   * probe would only wake it. A probe that came late because of a single piece says nothing new, so it is excused.
   *
   * Looks that come late themselves prove little: if the machine was suspended or the JVM stood still, the hub stood still with
   * the monitor. So the time between two looks counts for no more than it was meant to be, and a probe that was under way in a
   * longer one is forgotten.
   *
   * A stall is reported when it passes the limit, then whenever it has doubled.
   */
  private final Clock clock;
  private final Predicate<RawGreenlet> ignored;
  private final Consumer<HubStall> reports;

  private boolean looked;
  private long lookedAtNanos;

  /** The count of the loop at the latest look that saw it move, or sleep. */
  private long runs;

  private boolean active;

  /** For how long the piece of work that runs has been seen to run. */
  private long heldNanos;

  private long nextBlockedNanos;

  private @Nullable Probe probe;
  private boolean starving;
  private long starvingSinceNanos;
  private long nextStarvedNanos;

  StallDetector(Clock clock, Predicate<RawGreenlet> ignored, Consumer<HubStall> reports) {
    this.clock = clock;
    this.ignored = ignored;
    this.reports = reports;
  }

  /** A piece of work that tells when it ran; the only thing here that runs on the hub. */
  private static final class Probe implements Runnable {
    private final Clock clock;
    final long postedAtNanos;
    final long runsBefore;
    boolean excused;

    /** Written by the hub before {@code hasRun}. */
    private long ranAtNanos;

    private long runsAfter;
    private volatile boolean hasRun;
    private final EventLoop loop;

    Probe(Clock clock, EventLoop loop) {
      this.clock = clock;
      this.loop = loop;
      this.postedAtNanos = clock.nanoTime();
      this.runsBefore = loop.runs();
    }

    @Override
    public void run() {
      ranAtNanos = clock.nanoTime();
      runsAfter = loop.runs();
      hasRun = true;
    }
  }

  /** How often to look: two looks that see the same piece of work are a limit apart. */
  static long periodNanos(long limitNanos) {
    return limitNanos / 2;
  }

  /**
   * One look.
   *
   * @param limitNanos how long work may wait
   * @return false if the hub has ended
   */
  boolean look(Hub hub, long limitNanos) {
    EventLoop loop = hub.loop();
    long now = clock.nanoTime();
    long sinceLook = looked ? now - lookedAtNanos : 0;
    looked = true;
    lookedAtNanos = now;
    if (sinceLook > limitNanos) {
      probe = null;
    }
    if (!loop.isDriven()) {
      active = false;
      probe = null;
      return !hub.isClosed();
    }
    lookForBlocker(hub, Math.min(sinceLook, periodNanos(limitNanos)), limitNanos);
    return lookForStarvation(hub, now, limitNanos);
  }

  private void lookForBlocker(Hub hub, long sinceLook, long limitNanos) {
    long count = hub.loop().runs();
    if (hub.loop().isSleeping()) {
      active = false;
    } else if (!active || count != runs) {
      active = true;
      heldNanos = 0;
      nextBlockedNanos = limitNanos;
    } else {
      heldNanos += sinceLook;
      if (heldNanos >= nextBlockedNanos) {
        nextBlockedNanos = 2 * heldNanos;
        excuseProbe();
        reportBlocked(hub, count, heldNanos);
      }
    }
    runs = count;
  }

  private void excuseProbe() {
    if (probe != null) {
      probe.excused = true;
    }
  }

  private void reportBlocked(Hub hub, long count, long nanos) {
    Holder holder = Holder.of(hub);
    RawGreenlet greenlet = holder.greenlet();
    if (greenlet != null && ignored.test(greenlet)) {
      return;
    }
    List<StackTraceElement> stack = holder.stack();
    List<String> info = new ArrayList<>();
    if (hub.loop().runs() != count) {
      greenlet = null; // the stack may be somebody else's
      stack = List.of();
      info.add("it was over before its stack could be taken");
    }
    reports.accept(new HubBlocked(hub, greenlet, Duration.ofNanos(nanos), stack, info));
  }

  private boolean lookForStarvation(Hub hub, long now, long limitNanos) {
    Probe current = probe;
    if (current != null) {
      boolean over = current.hasRun;
      long end = over ? current.ranAtNanos : now;
      if (end - current.postedAtNanos >= limitNanos) {
        late(hub, current, end, limitNanos);
      } else if (over) {
        starving = false;
      }
      if (!over) {
        return true;
      }
      probe = null;
    }
    if (hub.loop().isSleeping()) {
      starving = false;
      return true;
    }
    probe = new Probe(clock, hub.loop());
    return hub.submit(probe);
  }

  private void late(Hub hub, Probe late, long end, long limitNanos) {
    long others = (late.hasRun ? late.runsAfter : hub.loop().runs()) - late.runsBefore;
    if (late.excused || others <= 1) {
      return;
    }
    if (!starving) {
      starving = true;
      starvingSinceNanos = late.postedAtNanos;
      nextStarvedNanos = limitNanos;
    }
    if (end - starvingSinceNanos >= nextStarvedNanos) {
      nextStarvedNanos = 2 * (end - starvingSinceNanos);
      List<String> info = new ArrayList<>();
      info.add("lag: " + hub.loop().lateness());
      Duration waited = Duration.ofNanos(end - late.postedAtNanos);
      reports.accept(new HubStarved(hub, waited, others, info));
    }
  }
}
