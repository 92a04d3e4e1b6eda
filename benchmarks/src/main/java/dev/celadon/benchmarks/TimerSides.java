package dev.celadon.benchmarks;

import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Hub;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Time limits that nobody reaches: so many are set one after the other, and then all are cancelled
 * in the same order. The processor time to set and cancel one.
 */
final class TimerSides {

  /** The first write to a page of memory costs more than the timers in it. */
  private static final List<String> ROOM =
      List.of("-Xms2g", "-Xmx2g", "-Xmn1500m", "-XX:+AlwaysPreTouch");

  static final Case CASE =
      new Case(
              "timers",
              "ns",
              1_000_000,
              new Side(Case.CELADON, ROOM, TimerSides::celadon),
              List.of(
                  new Side("netty-wheel", ROOM, TimerSides::nettyWheel),
                  new Side("scheduled-executor", ROOM, TimerSides::scheduledExecutor),
                  new Side("or-timeout", ROOM, TimerSides::orTimeout),
                  GeventSides.side("timers")))
          .growing(1_000_000);

  /** A program that has time limits has their durations, too. */
  private static final Duration[] DURATIONS =
      IntStream.range(0, 1_000)
          .mapToObj(number -> Duration.ofMillis(millis(number)))
          .toArray(Duration[]::new);

  private TimerSides() {}

  /** Half a minute and up to a second more, different from one to the next. */
  private static long millis(int number) {
    return 30_000 + number * 7_919L % 1_000;
  }

  /** The clock, when all of the young generation is free. */
  private static long start() {
    System.gc();
    return Cpu.nanos();
  }

  private static double celadon(int operations, int parties) throws Exception {
    return Hub.run(
        () -> {
          Timeout[] pending = new Timeout[parties];
          long start = start();
          for (int left = operations; left > 0; left -= parties) {
            for (int i = 0; i < parties; i++) {
              pending[i] = Timeout.start(DURATIONS[i % DURATIONS.length]);
            }
            for (Timeout timeout : pending) {
              timeout.close();
            }
          }
          return (double) (Cpu.nanos() - start);
        });
  }

  /** One for all samples of a JVM, with its backlog of cancelled timers. */
  private static final class Wheel {
    static final HashedWheelTimer TIMER = new HashedWheelTimer();
  }

  /** The wheel lets go of what was cancelled at its next ticks, which belongs to the cost. */
  private static double nettyWheel(int operations, int parties) throws InterruptedException {
    io.netty.util.Timeout[] pending = new io.netty.util.Timeout[parties];
    long start = start();
    for (int left = operations; left > 0; left -= parties) {
      for (int i = 0; i < parties; i++) {
        pending[i] = Wheel.TIMER.newTimeout(TimerSides::expired, millis(i), TimeUnit.MILLISECONDS);
      }
      for (io.netty.util.Timeout timeout : pending) {
        timeout.cancel();
      }
    }
    while (Wheel.TIMER.pendingTimeouts() > 0) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    return Cpu.nanos() - start;
  }

  private static double scheduledExecutor(int operations, int parties) {
    Future<?>[] pending = new Future<?>[parties];
    try (ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1)) {
      executor.setRemoveOnCancelPolicy(true);
      long start = start();
      for (int left = operations; left > 0; left -= parties) {
        for (int i = 0; i < parties; i++) {
          pending[i] = executor.schedule(() -> expired("ours"), millis(i), TimeUnit.MILLISECONDS);
        }
        for (Future<?> timeout : pending) {
          timeout.cancel(false);
        }
      }
      return Cpu.nanos() - start;
    }
  }

  private static double orTimeout(int operations, int parties) {
    CompletableFuture<?>[] pending = new CompletableFuture<?>[parties];
    long start = start();
    for (int left = operations; left > 0; left -= parties) {
      for (int i = 0; i < parties; i++) {
        pending[i] = new CompletableFuture<Void>().orTimeout(millis(i), TimeUnit.MILLISECONDS);
      }
      for (CompletableFuture<?> limited : pending) {
        limited.complete(null);
      }
    }
    return Cpu.nanos() - start;
  }

  private static void expired(Object timeout) {
    throw new AssertionError("nobody waits for half a minute here: " + timeout);
  }
}
