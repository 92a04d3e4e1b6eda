package dev.celadon.zeromq;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a {@link RequestMultiplexer} treats its requests.
 *
 * <p>Immutable.
 *
 * @param attempts how often a request is sent at most
 * @param attemptTimeout how long each attempt waits for a reply before the next one, or the end
 * @param maxPending how many requests may be pending at the same time
 * @param socketSetUp sets the options of each socket before it connects: security, heartbeats
 */
public record RequestOptions(
    int attempts, Duration attemptTimeout, int maxPending, Consumer<SocketOptions> socketSetUp) {

  /** Checks the ranges. */
  public RequestOptions {
    Objects.requireNonNull(socketSetUp, "socketSetUp");
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be at least 1: " + attempts);
    }
    if (!attemptTimeout.isPositive()) {
      throw new IllegalArgumentException("attemptTimeout must be positive: " + attemptTimeout);
    }
    if (maxPending < 1) {
      throw new IllegalArgumentException("maxPending must be at least 1: " + maxPending);
    }
  }

  /**
   * Three attempts of 2.5 seconds each, as the guide's Lazy Pirate makes them, and 10,000 pending
   * requests.
   *
   * @return the defaults
   */
  public static RequestOptions defaults() {
    return new RequestOptions(3, Duration.ofMillis(2_500), 10_000, _ -> {});
  }

  /**
   * These options with another number of attempts.
   *
   * @param attempts how often a request is sent at most; 1 for requests that must not be done twice
   * @return the changed copy
   */
  public RequestOptions withAttempts(int attempts) {
    return new RequestOptions(attempts, attemptTimeout, maxPending, socketSetUp);
  }

  /**
   * These options with another time for each attempt.
   *
   * @param attemptTimeout positive
   * @return the changed copy
   */
  public RequestOptions withAttemptTimeout(Duration attemptTimeout) {
    return new RequestOptions(attempts, attemptTimeout, maxPending, socketSetUp);
  }

  /**
   * These options with another limit of pending requests.
   *
   * @param maxPending at least 1
   * @return the changed copy
   */
  public RequestOptions withMaxPending(int maxPending) {
    return new RequestOptions(attempts, attemptTimeout, maxPending, socketSetUp);
  }

  /**
   * These options with something to set on each socket before it connects.
   *
   * @param socketSetUp runs once for each server
   * @return the changed copy
   */
  public RequestOptions withSocketSetUp(Consumer<SocketOptions> socketSetUp) {
    return new RequestOptions(attempts, attemptTimeout, maxPending, socketSetUp);
  }
}
