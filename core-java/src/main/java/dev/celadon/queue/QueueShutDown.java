package dev.celadon.queue;

/**
 * A queue was shut down: nothing can be put into it any more, or nothing will ever come out of it.
 *
 * <p>It is gevent's and Python's {@code ShutDown}.
 */
public final class QueueShutDown extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Told by the exchange only. */
  private QueueShutDown(String message) {
    super(message);
  }

  static QueueShutDown forPut(Object queue) {
    return new QueueShutDown(queue + " is shut down and takes no more items: put before shutdown");
  }

  static QueueShutDown forGet(Object queue) {
    return new QueueShutDown(
        queue + " is shut down and has no more items: loop over it to end when it ends");
  }
}
