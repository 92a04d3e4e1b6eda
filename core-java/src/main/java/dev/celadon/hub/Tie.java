package dev.celadon.hub;

import org.jspecify.annotations.Nullable;

/**
 * What ties a greenlet to its virtual thread: the body of the thread, and its handler of uncaught
 * exceptions, which is how the running greenlet is found from its thread without a thread-local.
 */
final class Tie implements Runnable, Thread.UncaughtExceptionHandler {

  final RawGreenlet greenlet;

  /** Set before the thread starts. */
  @Nullable Thread thread;

  /** The portable carrier's; see there. */
  volatile int stay = PortableCarrier.RUNNING;

  Tie(RawGreenlet greenlet) {
    this.greenlet = greenlet;
  }

  @Override
  public void run() {
    greenlet.runBody();
  }

  @Override
  public void uncaughtException(Thread thread, Throwable failure) {
    greenlet.hub().report(greenlet.toString(), failure);
  }
}
