package dev.celadon.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagHistogramTest {

  private static LagHistogram of(int index, long count, int otherIndex, long otherCount) {
    long[] counts = new long[64];
    counts[index] = count;
    counts[otherIndex] = otherCount;
    return new LagHistogram(counts);
  }

  @Test
  void percentilesAreUpperBoundsInPowersOfTwo() {
    LagHistogram lag = of(11, 99, 21, 1);
    assertEquals(100, lag.count());
    assertEquals(2048, lag.percentileNanos(0.5));
    assertEquals(2048, lag.percentileNanos(0.99));
    assertEquals(1 << 21, lag.percentileNanos(0.991));
    assertEquals(1 << 21, lag.percentileNanos(1));
    assertEquals(2048, lag.percentileNanos(0));
  }

  @Test
  void nothingIsLateBeforeTheFirstTimerAndWhatIsInTimeIsNot() {
    assertEquals(0, new LagHistogram(new long[64]).percentileNanos(1));
    assertEquals(0, of(0, 7, 1, 0).percentileNanos(1));
    assertEquals(7, of(0, 7, 1, 0).count());
  }

  @Test
  void theGreatestLagDoesNotOverflow() {
    assertEquals(Long.MAX_VALUE, of(63, 1, 0, 0).percentileNanos(1));
    assertEquals(1L << 62, of(62, 1, 0, 0).percentileNanos(1));
  }

  @Test
  void theDifferenceIsWhatCameSince() {
    LagHistogram recent = of(11, 5, 21, 2).since(of(11, 5, 21, 1));
    assertEquals(1, recent.count());
    assertEquals(1 << 21, recent.percentileNanos(0));
    assertThrows(IllegalArgumentException.class, () -> of(11, 5, 21, 1).since(of(11, 5, 21, 2)));
  }

  @Test
  void sharesBeyondTheWholeAreRefused() {
    LagHistogram lag = of(0, 0, 1, 0);
    assertEquals(
        "share must be between 0 and 1: 99.0; 0.99 gives the 99th percentile",
        assertThrows(IllegalArgumentException.class, () -> lag.percentileNanos(99)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> lag.percentileNanos(Double.NaN));
  }

  @Test
  void aTimerThatIsHeldUpIsLateInTheHistogram() throws Exception {
    JumpingClock clock = new JumpingClock();
    LagHistogram lag =
        Hub.run(
            dev.celadon.hub.HubOptions.defaults().withClock(clock),
            () -> {
              LagHistogram before = Hub.current().loop().lateness();
              Hub.current().runCallbackLater(1_000_000, () -> {});
              clock.pass(Duration.ofMillis(5)); // computing for so long
              Greenlets.yieldNow();
              Greenlets.yieldNow();
              return Hub.current().loop().lateness().since(before);
            });
    assertEquals(1, lag.count());
    assertEquals(1 << 22, lag.percentileNanos(1));
  }

  /** Stands still but for what a test lets pass, and jumps over waits. */
  private static final class JumpingClock implements Clock {
    private long nanos;

    void pass(Duration time) {
      nanos += time.toNanos();
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public boolean jumpTo(long deadlineNanos) {
      nanos = deadlineNanos;
      return true;
    }
  }
}
