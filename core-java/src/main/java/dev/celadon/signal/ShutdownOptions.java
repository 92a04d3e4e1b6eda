package dev.celadon.signal;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How a program is shut down.
 *
 * <p>Immutable.
 *
 * @param signals what begins it; may be empty
 * @param deadline the time for all stops and for the ends of the hubs together; more than zero
 * @param hooksDeadline the time that the JVM's own shutdown hooks have after that, before the JVM
 *     is halted without them; more than zero
 * @param exits whether the hubs are shut down and the JVM is ended after the stops
 */
public record ShutdownOptions(
    List<String> signals, Duration deadline, Duration hooksDeadline, boolean exits) {

  /** Checks the ranges. */
  public ShutdownOptions {
    signals = List.copyOf(signals);
    checkPositive("deadline", deadline);
    checkPositive("hooksDeadline", hooksDeadline);
  }

  private static void checkPositive(String name, Duration value) {
    if (!Objects.requireNonNull(value, name).isPositive()) {
      throw new IllegalArgumentException(
          name + " must be positive: " + value + "; the defaults are 10 s and 2 s");
    }
  }

  /**
   * {@code TERM} and {@code INT} begin it; 10 s for the stops and 2 s for the JVM's shutdown hooks;
   * ends the JVM.
   *
   * @return the defaults
   */
  public static ShutdownOptions defaults() {
    return new ShutdownOptions(
        List.of("TERM", "INT"), Duration.ofSeconds(10), Duration.ofSeconds(2), true);
  }

  /**
   * These options with other signals.
   *
   * @param signals what begins the shutdown, such as {@code TERM}
   * @return the changed copy
   */
  public ShutdownOptions withSignals(String... signals) {
    return new ShutdownOptions(List.of(signals), deadline, hooksDeadline, exits);
  }

  /**
   * These options with another deadline.
   *
   * @param deadline the time for all stops and the ends of the hubs; more than zero
   * @return the changed copy
   */
  public ShutdownOptions withDeadline(Duration deadline) {
    return new ShutdownOptions(signals, deadline, hooksDeadline, exits);
  }

  /**
   * These options with another deadline of the JVM's shutdown hooks.
   *
   * @param hooksDeadline their time; more than zero
   * @return the changed copy
   */
  public ShutdownOptions withHooksDeadline(Duration hooksDeadline) {
    return new ShutdownOptions(signals, deadline, hooksDeadline, exits);
  }

  /**
   * These options with another end.
   *
   * @param exits true shuts the hubs down and ends the JVM after the stops; false leaves that to
   *     the program
   * @return the changed copy
   */
  public ShutdownOptions withExits(boolean exits) {
    return new ShutdownOptions(signals, deadline, hooksDeadline, exits);
  }
}
