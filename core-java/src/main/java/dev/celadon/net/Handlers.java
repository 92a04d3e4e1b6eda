package dev.celadon.net;

import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handlers of a server that have not ended, from the moment in which their connection was
 * accepted.
 *
 * <p>Safe for use from any thread.
 */
final class Handlers {
  /*
   * A handler that stops its own server cannot end before the stop does, so nobody waits for it meanwhile: it is excused, and with it
   * every other handler that is in a stop at the same time. Nobody waits when
   *
   *   present == excused
   */
  private final WaitQueue joiners;

  private @Nullable Handling first;
  private @Nullable Handling last;
  private int present;
  private int excused;

  Handlers(Object owner) {
    this.joiners = new WaitQueue(owner);
  }

  void enter(Handling handling) {
    joiners.lock();
    handling.present = true;
    handling.before = last;
    if (last == null) {
      first = handling;
    } else {
      last.behind = handling;
    }
    last = handling;
    present++;
    joiners.unlock();
  }

  /** It has its first turn; false if it is over already. */
  boolean begin(Handling handling, Strand runner) {
    joiners.lock();
    boolean wanted = handling.present;
    if (wanted) {
      handling.runner = runner;
    }
    joiners.unlock();
    return wanted;
  }

  /** Its end; false if it had left before. */
  boolean leave(Handling handling) {
    joiners.lock();
    boolean was = handling.present;
    Waiter joined = null;
    if (was) {
      remove(handling);
      excused -= handling.stops > 0 ? 1 : 0;
      joined = grantIfEmpty();
    }
    joiners.unlock();
    WaitQueue.wakeAll(joined);
    return was;
  }

  private void remove(Handling handling) {
    Handling before = handling.before;
    Handling behind = handling.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    handling.before = null;
    handling.behind = null;
    handling.present = false;
    handling.runner = null;
    present--;
  }

  private @Nullable Waiter grantIfEmpty() {
    return present == excused ? joiners.grantAll(null) : null;
  }

  /** Whether there is nobody to wait for. */
  boolean areOver() {
    joiners.lock();
    boolean over = present == excused;
    joiners.unlock();
    return over;
  }

  int size() {
    joiners.lock();
    int now = present;
    joiners.unlock();
    return now;
  }

  /** Waits until all have ended but the excused ones; false if time was over first. */
  boolean join(long nanos) {
    if (areOver() || nanos <= 0) {
      return areOver();
    }
    Waiter waiter = Waiter.current();
    joiners.lock();
    boolean wait = present != excused;
    if (wait) {
      joiners.add(waiter);
    }
    joiners.unlock();
    try {
      return !wait || waiter.await(nanos);
    } finally {
      joiners.forget(waiter);
    }
  }

  /** Excuses the handler that calls this, if one does; {@link #expect} must follow then. */
  @Nullable Handling excuseCaller() {
    Strand caller = Strand.current();
    joiners.lock();
    Handling mine = first;
    while (mine != null && mine.runner != caller) {
      mine = mine.behind;
    }
    Waiter joined = null;
    if (mine != null && mine.stops++ == 0) {
      excused++;
      joined = grantIfEmpty();
    }
    joiners.unlock();
    WaitQueue.wakeAll(joined);
    return mine;
  }

  /** Ends what {@link #excuseCaller} began. */
  void expect(@Nullable Handling mine) {
    if (mine != null) {
      joiners.lock();
      if (--mine.stops == 0 && mine.present) {
        excused--;
      }
      joiners.unlock();
    }
  }

  /** Kills those who are not excused, each of them once. */
  void kill() {
    for (Handling handling : markDoomed()) {
      handling.kill();
    }
  }

  private List<Handling> markDoomed() {
    List<Handling> doomed = new ArrayList<>(size());
    joiners.lock();
    for (Handling handling = first; handling != null; handling = handling.behind) {
      if (!handling.doomed && handling.stops == 0) {
        handling.doomed = true;
        doomed.add(handling);
      }
    }
    joiners.unlock();
    return doomed;
  }
}
