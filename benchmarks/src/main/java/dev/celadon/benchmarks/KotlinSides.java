package dev.celadon.benchmarks;

import java.util.List;

/** The sides of coroutines on one thread of their own, without Celadon. */
final class KotlinSides {

  /** Without it, kotlinx names every coroutine, which only debuggers want. */
  private static final List<String> FLAGS = List.of("-Dkotlinx.coroutines.debug=off");

  private KotlinSides() {}

  static Side side(Side.Work work) {
    return new Side("kotlin", FLAGS, work);
  }
}
