package dev.celadon.benchmarks;

import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A time limit around something that is done at once, one after the other: the processor time of
 * one.
 */
final class TimeoutSides {

  static final Case CASE =
      new Case(
          "timeout",
          "ns",
          1_000_000,
          new Side(Case.CELADON, TimeoutSides::celadon),
          List.of(
              new Side("virtual-thread", OneCarrier.FLAGS, TimeoutSides::virtualThread),
              KotlinSides.side((operations, _) -> KotlinWork.timeout(operations)),
              GeventSides.side("timeout")));

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Keeps the bodies from being optimised away. */
  private static int ran;

  private TimeoutSides() {}

  private static double celadon(int operations) throws Exception {
    return Hub.run(
        () -> {
          long start = Cpu.nanos();
          for (int i = 0; i < operations; i++) {
            int _ = Timeout.withTimeout(LIMIT, () -> ran++);
          }
          return (double) (Cpu.nanos() - start);
        });
  }

  /** As users write it: another thread interrupts this one when time is over. */
  private static double virtualThread(int operations) throws Exception {
    try (ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1)) {
      clock.setRemoveOnCancelPolicy(true);
      return VirtualThreadParties.cost(
          1,
          _ -> {
            Thread self = Thread.currentThread();
            for (int i = 0; i < operations; i++) {
              Future<?> limit =
                  clock.schedule(self::interrupt, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
              try {
                ran++;
              } finally {
                limit.cancel(false);
              }
            }
          });
    }
  }
}
