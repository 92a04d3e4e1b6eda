package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * How the threads of greenlets take turns on a hub.
 *
 * <p>The seam between the hub and the JDK: {@link DirectCarrier} makes the hub the scheduler of its
 * virtual threads, {@link PortableCarrier} lets ordinary virtual threads pass a baton.
 */
interface Carrier {

  CarrierMode mode();

  /**
   * Whether the calling code has the hub for itself: in one of its greenlets, or between them. Any
   * thread.
   */
  boolean isCurrent();

  /** The thread that has its turn at the moment, or null if it cannot be told. Any thread. */
  @Nullable Thread running();

  /**
   * Whether a greenlet's thread gave its turn away in a call of the JDK, where an interrupt reaches
   * it. On the hub.
   */
  boolean waitsElsewhere(Thread greenlet);

  /** An unstarted thread that runs {@code tie} in turns of this hub. Any thread. */
  Thread newThread(Tie tie);

  /** As {@link #newThread}, for a thread that somebody else will start. Any thread. */
  default Thread newThreadToGiveOut(Tie tie) {
    return newThread(tie);
  }

  /**
   * Starts or resumes a thread here and now, and returns when it gives its turn away. Between
   * greenlets only.
   */
  void mount(Tie tie);

  /**
   * Gives the running greenlet's turn away until it is unparked or interrupted; may return early.
   */
  void park();

  /** Puts a parked greenlet at the end of the ready queue. Any thread. */
  void unpark(Tie tie);

  /** Puts the running greenlet at the end of the ready queue. */
  void yieldNow();

  /** The hub is over: what becomes runnable from now on is not the hub's any more. */
  void close();
}
