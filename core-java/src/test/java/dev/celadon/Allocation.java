package dev.celadon;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.Assertions;

/**
 * Counts the bytes that a piece of work on the calling thread's hub takes from the heap, exactly:
 * the JVM counts them for each carrier thread.
 *
 * <p>The work is done many times in a row, and that again, until one of the rows stays below the
 * mark. A collection in between moves the stacks of greenlets, and a compiler that has just been at
 * work leaves its traces, so a row may have more; none has less than the work needs. Direct mode
 * only: the threads of portable mode allocate each for itself.
 *
 * <p>A greenlet whose frames are interpreted takes a new piece of stack for each of its turns. The
 * JVM compiles an endless loop after 60,000 rounds, and not before a compiler thread has a
 * processor; so there are many more rows than those that come before.
 */
final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int ROWS = 400;
  private static final int OPERATIONS = 2_000;

  /** What the JVM itself may take in a row: half of the smallest object for each operation. */
  private static final long SPARE_BYTES = 8 * OPERATIONS;

  private final long carrier;

  private Allocation(long carrier) {
    this.carrier = carrier;
  }

  /** Of work that will run on a hub which the calling platform thread drives. */
  static Allocation ofThisThread() {
    Assertions.assertFalse(Thread.currentThread().isVirtual(), "no greenlet has bytes of its own");
    return new Allocation(Thread.currentThread().threadId());
  }

  /** Checks that one operation takes so many bytes at most. */
  void assertAtMost(int bytes, Runnable operation) {
    assertAtMost(bytes, operation, () -> {});
  }

  /**
   * Checks that one operation takes so many bytes at most.
   *
   * @param between is done after each row, and not counted
   */
  void assertAtMost(int bytes, Runnable operation, Runnable between) {
    long most = (long) OPERATIONS * bytes + SPARE_BYTES;
    long least = Long.MAX_VALUE;
    for (int row = 0; row < ROWS && least > most; row++) {
      least = Math.min(least, row(operation));
      between.run();
    }
    if (least > most) {
      Assertions.fail(
          String.format(
              Locale.ROOT,
              "an operation has taken %.2f bytes, and should take %d at most",
              (double) least / OPERATIONS,
              bytes));
    }
  }

  /** The least that one operation has taken, in many rows. */
  int least(Runnable operation) {
    long least = Long.MAX_VALUE;
    for (int row = 0; row < ROWS; row++) {
      least = Math.min(least, row(operation));
    }
    return Math.toIntExact(least / OPERATIONS);
  }

  private long row(Runnable operation) {
    long before = THREADS.getThreadAllocatedBytes(carrier);
    for (int i = 0; i < OPERATIONS; i++) {
      operation.run();
    }
    return THREADS.getThreadAllocatedBytes(carrier) - before;
  }
}
