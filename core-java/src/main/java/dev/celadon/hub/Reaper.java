package dev.celadon.hub;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what becomes ready after its hub has closed: virtual threads of libraries, which would
 * otherwise never run their finally blocks.
 *
 * <p>One daemon thread for all closed hubs, started when it is needed and gone after a second
 * without work. Safe for use from any thread.
 */
final class Reaper {

  private static final String NAME = "celadon-reaper";

  private static final ScheduledThreadPoolExecutor EXECUTOR = newExecutor();

  private Reaper() {}

  static void execute(Runnable late) {
    EXECUTOR.execute(late);
  }

  /** Whether nothing is to do, and nothing is waited for. */
  static boolean isIdle() {
    return EXECUTOR.getQueue().isEmpty() && EXECUTOR.getActiveCount() == 0;
  }

  static boolean isThread(Thread thread) {
    return thread.getName().equals(NAME);
  }

  static ScheduledFuture<?> schedule(Runnable late, long delay, TimeUnit unit) {
    return EXECUTOR.schedule(late, delay, unit);
  }

  private static ScheduledThreadPoolExecutor newExecutor() {
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(NAME).factory());
    executor.setKeepAliveTime(1, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }
}
