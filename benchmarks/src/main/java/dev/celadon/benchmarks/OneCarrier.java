package dev.celadon.benchmarks;

import java.util.List;

/**
 * Plain virtual threads on one carrier thread, so that both sides have the same share of the
 * machine.
 */
final class OneCarrier {

  static final List<String> FLAGS =
      List.of(
          "-Djdk.virtualThreadScheduler.parallelism=1",
          "-Djdk.virtualThreadScheduler.maxPoolSize=1");

  private OneCarrier() {}
}
