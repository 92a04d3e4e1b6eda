package dev.celadon.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TimerHeapTest {

  private final EventLoop loop =
      new EventLoop(
          new VirtualClock(),
          new SelectorPoller(),
          CallbackOrder.FIFO,
          1,
          fault -> {},
          () -> Long.MAX_VALUE);

  @Test
  void agreesWithASortedSetUnderRandomUse() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      TimerHeap heap = new TimerHeap();
      TreeSet<Timer> twin =
          new TreeSet<>(
              Comparator.<Timer>comparingLong(t -> t.deadlineNanos)
                  .thenComparingLong(t -> t.sequence));
      List<Timer> all = new ArrayList<>();
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(4)) {
          case 0, 1 -> {
            Timer timer = new Timer(loop, random.nextInt(50), step, true, () -> {});
            heap.add(timer);
            twin.add(timer);
            all.add(timer);
          }
          case 2 -> {
            if (!all.isEmpty()) {
              Timer victim = all.get(random.nextInt(all.size()));
              assertEquals(twin.remove(victim), heap.remove(victim), "seed " + seed);
              assertFalse(victim.isPending());
            }
          }
          default -> {
            Timer expected = twin.pollFirst();
            assertSame(expected, heap.isEmpty() ? null : heap.removeFirst(), "seed " + seed);
          }
        }
        assertEquals(twin.size(), heap.size());
        assertSame(twin.isEmpty() ? null : twin.first(), heap.first());
      }
    }
  }

  @Test
  void deadlinesMayWrapAround() {
    TimerHeap heap = new TimerHeap();
    Timer late = new Timer(loop, Long.MIN_VALUE + 10, 0, true, () -> {});
    Timer early = new Timer(loop, Long.MAX_VALUE - 10, 1, true, () -> {});
    heap.add(late);
    heap.add(early);
    assertSame(early, heap.removeFirst());
    assertSame(late, heap.removeFirst());
    assertTrue(heap.isEmpty());
  }

  @Test
  void everyDurationHasAWait() {
    assertEquals(0, Clock.waitNanos(Duration.ofSeconds(-1)));
    assertEquals(0, Clock.waitNanos(Duration.ZERO));
    assertEquals(1, Clock.waitNanos(Duration.ofNanos(1)));
    assertEquals(1_500_000_000, Clock.waitNanos(Duration.ofMillis(1500)));
    assertEquals(Long.MAX_VALUE, Clock.waitNanos(Duration.ofSeconds(Long.MAX_VALUE)));
    assertEquals(Long.MAX_VALUE, Clock.waitNanos(Duration.ofDays(365 * 200)));
  }
}
