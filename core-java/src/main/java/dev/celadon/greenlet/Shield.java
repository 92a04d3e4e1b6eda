package dev.celadon.greenlet;

import dev.celadon.hub.Strand;

/**
 * A scope that kills and timeouts from outside do not enter: they wait until it ends. For clean-up
 * code that waits itself.
 *
 * <pre>{@code
 * try {
 *   serve(connection);
 * } finally {
 *   try (var _ = Shield.open()) {
 *     connection.sendGoodbye();
 *     connection.close();
 *   }
 * }
 * }</pre>
 *
 * <p>What came meanwhile arrives at the first switch point after the scope, in order; the end of
 * the scope itself never throws it. A {@link Timeout} that is started inside works inside, so
 * clean-up can have a time limit of its own. Interrupts and {@link dev.celadon.hub.LoopExit} are
 * not held up, and {@link dev.celadon.hub.Hub#close} gives up a greenlet that stays inside for
 * longer than the hub's {@code closeTimeout}. Shields nest.
 *
 * <p>Confined to the greenlet or thread that opened it.
 */
public final class Shield implements AutoCloseable {

  private final Strand strand = Strand.current();
  private boolean closed;

  private Shield() {
    strand.shield();
  }

  /**
   * Opens the scope, for the calling greenlet. What is on its way already waits, too. Never
   * switches.
   *
   * @return the scope, to be closed
   */
  public static Shield open() {
    return new Shield();
  }

  /**
   * Ends the scope. Does nothing the second time. Never switches.
   *
   * @throws IllegalStateException in another greenlet or thread than the one that opened it
   */
  @Override
  public void close() {
    if (Strand.current() != strand) {
      throw new IllegalStateException(
          "a shield of "
              + strand
              + " can be closed by nobody else, but "
              + Strand.current()
              + " tried to: close it where it was opened");
    }
    if (!closed) {
      closed = true;
      strand.unshield();
    }
  }
}
