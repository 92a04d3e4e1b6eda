package dev.celadon.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A piece of work that several sides do.
 *
 * @param name what it is called in the results
 * @param unit of the cost of one operation
 * @param operations how many make one sample
 * @param parties how many greenlets, threads, timers or connections take part; 0 if the case has
 *     nothing that can be more or less
 * @param growth with how many parties it is measured to see how its cost grows; empty if not at all
 * @param repeats how often a JVM does them
 * @param celadon our side
 * @param rivals what a user would take instead
 */
record Case(
    String name,
    String unit,
    int operations,
    int parties,
    List<Integer> growth,
    Repeats repeats,
    Side celadon,
    List<Side> rivals) {

  /** How often a measuring JVM repeats the work. */
  enum Repeats {
    /** Until it is warm, and then some times more. */
    WARM,
    /** Once, because that takes long; there is less of it before, until it is warm. */
    ONCE
  }

  static final String CELADON = "celadon";

  static final List<Case> ALL =
      Stream.of(
              List.of(
                  SwitchSides.CASE,
                  SpawnSides.CASE,
                  HandoffSides.CASE,
                  EventSides.CASE,
                  SemaphoreSides.CASE,
                  LockSides.CASE,
                  TimerSides.CASE,
                  TimeoutSides.CASE,
                  RemoteWakeSides.CASE),
              ZmqSides.CASES,
              EchoSides.CASES,
              CoroutineSides.CASES,
              BridgeSides.CASES,
              SleeperSides.CASES) // they take longest
          .flatMap(List::stream)
          .toList();

  Case(String name, String unit, int operations, Side celadon, List<Side> rivals) {
    this(name, unit, operations, Repeats.WARM, celadon, rivals);
  }

  Case(String name, String unit, int operations, Repeats repeats, Side celadon, List<Side> rivals) {
    this(name, unit, operations, 0, List.of(), repeats, celadon, rivals);
  }

  /**
   * The same case, with parties. Its sides are of {@link Side.Work}, which is told how many.
   *
   * @param usual how many parties when nothing is said about growth
   * @param growth with how many parties it is measured to see how its cost grows, ascending
   */
  Case growing(int usual, int... growth) {
    List<Integer> steps = IntStream.of(growth).boxed().toList();
    return new Case(name, unit, operations, usual, steps, repeats, celadon, rivals);
  }

  /** {@link #growing} as the cases within one process do: 10, 1,000 and 100,000 parties. */
  Case growing(int usual) {
    return growing(usual, 10, 1_000, 100_000);
  }

  /** The same case with so many parties. */
  Case withParties(int parties) {
    return new Case(name, unit, operations, parties, growth, repeats, celadon, rivals);
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
