package dev.celadon.greenlet;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Killing several greenlets at once.
 *
 * <p>On each hub those that have not had their first turn come first, and never run; then the
 * others, in the given order, in one go: none of them has a turn in between. One that is given
 * twice is killed once. The calling greenlet, if it is among them, comes last, and ends on the spot
 * without waiting for the others.
 *
 * <p>Raw greenlets are killed too, but nobody can wait for their ends. Safe for use from any
 * thread.
 */
public final class Killing {

  private record Shot(RawGreenlet target, Throwable thrown) {}

  private Killing() {}

  /**
   * Kills all and waits for the end of all. Switches unless all have ended.
   *
   * @param greenlets which to kill
   */
  public static void killAll(Collection<? extends RawGreenlet> greenlets) {
    killAll(greenlets, GreenletExit::new);
  }

  /**
   * Ends all with something of one's own and waits for the end of all. Switches unless all have
   * ended.
   *
   * @param greenlets which to end
   * @param thrown makes what arrives at the next switch point, one for each
   */
  public static void killAll(
      Collection<? extends RawGreenlet> greenlets, Supplier<? extends Throwable> thrown) {
    for (Greenlet<?> greenlet : shoot(greenlets, thrown)) {
      greenlet.join();
    }
  }

  /**
   * Kills all and waits for the end of all for a limited time. Switches unless all have ended.
   *
   * @param greenlets which to kill
   * @param timeout time to wait for all together; zero or negative only looks
   * @throws TimeoutException if time was over first; it names those that go on
   */
  public static void killAll(Collection<? extends RawGreenlet> greenlets, Duration timeout)
      throws TimeoutException {
    killAll(greenlets, GreenletExit::new, timeout);
  }

  /**
   * Ends all with something of one's own and waits for the end of all for a limited time. Switches
   * unless all have ended.
   *
   * @param greenlets which to end
   * @param thrown makes what arrives at the next switch point, one for each
   * @param timeout time to wait for all together; zero or negative only looks
   * @throws TimeoutException if time was over first; it names those that go on
   */
  public static void killAll(
      Collection<? extends RawGreenlet> greenlets,
      Supplier<? extends Throwable> thrown,
      Duration timeout)
      throws TimeoutException {
    Deadline deadline = Deadline.in(timeout);
    List<Greenlet<?>> alive = new ArrayList<>();
    for (Greenlet<?> greenlet : shoot(greenlets, thrown)) {
      if (!greenlet.awaitEnd(deadline.remainingNanos(), null)) {
        alive.add(greenlet);
      }
    }
    if (!alive.isEmpty()) {
      throw new TimeoutException(
          alive.size()
              + " of "
              + greenlets.size()
              + " killed greenlets have not ended within "
              + timeout
              + ": "
              + alive.subList(0, Math.min(10, alive.size()))
              + (alive.size() > 10 ? " and others" : ""));
    }
  }

  /**
   * Kills all without waiting for their ends. Never switches.
   *
   * @param greenlets which to kill
   */
  public static void killAllAsync(Collection<? extends RawGreenlet> greenlets) {
    List<Greenlet<?>> _ = shoot(greenlets, GreenletExit::new);
  }

  /** Throws into all; gives those whose ends can be waited for. */
  private static List<Greenlet<?>> shoot(
      Collection<? extends RawGreenlet> greenlets, Supplier<? extends Throwable> thrown) {
    Objects.requireNonNull(greenlets, "greenlets");
    Objects.requireNonNull(thrown, "thrown");
    RawGreenlet self = RawGreenlet.currentOrNull();
    boolean selfToo = false;
    Set<RawGreenlet> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<Hub, List<Shot>> byHub = new LinkedHashMap<>();
    List<Greenlet<?>> killed = new ArrayList<>();
    for (RawGreenlet target : greenlets) {
      if (target == self) {
        selfToo = true;
      } else if (seen.add(target) && !target.isReady()) {
        byHub
            .computeIfAbsent(target.hub(), _ -> new ArrayList<>())
            .add(new Shot(target, thrown.get()));
        if (target instanceof Greenlet<?> greenlet) {
          killed.add(greenlet);
        }
      }
    }
    byHub.forEach(Killing::shootOn);
    if (selfToo) {
      throw Greenlet.<RuntimeException>unchecked(thrown.get());
    }
    return killed;
  }

  private static void shootOn(Hub hub, List<Shot> shots) {
    if (hub.inHub() || !hub.submit(() -> shoot(shots))) {
      shoot(shots);
    }
  }

  /** On the hub, so that none of them has a turn between two shots; or after the hub's end. */
  private static void shoot(List<Shot> shots) {
    List<Shot> started = new ArrayList<>();
    for (Shot shot : shots) {
      if (shot.target.thread() == null) {
        shot.target.throwIn(shot.thrown);
      } else {
        started.add(shot);
      }
    }
    for (Shot shot : started) {
      if (!shot.target.isReady()) {
        shot.target.throwIn(shot.thrown);
      }
    }
  }
}
