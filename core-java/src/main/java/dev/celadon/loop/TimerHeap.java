package dev.celadon.loop;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers, earliest first.
 *
 * <p>Confined to its loop's thread.
 */
final class TimerHeap {
  /*
   * A 4-ary heap in an array: the children of slot i are 4i+1 .. 4i+4. It is flatter than a binary heap, and the four
   * children share a cache line. Every timer knows its slot, so a cancelled one leaves at once. J. W. J. Williams, "Algorithm 232: Heapsort", CACM 7 (1964);
   * D. B. Johnson, "Priority queues with update", IPL 4 (1975) for the d-ary form.
   */
  private static final int ARITY_SHIFT = 2;

  private Timer[] slots = new Timer[16];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  @Nullable Timer first() {
    return size == 0 ? null : slots[0];
  }

  void add(Timer timer) {
    if (size == slots.length) {
      slots = Arrays.copyOf(slots, size * 2);
    }
    siftUp(size++, timer);
  }

  Timer removeFirst() {
    Timer first = slots[0];
    removeAt(0);
    first.outOfQueue();
    return first;
  }

  boolean remove(Timer timer) {
    if (!timer.isPending()) {
      return false;
    }
    removeAt(timer.index);
    timer.outOfQueue();
    return true;
  }

  private void removeAt(int index) {
    Timer last = slots[--size];
    clear(size);
    if (index == size) {
      return;
    }
    if (index > 0 && last.isBefore(slots[(index - 1) >> ARITY_SHIFT])) {
      siftUp(index, last);
    } else {
      siftDown(index, last);
    }
  }

  @SuppressWarnings("NullAway") // a free slot holds null; no slot below size is free
  private void clear(int index) {
    slots[index] = null;
  }

  private void siftUp(int index, Timer timer) {
    while (index > 0) {
      int parent = (index - 1) >> ARITY_SHIFT;
      Timer above = slots[parent];
      if (!timer.isBefore(above)) {
        break;
      }
      place(index, above);
      index = parent;
    }
    place(index, timer);
  }

  private void siftDown(int index, Timer timer) {
    while (true) {
      int child = (index << ARITY_SHIFT) + 1;
      if (child >= size) {
        break;
      }
      int earliest = child;
      int end = Math.min(child + (1 << ARITY_SHIFT), size);
      for (int other = child + 1; other < end; other++) {
        if (slots[other].isBefore(slots[earliest])) {
          earliest = other;
        }
      }
      if (!slots[earliest].isBefore(timer)) {
        break;
      }
      place(index, slots[earliest]);
      index = earliest;
    }
    place(index, timer);
  }

  private void place(int index, Timer timer) {
    slots[index] = timer;
    timer.index = index;
  }
}
