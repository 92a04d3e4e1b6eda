package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Waiter;
import org.jspecify.annotations.Nullable;

/** A greenlet's place in a {@link Roster}, which it leaves by ending: the wake-up of a waiter. */
final class Member implements Runnable {

  final Greenlet<?> greenlet;

  /** Stands in the greenlet's watchers, as one that takes no failure. */
  final Waiter atEnd = new Waiter(this);

  private final Roster roster;

  /** Guarded by the roster's lock, as is all that follows. */
  boolean present;

  /** Was told to die, which nobody is told twice. */
  boolean dying;

  @Nullable Member before;
  @Nullable Member behind;

  Member(Roster roster, Greenlet<?> greenlet) {
    this.roster = roster;
    this.greenlet = greenlet;
  }

  @Override
  public void run() {
    roster.leave(this);
  }
}
