package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import java.util.ArrayList;
import java.util.List;

/** Parties that do nothing but give each other the turn: the processor time of one turn. */
final class SwitchSides {

  static final Case CASE =
      new Case(
              "switch",
              "ns",
              4_000_000,
              new Side(Case.CELADON, SwitchSides::celadon),
              List.of(
                  new Side("raw-continuation", RawContinuation.FLAGS, SwitchSides::rawContinuation),
                  new Side("minimal-scheduler", SwitchSides::minimalScheduler),
                  new Side("virtual-thread", OneCarrier.FLAGS, SwitchSides::virtualThread),
                  new Side("vertx-virtual-thread", OneCarrier.FLAGS, SwitchSides::vertx),
                  KotlinSides.side(KotlinWork::yields),
                  GeventSides.side("switch")))
          .growing(2);

  private SwitchSides() {}

  private static double celadon(int operations, int parties) throws Exception {
    int times = operations / parties;
    return GreenletParties.cost(
        parties,
        _ -> {
          for (int i = 0; i < times; i++) {
            Greenlets.yieldNow();
          }
        });
  }

  private static double rawContinuation(int operations, int parties) {
    int times = operations / parties;
    List<RawContinuation> all = new ArrayList<>(parties);
    for (int i = 0; i < parties; i++) {
      all.add(new RawContinuation(() -> yieldContinuation(times)));
    }
    long start = Cpu.nanos();
    while (!all.getFirst().isDone()) {
      for (RawContinuation one : all) {
        one.run();
      }
    }
    return Cpu.nanos() - start;
  }

  private static void yieldContinuation(int times) {
    for (int i = 0; i < times; i++) {
      RawContinuation.yieldNow();
    }
  }

  private static double minimalScheduler(int operations, int parties)
      throws ReflectiveOperationException {
    return new MinimalScheduler().cost(parties, _ -> yieldThread(operations / parties));
  }

  private static double virtualThread(int operations, int parties) throws Exception {
    return VirtualThreadParties.cost(parties, _ -> yieldThread(operations / parties));
  }

  private static double vertx(int operations, int parties) throws Exception {
    int times = operations / parties;
    return VertxParties.cost(
        parties,
        _ -> {
          for (int i = 0; i < times; i++) {
            VertxParties.yieldNow();
          }
        });
  }

  private static void yieldThread(int times) {
    for (int i = 0; i < times; i++) {
      VirtualThreadParties.yieldNow();
    }
  }
}
