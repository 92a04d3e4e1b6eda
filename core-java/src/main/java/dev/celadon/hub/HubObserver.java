package dev.celadon.hub;

/**
 * Hears of the life of a hub's greenlets. For monitors, traces and tests; see {@link
 * Hub#addObserver}.
 *
 * <p>Called in the greenlet itself ({@link #spawned}: by whoever starts it), at the switch points
 * of Celadon; a wait in a call of the JDK looks like a long turn. The methods must not wait, and
 * must not throw: what they throw goes to the hub's error handler.
 */
public interface HubObserver {

  /**
   * A greenlet was started. On any thread.
   *
   * @param greenlet will have its first turn
   */
  default void spawned(RawGreenlet greenlet) {}

  /**
   * A greenlet has its turn: its first one, or one after {@link #paused}.
   *
   * @param greenlet the running greenlet
   */
  default void resumed(RawGreenlet greenlet) {}

  /**
   * A greenlet gives its turn away, to wait or to let others go first.
   *
   * @param greenlet the running greenlet
   */
  default void paused(RawGreenlet greenlet) {}

  /**
   * A greenlet has ended. One that was killed before its first turn is not heard of.
   *
   * @param greenlet the greenlet at its end
   */
  default void ended(RawGreenlet greenlet) {}
}
