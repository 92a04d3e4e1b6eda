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
    LagHistogram lag = of(10, 99, 20, 1);
    assertEquals(100, lag.count());
    assertEquals(Duration.ofNanos(2048), lag.percentile(0.5));
    assertEquals(Duration.ofNanos(2048), lag.percentile(0.99));
    assertEquals(Duration.ofNanos(1 << 21), lag.percentile(0.991));
    assertEquals(Duration.ofNanos(1 << 21), lag.max());
    assertEquals(Duration.ofNanos(2048), lag.percentile(0));
  }

  @Test
  void nothingIsLateBeforeTheFirstTimer() {
    LagHistogram lag = new LagHistogram();
    assertEquals(0, lag.count());
    assertEquals(Duration.ZERO, lag.max());
    assertEquals("no timers yet", lag.toString());
  }

  @Test
  void theGreatestLagDoesNotOverflow() {
    assertEquals(Duration.ofNanos(Long.MAX_VALUE), of(63, 1, 0, 0).max());
    assertEquals(Duration.ofNanos(Long.MAX_VALUE), of(62, 1, 0, 0).max());
  }

  @Test
  void theDifferenceIsWhatCameSince() {
    LagHistogram recent = of(10, 5, 20, 2).since(of(10, 5, 20, 1));
    assertEquals(1, recent.count());
    assertEquals(Duration.ofNanos(1 << 21), recent.percentile(0));
    assertThrows(IllegalArgumentException.class, () -> of(10, 5, 20, 1).since(of(10, 5, 20, 2)));
  }

  @Test
  void theTextTellsWhoIsHowLate() {
    assertEquals(
        "100 timers, 50% < 2.0 us, 90% < 2.0 us, 99% < 2.0 us, 99.9% < 2.1 ms late",
        of(10, 99, 20, 1).toString());
  }

  @Test
  void sharesBeyondTheWholeAreRefused() {
    assertEquals(
        "share must be between 0 and 1: 99.0",
        assertThrows(IllegalArgumentException.class, () -> new LagHistogram().percentile(99))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> new LagHistogram().percentile(Double.NaN));
  }

  @Test
  void aTimerThatIsHeldUpIsLateInTheHistogram() throws Exception {
    JumpingClock clock = new JumpingClock();
    LagHistogram lag =
        Hub.run(
            dev.celadon.hub.HubOptions.defaults().withClock(clock),
            () -> {
              LagHistogram before = new LagHistogram(Hub.current().loop().lateness());
              Hub.current().runCallbackLater(1_000_000, () -> {});
              clock.pass(Duration.ofMillis(5)); // computing for so long
              Greenlets.yieldNow();
              Greenlets.yieldNow();
              return new LagHistogram(Hub.current().loop().lateness()).since(before);
            });
    assertEquals(1, lag.count());
    assertEquals(Duration.ofNanos(1 << 22), lag.max());
  }

  /** Stands still but for what a test lets pass, and jumps over waits. */
  private static final class JumpingClock implements Clock {
    private volatile long nanos;

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
