package dev.celadon.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** What a run might have found: made up, for the tests. */
final class Findings {

  private static final Side CELADON = new Side(Case.CELADON, operations -> operations);
  private static final Side RIVAL = new Side("virtual-thread", operations -> operations);
  private static final Side STEEP = new Side("a<b&c", operations -> operations);
  private static final Side BROKEN = new Side("broken", operations -> operations);
  private static final Side AWAY = new Side("gevent", operations -> operations);

  private Findings() {}

  static Case named(String name) {
    return new Case(name, "ns", 1_000, CELADON, List.of(RIVAL, STEEP, BROKEN, AWAY)).growing(2);
  }

  /** One case as it comes out of a run: sides that are measured, failed and skipped. */
  static List<Measured> of(Case one, double ours, double theirs, double others) {
    Measured celadon = measured(one, CELADON, ours);
    return List.of(
        celadon,
        measured(one, RIVAL, theirs).beside(celadon),
        measured(one, STEEP, others).beside(celadon),
        Measured.of(one, BROKEN, 1_000, List.of(), "java.lang.AssertionError: \"no\"")
            .beside(celadon),
        Measured.skipped(one, AWAY, "`python3` fails here").beside(celadon));
  }

  private static Measured measured(Case one, Side side, double cost) {
    return Measured.of(
        one, side, 1_000, List.of(fork(cost), fork(cost * 0.9), fork(cost * 1.2)), null);
  }

  private static Fork fork(double cost) {
    return new Fork(cost, cost + 1, cost + 2, 0.0);
  }

  static Results results() {
    List<Measured> all = new ArrayList<>();
    all.addAll(of(named("switch"), 150, 300, 75));
    all.addAll(of(named("echo-50"), 7_000, 8_000, 70_000));
    all.addAll(of(named("zmq-rtt"), 15.5, 120.25, 60));
    return new Results(
        "2026-01-01T00:00:00Z", "2 processors, made up", "benchmarks/run", all, List.of());
  }

  /** A rival that does not grow, and another one that grows more than we do. */
  static Results grown() {
    List<Measured> all = new ArrayList<>();
    all.addAll(of(named("handoff").withParties(10), 100, 200, 100));
    all.addAll(of(named("handoff").withParties(1_000), 150, 200, 400));
    all.addAll(of(named("handoff").withParties(100_000), 300, 210, 2_000));
    return new Results(
        "2026-01-01T00:00:00Z",
        "2 processors, made up",
        "benchmarks/run --growth",
        all,
        Growth.of(all));
  }
}
