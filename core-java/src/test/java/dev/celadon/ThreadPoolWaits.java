package dev.celadon;

import dev.celadon.loop.Clock;
import dev.celadon.threadpool.ThreadPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The waits of this package, for {@link EveryWaitTest}: on pools of size 0, because a task that
 * runs would hold the virtual clock.
 */
final class ThreadPoolWaits {

  private ThreadPoolWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          ThreadPool pool = new ThreadPool(0);
          return new Wait(
              "ThreadPool.spawn",
              timeout -> pool.spawn(() -> "x", timeout) != null,
              () -> grow(pool));
        },
        () -> {
          ThreadPool pool = new ThreadPool(0);
          return new Wait(
              "ThreadPool.apply",
              timeout -> {
                try {
                  pool.apply(() -> "x", timeout);
                  return true;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              () -> grow(pool));
        },
        () -> {
          ThreadPool pool = new ThreadPool(0);
          pool.asExecutorService().execute(() -> {});
          return new Wait("ThreadPool.join", pool::join, () -> grow(pool));
        },
        () -> {
          ThreadPool pool = new ThreadPool(0);
          Future<String> future = pool.asExecutorService().submit(() -> "x");
          return new Wait(
              "Task.get",
              timeout -> {
                try {
                  future.get(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS);
                  return true;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              () -> grow(pool));
        });
  }

  /** Runs what waits, and holds the hub until that has ended: so it is satisfied at once. */
  private static void grow(ThreadPool pool) {
    pool.setMaxSize(1);
    while (pool.outstanding() > 0) {
      Thread.onSpinWait();
    }
  }
}
