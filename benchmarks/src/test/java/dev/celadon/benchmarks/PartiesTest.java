package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** With many parties it matters that they are all there: otherwise few of them ever meet. */
class PartiesTest {

  private static final int MANY = 1_000;

  /** How the parties of a side run, on one carrier, as they are measured. */
  @FunctionalInterface
  private interface Parties {
    double cost(int parties, Party party) throws Exception;
  }

  @Test
  void greenletsBeginTogether() throws Exception {
    beginTogether(GreenletParties::cost, Greenlets::yieldNow);
  }

  @Test
  void virtualThreadsBeginTogether() throws Exception {
    beginTogether(VirtualThreadParties::cost, VirtualThreadParties::yieldNow);
  }

  @Test
  void vertxBeginsTogether() throws Exception {
    beginTogether(VertxParties::cost, VertxParties::yieldNow);
  }

  @Test
  void theMinimalSchedulerBeginsTogether() throws Exception {
    beginTogether(new MinimalScheduler()::cost, VirtualThreadParties::yieldNow);
  }

  /** Whoever gives the turn away once finds everybody begun. */
  private static void beginTogether(Parties parties, Runnable yield) throws Exception {
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger all = new AtomicInteger();
    double _ =
        parties.cost(
            MANY,
            _ -> {
              int _ = begun.incrementAndGet();
              yield.run();
              if (begun.get() == MANY) {
                int _ = all.incrementAndGet();
              }
            });
    assertEquals(MANY, begun.get());
    assertEquals(MANY, all.get());
  }

  @Test
  void aVirtualThreadThatFailsEndsTheMeasurement() {
    CountDownLatch late = new CountDownLatch(1);
    Exception thrown =
        assertThrows(
            ExecutionException.class,
            () ->
                VirtualThreadParties.cost(
                    2,
                    number -> {
                      if (number == 1) {
                        throw new IllegalStateException("no luck");
                      }
                      late.await(); // for its partner
                    }));
    late.countDown();
    assertEquals("no luck", thrown.getCause().getMessage());
  }
}
