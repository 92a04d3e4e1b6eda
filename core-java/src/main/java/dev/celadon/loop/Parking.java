package dev.celadon.loop;

import java.util.concurrent.locks.LockSupport;

/**
 * Stops and resumes threads. The one place of the project that calls {@link LockSupport}.
 *
 * <p>A park may end early (an interrupt, a permit left over from an earlier wake-up), so every
 * caller loops on its condition.
 *
 * <p>Safe for use from any thread.
 */
public final class Parking {

  private Parking() {}

  /** Parks the calling thread, platform or virtual, until it is unparked or interrupted. */
  public static void park() {
    LockSupport.park();
  }

  /**
   * Parks the calling thread for a limited time.
   *
   * @param nanos nanoseconds to wait at most; zero or less returns at once
   */
  public static void parkNanos(long nanos) {
    LockSupport.parkNanos(nanos);
  }

  /** Lets the calling thread's scheduler run others first; for a greenlet, that is its hub. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing is relied on here; a hub makes it exact
  public static void yieldNow() {
    Thread.yield();
  }

  /**
   * Resumes a thread, or lets its next park return at once.
   *
   * @param thread a started thread
   */
  public static void unpark(Thread thread) {
    LockSupport.unpark(thread);
  }
}
