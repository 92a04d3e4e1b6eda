package dev.celadon.loop;

import org.jspecify.annotations.Nullable;

/**
 * The pending timers of a loop, earliest first.
 *
 * <p>Confined to its loop's thread.
 */
final class TimerWheel {
  /*
   * Most timers are time limits that nobody reaches: they are cancelled long before they are due, and need no order until then. So
   * only the near ones are sorted. Time is cut into ticks; a heap has the timers up to the current tick, and wheels [1] have the
   * later ones, in unsorted lists. A tick is a number with digits of base 64. A timer stands in the wheel of the highest digit in which
   * its tick differs from the current one, in the list of the value that it has there. That value is greater than the current one's, so
   *
   *   the heap is before wheel 0, all of which is before wheel 1, and so on; and in a wheel a smaller value is earlier
   *
   * Time turns the wheels: when the beginning of the earliest list becomes the current tick, its timers differ in a lower digit only,
   * and move to lower wheels or into the heap. So a timer moves down at most once for each digit, and one that is cancelled early
   * never does; to arm or cancel it takes some writes to it and its neighbours, which were armed at about the same time.
   *
   * Only a loop that is about to sleep asks for the first timer of all, and turns the wheels up to it, ahead of time. What is armed
   * then for an earlier moment goes into the heap.
   *
   * [1] G. Varghese, T. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987
   */
  private static final int TICK_BITS = 20;

  private static final int DIGIT_BITS = 6;
  private static final int LISTS = 1 << DIGIT_BITS;
  private static final int WHEELS = Math.ceilDiv(Long.SIZE - TICK_BITS, DIGIT_BITS);
  private static final int NO_LIST = -1;

  /** What {@link Timer#index} of a timer in a list is counted down from. */
  private static final int FIRST_LIST = -2;

  private final long originNanos;
  private final TimerHeap near = new TimerHeap();

  /** The first timer of each list, wheel by wheel. */
  private final @Nullable Timer[] lists = new Timer[WHEELS * LISTS];

  /** For each wheel, a bit for each list that is not empty. */
  private final long[] used = new long[WHEELS];

  /** The current tick: what is due up to its end is in the heap. */
  private long tick;

  private int size;
  private int counting;

  /** Makes a wheel without timers; at {@code nowNanos} or later they are armed, and looked for. */
  TimerWheel(long nowNanos) {
    this.originNanos = nowNanos;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Whether there is none that counts as something to do. */
  boolean isDrained() {
    return counting == 0;
  }

  int counting() {
    return counting;
  }

  int size() {
    return size;
  }

  void add(Timer timer) {
    size++;
    if (timer.counts()) {
      counting++;
    }
    place(timer);
  }

  boolean remove(Timer timer) {
    if (!timer.isPending()) {
      return false;
    }
    if (timer.index > FIRST_LIST) {
      boolean _ = near.remove(timer);
    } else {
      unlink(timer);
    }
    forget(timer);
    return true;
  }

  /** The first timer if it is due, else null. */
  @Nullable Timer firstDue(long nowNanos) {
    if (nowNanos - endOfTick() >= 0) {
      turnTo(tickOf(nowNanos));
    }
    Timer first = near.first();
    return first == null || first.deadlineNanos - nowNanos > 0 ? null : first;
  }

  /** The first timer, however late it is, or null. */
  @Nullable Timer first() {
    int list = near.isEmpty() && size > 0 ? earliestList() : NO_LIST;
    while (list != NO_LIST) {
      tick = beginningOf(list);
      empty(list);
      list = near.isEmpty() ? earliestList() : NO_LIST;
    }
    return near.first();
  }

  /** Takes out what {@link #first} or {@link #firstDue} has found. */
  Timer removeFirst() {
    Timer first = near.removeFirst();
    forget(first);
    return first;
  }

  private void forget(Timer timer) {
    size--;
    if (timer.counts()) {
      counting--;
    }
  }

  private void place(Timer timer) {
    if (timer.deadlineNanos - endOfTick() < 0) {
      near.add(timer);
      return;
    }
    long its = tickOf(timer.deadlineNanos);
    int wheel = (Long.SIZE - 1 - Long.numberOfLeadingZeros(its ^ tick)) / DIGIT_BITS;
    link(timer, wheel * LISTS + digit(its, wheel));
  }

  private void turnTo(long target) {
    int list = earliestList();
    while (list != NO_LIST && beginningOf(list) <= target) {
      tick = beginningOf(list);
      empty(list);
      list = earliestList();
    }
    tick = target; // no list begins before that, so all stay where they are
  }

  private int earliestList() {
    for (int wheel = 0; wheel < WHEELS; wheel++) {
      if (used[wheel] != 0) {
        return wheel * LISTS + Long.numberOfTrailingZeros(used[wheel]);
      }
    }
    return NO_LIST;
  }

  /** The first tick of those whose timers stand in a list: the current one's higher digits. */
  private long beginningOf(int list) {
    int wheel = list / LISTS;
    long above = tick >>> ((wheel + 1) * DIGIT_BITS);
    return ((above << DIGIT_BITS) | (list % LISTS)) << (wheel * DIGIT_BITS);
  }

  /** Gives the timers of the list that begins now their places. */
  private void empty(int list) {
    Timer timer = lists[list];
    lists[list] = null;
    used[list / LISTS] &= ~(1L << list % LISTS);
    while (timer != null) {
      Timer next = timer.next;
      timer.previous = null;
      timer.next = null;
      place(timer);
      timer = next;
    }
  }

  private void link(Timer timer, int list) {
    Timer head = lists[list];
    if (head == null) {
      used[list / LISTS] |= 1L << list % LISTS;
    } else {
      head.previous = timer;
      timer.next = head;
    }
    lists[list] = timer;
    timer.index = FIRST_LIST - list;
  }

  private void unlink(Timer timer) {
    Timer before = timer.previous;
    Timer behind = timer.next;
    if (behind != null) {
      behind.previous = before;
    }
    if (before != null) {
      before.next = behind;
    } else {
      int list = FIRST_LIST - timer.index;
      lists[list] = behind;
      if (behind == null) {
        used[list / LISTS] &= ~(1L << list % LISTS);
      }
    }
    timer.previous = null;
    timer.next = null;
    timer.outOfQueue();
  }

  /** Ticks have no sign: they reach further than the clock, which wraps around. */
  private long tickOf(long nanos) {
    return (nanos - originNanos) >>> TICK_BITS;
  }

  private long endOfTick() {
    return originNanos + ((tick + 1) << TICK_BITS);
  }

  private static int digit(long tick, int wheel) {
    return (int) (tick >>> (wheel * DIGIT_BITS)) & (LISTS - 1);
  }
}
