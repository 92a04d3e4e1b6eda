package dev.celadon.threadpool;

import java.time.Duration;
import java.util.Objects;

/**
 * How a thread pool is made.
 *
 * <p>Immutable.
 *
 * @param name names the pool in messages and, with a number, its threads in dumps
 * @param maxSize how many tasks run at the same time, and how many threads there are at most; 0
 *     runs nothing
 * @param idleTimeout how long a thread waits for its next task before it ends; zero ends it at once
 * @param interruptible whether a task is interrupted when the one that waits for it in {@code
 *     apply} or {@code offload} gives up, or when the pool is killed. Interrupts close the sockets
 *     and files that they hit; so by default a running task is left to finish
 */
public record ThreadPoolOptions(
    String name, int maxSize, Duration idleTimeout, boolean interruptible) {

  /** Checks the ranges. */
  public ThreadPoolOptions {
    Objects.requireNonNull(name, "name");
    checkMaxSize(maxSize);
    if (Objects.requireNonNull(idleTimeout, "idleTimeout").isNegative()) {
      throw new IllegalArgumentException(
          "idleTimeout must not be negative: "
              + idleTimeout
              + "; Duration.ZERO ends idle threads at once");
    }
  }

  static void checkMaxSize(int maxSize) {
    if (maxSize < 0) {
      throw new IllegalArgumentException(
          "maxSize must not be negative: " + maxSize + "; 0 stops the pool");
    }
  }

  /**
   * A pool of {@link ThreadPool#defaultSize} threads that wait 5 s for their next task, and tasks
   * that are left to finish.
   *
   * @return the defaults
   */
  public static ThreadPoolOptions defaults() {
    return new ThreadPoolOptions(
        "threadpool", ThreadPool.defaultSize(), Duration.ofSeconds(5), false);
  }

  /**
   * These options under another name.
   *
   * @param name names the pool and its threads
   * @return the changed copy
   */
  public ThreadPoolOptions withName(String name) {
    return new ThreadPoolOptions(name, maxSize, idleTimeout, interruptible);
  }

  /**
   * These options with another bound.
   *
   * @param maxSize how many tasks run at the same time; 0 or more
   * @return the changed copy
   */
  public ThreadPoolOptions withMaxSize(int maxSize) {
    return new ThreadPoolOptions(name, maxSize, idleTimeout, interruptible);
  }

  /**
   * These options with another patience of idle threads.
   *
   * @param idleTimeout how long a thread waits for its next task; zero or more
   * @return the changed copy
   */
  public ThreadPoolOptions withIdleTimeout(Duration idleTimeout) {
    return new ThreadPoolOptions(name, maxSize, idleTimeout, interruptible);
  }

  /**
   * These options with another way to give up a task that runs.
   *
   * @param interruptible true interrupts it, false leaves it to finish
   * @return the changed copy
   */
  public ThreadPoolOptions withInterruptible(boolean interruptible) {
    return new ThreadPoolOptions(name, maxSize, idleTimeout, interruptible);
  }
}
