package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * The tie between a greenlet and its virtual thread.
 *
 * <p>One object in three roles, to keep a greenlet small: what waits in the ready queue for the
 * greenlet's first turn (run by the hub), then the body of its thread (run by the thread), and
 * always the thread's handler of uncaught exceptions, which is how the running greenlet is found
 * from its thread without a thread-local.
 */
final class FirstTurn implements Runnable, Thread.UncaughtExceptionHandler {

  final RawGreenlet greenlet;

  /** Set before the thread starts. */
  @Nullable Thread thread;

  /** The portable carrier's; see there. */
  volatile int stay = PortableCarrier.RUNNING;

  FirstTurn(RawGreenlet greenlet) {
    this.greenlet = greenlet;
  }

  @Override
  public void run() {
    if (thread == null) {
      greenlet.takeFirstTurn(this);
    } else {
      greenlet.runBody();
    }
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    greenlet.hub().report(greenlet.toString(), failure);
  }
}
