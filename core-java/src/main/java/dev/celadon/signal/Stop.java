package dev.celadon.signal;

import java.time.Duration;

/** How something is stopped in time; see {@link Shutdown#register}. */
@FunctionalInterface
public interface Stop {

  /**
   * Stops it. Runs in a greenlet, and may wait.
   *
   * @param left the time that is left until this greenlet is killed; more than zero
   * @throws Exception anything: it goes to the hub's error handler, and the shutdown goes on
   */
  void stop(Duration left) throws Exception;
}
