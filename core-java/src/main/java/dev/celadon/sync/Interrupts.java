package dev.celadon.sync;

import dev.celadon.hub.InterruptedWaitException;
import java.util.function.BooleanSupplier;

/** What the calls of {@code java.util.concurrent} promise about interrupts. */
final class Interrupts {

  private Interrupts() {}

  /**
   * Waits as often as it takes until no interrupt ends the wait; the interrupt status is set again
   * after that. What is thrown into the caller ends it.
   */
  static boolean outlast(BooleanSupplier wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.getAsBoolean();
        } catch (InterruptedWaitException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits, and throws the checked exception that clears the interrupt status. */
  static boolean checked(BooleanSupplier wait) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the wait");
    }
    try {
      return wait.getAsBoolean();
    } catch (InterruptedWaitException e) {
      throw checked(e);
    }
  }

  /** The checked twin of an exception; the interrupt status is cleared. */
  static InterruptedException checked(InterruptedWaitException e) {
    boolean _ = Thread.interrupted();
    return (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
  }
}
