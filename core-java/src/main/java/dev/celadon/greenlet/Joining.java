package dev.celadon.greenlet;

import dev.celadon.hub.RawGreenlet;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;

/**
 * Waiting for the ends of several greenlets.
 *
 * <p>{@code joinAll} answers whether all have ended; {@link Iwait#waitAll} answers which have, in
 * the order of their ends. Safe for use from any thread.
 */
public final class Joining {

  private Joining() {}

  /**
   * Waits for the end of all; their failures are not thrown. Switches unless all have ended.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Collection<? extends Greenlet<?>> greenlets) {
    for (Greenlet<?> greenlet : Objects.requireNonNull(greenlets, "greenlets")) {
      greenlet.join();
    }
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
    Objects.requireNonNull(greenlets, "greenlets");
    Deadline deadline = Deadline.in(timeout);
    boolean all = true;
    for (Greenlet<?> greenlet : greenlets) {
      all &= greenlet.awaitEnd(deadline.remainingNanos(), null);
    }
    return all;
  }

  /**
   * Waits for the end of all, or for the first failure, which is thrown at once and unchanged; the
   * others go on. A kill is no failure. Switches unless all have ended or one has failed.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAllOrThrow(Collection<? extends Greenlet<?>> greenlets) {
    boolean _ = joinAllOrThrow(greenlets, Deadline.NEVER);
  }

  /**
   * Waits for the end of all, or for the first failure, for a limited time. The failure is thrown
   * at once and unchanged; the others go on. A kill is no failure. Switches unless all have ended
   * or one has failed.
   *
   * @param greenlets whose ends to wait for
   * @param timeout time to wait for all together; zero or negative only looks
   * @return true if all have ended, false if time was over first
   */
  public static boolean joinAllOrThrow(
      Collection<? extends Greenlet<?>> greenlets, Duration timeout) {
    Objects.requireNonNull(greenlets, "greenlets");
    RawGreenlet self = RawGreenlet.currentOrNull();
    for (Greenlet<?> greenlet : greenlets) {
      greenlet.refuseOwnEnd(self);
    }
    try (Iwait<Greenlet<?>> ends = Iwait.takingFailures(greenlets, timeout)) {
      for (Greenlet<?> ended : ends) {
        Throwable failure = ended.exception();
        if (failure != null) {
          throw Greenlet.<RuntimeException>unchecked(failure);
        }
      }
      return ends.isComplete();
    }
  }
}
