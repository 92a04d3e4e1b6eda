package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * How the threads of greenlets take turns on the hub's thread.
 *
 * <p>The seam between the hub and the JDK: {@link DirectCarrier} makes the hub the scheduler of its
 * virtual threads.
 */
interface Carrier {

  CarrierMode mode();

  /**
   * Whether the calling code runs on the hub's thread: in one of its greenlets, or between them.
   * Any thread.
   */
  boolean isCurrent();

  /** Whether greenlets of this hub run on a certain platform thread besides the hub's own. */
  boolean isCarrier(Thread thread);

  /** The thread that has its turn at the moment, or null if it cannot be told. Any thread. */
  @Nullable Thread running();

  /** An unstarted thread whose turns are this hub's. Any thread. */
  Thread newThread(Runnable body, Thread.UncaughtExceptionHandler handler);

  /**
   * Starts or resumes a thread here and now, and returns when it gives its turn away. Between
   * greenlets only.
   */
  void mount(Thread thread);

  /**
   * Gives the running greenlet's turn away until it is unparked or interrupted; may return early.
   */
  void park();

  /** Puts a parked greenlet at the end of the ready queue. Any thread. */
  void unpark(Thread thread);

  /** Puts the running greenlet at the end of the ready queue. */
  void yieldNow();

  /** The hub is over: what becomes runnable from now on is not the hub's any more. */
  void close();
}
