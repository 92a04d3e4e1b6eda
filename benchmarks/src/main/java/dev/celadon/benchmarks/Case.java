package dev.celadon.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * A piece of work that several sides do.
 *
 * @param name what it is called in the results
 * @param unit of the cost of one operation
 * @param operations how many make one sample
 * @param repeats how often a JVM does them
 * @param celadon our side
 * @param rivals what a user would take instead
 */
record Case(
    String name, String unit, int operations, Repeats repeats, Side celadon, List<Side> rivals) {

  /** How often a measuring JVM repeats the work. */
  enum Repeats {
    /** Until it is warm, and then some times more. */
    WARM,
    /** Once: the work is large enough to warm itself up. */
    ONCE
  }

  static final String CELADON = "celadon";

  static final List<Case> ALL =
      Stream.of(
              List.of(SwitchSides.CASE, SpawnSides.CASE),
              ZmqSides.CASES,
              EchoSides.CASES,
              SleeperSides.CASES)
          .flatMap(List::stream)
          .toList();

  Case(String name, String unit, int operations, Side celadon, List<Side> rivals) {
    this(name, unit, operations, Repeats.WARM, celadon, rivals);
  }

  Side side(String name) {
    if (name.equals(CELADON)) {
      return celadon;
    }
    return rivals.stream()
        .filter(side -> side.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("case " + this.name + " has no side " + name));
  }

  static Case named(String name) {
    return ALL.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no case " + name));
  }
}
