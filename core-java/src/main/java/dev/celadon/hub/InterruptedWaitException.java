package dev.celadon.hub;

/**
 * A wait ended because somebody interrupted the waiting thread with {@link Thread#interrupt}.
 *
 * <p>The unchecked twin of {@link InterruptedException} for calls that do not declare that one. The
 * interrupt status stays set, so that every later wait of the thread ends the same way until
 * somebody clears it with {@link Thread#interrupted}.
 *
 * <p>An interrupt of a thread that drives a busy hub may be lost: the JDK clears the status of a
 * carrier thread whenever a virtual thread leaves it.
 */
public final class InterruptedWaitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InterruptedWaitException(Thread thread) {
    super(thread + " was interrupted while it waited");
  }
}
