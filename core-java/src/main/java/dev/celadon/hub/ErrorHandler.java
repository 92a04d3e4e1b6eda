package dev.celadon.hub;

/**
 * Hears of every failure that nobody else takes: of a greenlet that nobody waits for, of a
 * callback.
 *
 * <p>Called once a failure, in a greenlet of the hub. It may wait, and then another call may begin.
 * What it throws itself is logged.
 */
@FunctionalInterface
public interface ErrorHandler {

  /**
   * Takes a failure.
   *
   * @param source what failed, with its name and where it was spawned
   * @param failure what it threw
   */
  void handle(String source, Throwable failure);
}
