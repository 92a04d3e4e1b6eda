package dev.celadon.benchmarks;

import java.util.List;

/**
 * A piece of work that several sides do.
 *
 * @param name what it is called in the results
 * @param unit of the cost of one operation
 * @param operations how many make one sample
 * @param celadon our side
 * @param rivals what a user would take instead
 */
record Case(String name, String unit, int operations, Side celadon, List<Side> rivals) {

  static final String CELADON = "celadon";

  static final List<Case> ALL = List.of(SwitchSides.CASE, SpawnSides.CASE, ZmqRoundTripSides.CASE);

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
