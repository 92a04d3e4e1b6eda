package dev.celadon.monitor;

import java.time.Duration;

/**
 * How a hub is monitored.
 *
 * <p>Immutable.
 *
 * @param maxBlockingTime how long work of the hub may have to wait before that is reported; at
 *     least one millisecond
 * @param logged whether stalls are also logged, as warnings, to the logger {@code
 *     dev.celadon.monitor.HubMonitor}
 */
public record MonitorOptions(Duration maxBlockingTime, boolean logged) {

  private static final Duration SHORTEST = Duration.ofMillis(1);

  /** Checks the range. */
  public MonitorOptions {
    if (maxBlockingTime.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "maxBlockingTime must be at least 1 ms, or the monitor would report its own noise: "
              + maxBlockingTime);
    }
  }

  /**
   * A limit of 100 ms, logged.
   *
   * @return the defaults
   */
  public static MonitorOptions defaults() {
    return new MonitorOptions(Duration.ofMillis(100), true);
  }

  /**
   * These options with another limit.
   *
   * @param maxBlockingTime how long work of the hub may have to wait; at least one millisecond
   * @return the changed copy
   */
  public MonitorOptions withMaxBlockingTime(Duration maxBlockingTime) {
    return new MonitorOptions(maxBlockingTime, logged);
  }

  /**
   * These options, logged or not.
   *
   * @param logged whether stalls are also logged
   * @return the changed copy
   */
  public MonitorOptions withLogged(boolean logged) {
    return new MonitorOptions(maxBlockingTime, logged);
  }
}
