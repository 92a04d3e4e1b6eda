package dev.celadon.greenlet;

import dev.celadon.hub.GreenletExit;
import java.util.concurrent.atomic.AtomicInteger;

/** The end of a greenlet whose body threw something, or that was killed before it ran. */
final class Failure {
  /*
   * A failure that nobody takes goes to the error handler. Those who will get it are counted at the end of the greenlet; one that
   * gives it up before it got it (a link that is taken back, a wait for several that ended before) is counted down. Whoever
   * comes to zero reports it.
   */
  private final AtomicInteger takers = new AtomicInteger();

  private final Throwable thrown;

  Failure(Throwable thrown) {
    this.thrown = thrown;
  }

  Throwable thrown() {
    return thrown;
  }

  /** A kill is no failure for the outside. */
  boolean isExit() {
    return thrown instanceof GreenletExit;
  }

  /** Some will take it; false if nobody does, and then the caller reports it. */
  boolean takenBy(int number) {
    return takers.addAndGet(number) != 0 || isExit() || !takers.compareAndSet(0, 1);
  }

  /** One does not take it after all; false if it was the last, and then the caller reports it. */
  boolean givenUpByOne() {
    return takenBy(-1);
  }
}
