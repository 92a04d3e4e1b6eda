package dev.celadon.simulation;

import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Runs a program on time that jumps and in an order that a seed decides, so that every run of a
 * seed is the same.
 *
 * <pre>{@code
 * Simulation.explore(1_000, () -> {
 *   Queue<Integer> queue = new Queue<>(1);
 *   Greenlet<Integer> consumer = spawn(() -> queue.get());
 *   queue.put(42);
 *   assertEquals(42, consumer.result());
 * });
 * }</pre>
 *
 * <p>A failure of a greenlet that nobody took fails the run. The failure tells the seed: {@link
 * #run(long, Body)} replays it.
 *
 * <p>Immutable; used on plain threads.
 */
public final class Simulation {

  private Simulation() {}

  /**
   * Options of a simulated hub: a {@link VirtualClock} and a {@link SeededOrder}, and {@code
   * LoopExit} as soon as everybody waits.
   *
   * @param seed decides the order of ready work
   * @return the options
   */
  public static HubOptions options(long seed) {
    return HubOptions.defaults()
        .withName("simulation " + seed)
        .withClock(new VirtualClock())
        .withOrder(new SeededOrder(seed))
        .withLoopExit(LoopExit.When.DRAINED);
  }

  /**
   * Runs a program once, as the first greenlet of a simulated hub on the calling thread.
   *
   * @param seed decides the order of ready work
   * @param body the program
   * @throws AssertionError if the program failed, or a greenlet did and nobody took that; it tells
   *     the seed, its cause is the first failure
   * @throws IllegalStateException on a virtual thread
   */
  public static void run(long seed, Body body) {
    Objects.requireNonNull(body, "body");
    List<Throwable> failures = new ArrayList<>();
    HubOptions options = options(seed).withErrorHandler((_, failure) -> failures.add(failure));
    try {
      Hub.run(options, body);
    } catch (Throwable failure) {
      failures.addFirst(failure);
    }
    if (!failures.isEmpty()) {
      AssertionError error =
          new AssertionError(
              "failed with seed " + seed + ", replay it with Simulation.run(" + seed + "L, ..)",
              failures.removeFirst());
      failures.forEach(error::addSuppressed);
      throw error;
    }
  }

  /**
   * Runs a program under many seeds, from 0 on, until one fails.
   *
   * @param seeds how many; at least 1
   * @param body the program, run anew for each seed
   * @throws AssertionError as {@link #run(long, Body)}
   * @throws IllegalArgumentException if {@code seeds} is less than 1
   */
  public static void explore(int seeds, Body body) {
    Objects.requireNonNull(body, "body");
    if (seeds < 1) {
      throw new IllegalArgumentException(
          "seeds must be at least 1: " + seeds + "; each seed is one run");
    }
    for (long seed = 0; seed < seeds; seed++) {
      run(seed, body);
    }
  }
}
