package dev.celadon.queue;

/**
 * A queue was shut down: nothing can be put into it any more, or nothing will ever come out of it.
 *
 * <p>It is gevent's and Python's {@code ShutDown}.
 */
public final class QueueShutDown extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Told by the exchange only. */
  QueueShutDown(Object queue) {
    super(queue + " is shut down");
  }
}
