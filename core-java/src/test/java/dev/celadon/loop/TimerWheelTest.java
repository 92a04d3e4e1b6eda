package dev.celadon.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.simulation.VirtualClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TimerWheelTest {

  private static final long SECOND = 1_000_000_000L;

  private final EventLoop loop =
      new EventLoop(
          new VirtualClock(),
          new SelectorPoller(),
          CallbackOrder.FIFO,
          1,
          fault -> {},
          () -> Long.MAX_VALUE);

  private long sequence;

  private Timer timer(long deadlineNanos) {
    return new Timer(loop, deadlineNanos, sequence++, sequence % 3 != 0, () -> {});
  }

  /**
   * Like a loop's use: time goes on, what is due is taken out, and now and then the loop sleeps.
   */
  @Test
  void agreesWithASortedSetUnderRandomUse() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      long now = random.nextLong();
      long origin = now;
      TimerWheel wheel = new TimerWheel(now);
      TreeSet<Timer> twin =
          new TreeSet<>(
              Comparator.<Timer>comparingLong(t -> t.deadlineNanos - origin)
                  .thenComparingLong(t -> t.sequence));
      List<Timer> all = new ArrayList<>();
      for (int step = 0; step < 400; step++) {
        String where = "seed " + seed + " step " + step;
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> {
            Timer timer = timer(now + delay(random));
            wheel.add(timer);
            twin.add(timer);
            all.add(timer);
          }
          case 3, 4 -> {
            if (!all.isEmpty()) {
              Timer victim = all.get(random.nextInt(all.size()));
              assertEquals(twin.remove(victim), wheel.remove(victim), where);
              assertFalse(victim.isPending(), where);
            }
          }
          case 5 -> {
            now += delay(random) / 64;
            for (Timer due = wheel.firstDue(now); due != null; due = wheel.firstDue(now)) {
              assertSame(twin.pollFirst(), wheel.removeFirst(), where);
              assertFalse(due.isPending(), where);
            }
            assertTrue(twin.isEmpty() || twin.first().deadlineNanos - now > 0, where);
          }
          case 6 -> assertSame(twin.isEmpty() ? null : twin.first(), wheel.first(), where);
          default -> {
            if (wheel.first() != null) {
              assertSame(twin.pollFirst(), wheel.removeFirst(), where);
            }
          }
        }
        assertEquals(twin.size(), wheel.size(), where);
        assertEquals(twin.isEmpty(), wheel.isEmpty(), where);
        assertEquals(twin.stream().noneMatch(Timer::counts), wheel.isDrained(), where);
      }
    }
  }

  /** Some equal, some near, some as far as can be. */
  private static long delay(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(10);
      case 1 -> random.nextInt(10_000_000);
      case 2 -> random.nextLong(100 * SECOND);
      default -> random.nextLong(Long.MAX_VALUE) >>> random.nextInt(2, 60);
    };
  }

  @Test
  void whatIsArmedWhileTheLoopLooksFarAheadIsStillFirst() {
    TimerWheel wheel = new TimerWheel(0);
    Timer late = timer(3_600 * SECOND);
    Timer early = timer(SECOND);
    wheel.add(late);
    assertSame(late, wheel.first());
    wheel.add(early);
    assertSame(early, wheel.first());
    assertNull(wheel.firstDue(SECOND - 1));
    assertSame(early, wheel.firstDue(SECOND));
  }

  @Test
  void aTimerOfTheFarthestFutureIsFoundAtOnce() {
    long beginning = Long.MAX_VALUE - 5;
    TimerWheel wheel = new TimerWheel(beginning);
    Timer last = timer(beginning + Clock.LONGEST_WAIT_NANOS);
    wheel.add(last);
    assertNull(wheel.firstDue(Long.MAX_VALUE));
    assertSame(last, wheel.first());
    assertSame(last, wheel.removeFirst());
    assertNull(wheel.first());
    assertTrue(wheel.isEmpty());
  }

  @Test
  void afterCenturiesTimersStillCome() {
    TimerWheel wheel = new TimerWheel(0);
    long now = Clock.LONGEST_WAIT_NANOS + 10;
    assertNull(wheel.firstDue(now));
    Timer near = timer(now + SECOND);
    Timer far = timer(now + Clock.LONGEST_WAIT_NANOS);
    wheel.add(far);
    wheel.add(near);
    assertSame(near, wheel.first());
    assertSame(near, wheel.removeFirst());
    assertSame(far, wheel.first());
  }

  @Test
  void aDeadlineBeforeTheBeginningIsDue() {
    TimerWheel wheel = new TimerWheel(0);
    Timer past = timer(-SECOND);
    wheel.add(timer(1));
    wheel.add(past);
    assertSame(past, wheel.firstDue(0));
  }

  @Test
  void aCancelledTimerLeavesNothingBehindWhereverItStands() {
    TimerWheel wheel = new TimerWheel(0);
    List<Timer> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      Timer timer = timer(i * SECOND / 100);
      wheel.add(timer);
      all.add(timer);
    }
    assertNull(wheel.firstDue(-1));
    for (Timer timer : all) {
      assertTrue(timer.isPending());
      assertTrue(wheel.remove(timer));
      assertFalse(timer.isPending());
      assertNull(timer.next);
      assertNull(timer.previous);
      assertFalse(wheel.remove(timer));
    }
    assertNull(wheel.first());
    assertTrue(wheel.isDrained());
  }

  @Test
  @Timeout(20)
  void aMillionTimersComeOutInOrder() {
    Random random = new Random(1);
    TimerWheel wheel = new TimerWheel(0);
    for (int i = 0; i < 1_000_000; i++) {
      wheel.add(timer(random.nextLong(60 * SECOND)));
    }
    long before = -1;
    for (Timer first = wheel.first(); first != null; first = wheel.first()) {
      assertTrue(before <= first.deadlineNanos);
      before = wheel.removeFirst().deadlineNanos;
    }
    assertEquals(0, wheel.size());
  }
}
