package dev.celadon.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The greenlets of a hub that were started and have not ended, in the order of their starts.
 *
 * <p>A list whose links are in the greenlets. Confined to the hub, but for what says otherwise.
 */
final class LiveGreenlets {

  private @Nullable RawGreenlet first;
  private @Nullable RawGreenlet last;
  private int size;
  private long spawned;

  /** Waits for the others to end. */
  private @Nullable Waiter closer;

  int size() {
    return size;
  }

  /** How many there ever were. */
  long spawned() {
    return spawned;
  }

  void add(RawGreenlet greenlet) {
    greenlet.liveBefore = last;
    if (last == null) {
      first = greenlet;
    } else {
      last.liveBehind = greenlet;
    }
    last = greenlet;
    size++;
    spawned++;
    wakeCloser(); // to kill this one too
  }

  /** Adds one that somebody else has started, at its first turn; does nothing for the others. */
  void enroll(RawGreenlet greenlet) {
    if (greenlet.liveBefore == null && greenlet != first) {
      add(greenlet);
    }
  }

  /** A greenlet has ended; does nothing for one that was never launched, or was adopted. */
  void remove(RawGreenlet greenlet) {
    RawGreenlet before = greenlet.liveBefore;
    RawGreenlet behind = greenlet.liveBehind;
    if (before == null && greenlet != first) {
      return;
    }
    if (before == null) {
      first = behind;
    } else {
      before.liveBehind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.liveBefore = before;
    }
    greenlet.liveBefore = null;
    greenlet.liveBehind = null;
    size--;
    if (size == 1) {
      wakeCloser();
    }
  }

  private void wakeCloser() {
    Waiter waiter = closer;
    if (waiter != null && waiter.grant(null)) {
      waiter.wake();
    }
  }

  /**
   * The closer waits until it is the only one left or another one comes; false if time was over
   * first.
   */
  boolean awaitOthers(Waiter waiter, long nanos) {
    if (size <= 1) {
      return true;
    }
    closer = waiter;
    try {
      return waiter.await(nanos);
    } finally {
      closer = null;
    }
  }

  /**
   * The one whose thread is sought, or null. From another thread, while the hub runs, some may be
   * missed.
   */
  @Nullable RawGreenlet find(Predicate<@Nullable Thread> sought) {
    RawGreenlet greenlet = first;
    while (greenlet != null && !sought.test(greenlet.thread())) {
      greenlet = greenlet.liveBehind;
    }
    return greenlet;
  }

  List<RawGreenlet> snapshot() {
    List<RawGreenlet> all = new ArrayList<>(size);
    for (RawGreenlet greenlet = first; greenlet != null; greenlet = greenlet.liveBehind) {
      all.add(greenlet);
    }
    return all;
  }
}
