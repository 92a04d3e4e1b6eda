package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.RawGreenlet;
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

  /**
   * The greenlet has ended. After a turn of its own its place is free a turn later, behind what is
   * ready now and before whoever waits for the greenlet goes on: as in gevent, members that run one
   * after the other see each other. One that never ran leaves at once.
   */
  @Override
  public void run() {
    boolean ran = RawGreenlet.currentOrNull() == greenlet;
    if (!ran || !greenlet.hub().submit(this::leave)) {
      leave();
    }
  }

  private void leave() {
    boolean _ = roster.leave(this);
  }
}
