package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.sync.Semaphore;
import java.util.List;

/**
 * Parties of which half may work at a time: each takes a permit, gives its turn away once, and
 * gives the permit back. The processor time of one time.
 */
final class SemaphoreSides {

  static final Case CASE =
      new Case(
              "semaphore",
              "ns",
              1_000_000,
              new Side(Case.CELADON, SemaphoreSides::celadon),
              List.of(
                  virtualThread("virtual-thread", false),
                  virtualThread("virtual-thread-fair", true),
                  KotlinSides.side(KotlinWork::semaphore),
                  GeventSides.side("semaphore")))
          .growing(10);

  private SemaphoreSides() {}

  private static double celadon(int operations, int parties) throws Exception {
    Semaphore semaphore = new Semaphore(parties / 2);
    int times = operations / parties;
    return GreenletParties.cost(
        parties,
        _ -> {
          for (int i = 0; i < times; i++) {
            semaphore.acquire();
            Greenlets.yieldNow();
            semaphore.release();
          }
        });
  }

  private static Side virtualThread(String name, boolean fair) {
    return new Side(
        name,
        OneCarrier.FLAGS,
        (operations, parties) -> {
          java.util.concurrent.Semaphore semaphore =
              new java.util.concurrent.Semaphore(parties / 2, fair);
          int times = operations / parties;
          return VirtualThreadParties.cost(
              parties,
              _ -> {
                for (int i = 0; i < times; i++) {
                  semaphore.acquire();
                  VirtualThreadParties.yieldNow();
                  semaphore.release();
                }
              });
        });
  }
}
