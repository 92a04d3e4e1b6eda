package dev.celadon.junit;

import dev.celadon.loop.CallbackOrder;
import dev.celadon.simulation.SeededOrder;
import org.jspecify.annotations.Nullable;

/**
 * Who is next among the ready work of a test.
 *
 * @param seed null for first in, first out
 */
record Order(@Nullable Long seed) {

  static final Order FIRST_IN_FIRST_OUT = new Order(null);

  CallbackOrder callbackOrder() {
    return seed == null ? CallbackOrder.FIFO : new SeededOrder(seed);
  }

  /** Adds to a failure how to see it again. */
  void explain(Throwable failure) {
    if (seed != null) {
      failure.addSuppressed(new SeedHint(seed));
    }
  }

  @Override
  public String toString() {
    return seed == null ? "first in, first out" : "seed " + seed;
  }

  private static final class SeedHint extends AssertionError {
    private static final long serialVersionUID = 1L;

    SeedHint(long seed) {
      super("it failed with seed " + seed + ": replay it with @HubTest(seed = " + seed + "L)");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
