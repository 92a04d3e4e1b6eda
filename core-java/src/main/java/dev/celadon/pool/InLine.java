package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.Waiter;

/**
 * A greenlet that stands in line for a place in a {@link Roster} before it is started, so that its
 * spawner need not wait.
 *
 * <p>Safe for use from any thread.
 */
final class InLine {

  private final Roster roster;
  private final Greenlet<?> greenlet;

  /** Stands in the roster's line; granted together with a place. */
  final Waiter turn = new Waiter(this::admitted);

  /** Stands in the greenlet's watchers: it may be killed in line. */
  private final Waiter atEnd = new Waiter(this::killed);

  InLine(Roster roster, Greenlet<?> greenlet) {
    this.roster = roster;
    this.greenlet = greenlet;
  }

  /** Behind the step into the line. */
  void watch() {
    if (!greenlet.register(atEnd)) {
      killed();
    }
  }

  private void killed() {
    if (turn.cancel()) {
      roster.forget(turn);
    }
  }

  /** The wake-up: a start may run callbacks of the user's, which belong in the lane. */
  private void admitted() {
    try {
      greenlet.hub().runCallback(this::begin);
    } catch (HubClosedException e) {
      roster.release();
      tooLate(e);
    }
  }

  private void begin() {
    greenlet.unregister(atEnd);
    try {
      roster.start(greenlet);
    } catch (HubClosedException e) {
      tooLate(e);
    }
  }

  /** Whoever waits for the result is not left waiting. */
  private void tooLate(HubClosedException e) {
    greenlet.killAsync(new GreenletExit(e.getMessage()));
  }
}
