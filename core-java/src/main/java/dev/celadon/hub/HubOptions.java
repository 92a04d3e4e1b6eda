package dev.celadon.hub;

import dev.celadon.loop.CallbackOrder;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.time.Duration;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/**
 * How a hub is made.
 *
 * <p>Immutable.
 *
 * @param name names the hub in messages and its thread in dumps
 * @param clock where all time of the hub comes from
 * @param order who is next among the work that is ready
 * @param batchLimit how long ready work may run before timers and channels get a turn; more than
 *     zero
 * @param closeTimeout how long {@link Hub#close} waits for killed greenlets to end; zero does not
 *     wait
 * @param loopExit when {@link LoopExit} is thrown; a hub of {@link Hub#start} never does
 * @param errorHandler hears of failures that nobody else takes
 */
public record HubOptions(
    String name,
    Clock clock,
    CallbackOrder order,
    Duration batchLimit,
    Duration closeTimeout,
    LoopExit.When loopExit,
    ErrorHandler errorHandler) {

  /** Checks the ranges. */
  public HubOptions {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(batchLimit, "batchLimit");
    Objects.requireNonNull(closeTimeout, "closeTimeout");
    Objects.requireNonNull(loopExit, "loopExit");
    Objects.requireNonNull(errorHandler, "errorHandler");
    if (batchLimit.isNegative() || batchLimit.isZero()) {
      throw new IllegalArgumentException(
          "batchLimit must be positive: " + batchLimit + "; the default is 5 ms");
    }
    if (closeTimeout.isNegative()) {
      throw new IllegalArgumentException(
          "closeTimeout must not be negative: " + closeTimeout + "; zero does not wait");
    }
  }

  /**
   * Real time, batches of 5 ms, 10 s to close, {@link LoopExit} when it is proven, failures logged
   * through SLF4J to the logger {@code dev.celadon.hub.Hub}.
   *
   * @return the defaults
   */
  public static HubOptions defaults() {
    return new HubOptions(
        "hub",
        SystemClock.INSTANCE,
        CallbackOrder.FIFO,
        Duration.ofMillis(5),
        Duration.ofSeconds(10),
        LoopExit.When.PROVEN,
        HubOptions::log);
  }

  /**
   * These options under another name.
   *
   * @param name names the hub in messages
   * @return the changed copy
   */
  public HubOptions withName(String name) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  /**
   * These options with another clock.
   *
   * @param clock where all time of the hub comes from
   * @return the changed copy
   */
  public HubOptions withClock(Clock clock) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  /**
   * These options with another order, for simulations.
   *
   * @param order who is next among the work that is ready
   * @return the changed copy
   */
  public HubOptions withOrder(CallbackOrder order) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  /**
   * These options with another bound of a batch.
   *
   * @param batchLimit how long ready work may run before timers and channels get a turn; more than
   *     zero
   * @return the changed copy
   */
  public HubOptions withBatchLimit(Duration batchLimit) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  /**
   * These options with another patience at the end.
   *
   * @param closeTimeout how long {@link Hub#close} waits for killed greenlets to end; zero does not
   *     wait
   * @return the changed copy
   */
  public HubOptions withCloseTimeout(Duration closeTimeout) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  /**
   * These options with another rule for a hub on which everybody waits.
   *
   * @param loopExit when {@link LoopExit} is thrown
   * @return the changed copy
   */
  public HubOptions withLoopExit(LoopExit.When loopExit) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  /**
   * These options with another taker of failures.
   *
   * @param errorHandler hears of failures that nobody else takes
   * @return the changed copy
   */
  public HubOptions withErrorHandler(ErrorHandler errorHandler) {
    return new HubOptions(name, clock, order, batchLimit, closeTimeout, loopExit, errorHandler);
  }

  private static void log(String source, Throwable failure) {
    LoggerFactory.getLogger(Hub.class).error("{} failed", source, failure);
  }
}
