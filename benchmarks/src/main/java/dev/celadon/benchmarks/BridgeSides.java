package dev.celadon.benchmarks;

import java.util.List;

/**
 * From a coroutine to a greenlet and back, and from a greenlet to a coroutine and back, beside the
 * same between two threads: the processor time of one call.
 */
final class BridgeSides {

  private static final String TWO_THREADS = "two-threads";

  static final List<Case> CASES =
      List.of(
          new Case(
              "bridge-await",
              "ns",
              200_000,
              CoroutineSides.side(Case.CELADON, BridgeWork::awaitOfGreenlets),
              List.of(CoroutineSides.side(TWO_THREADS, BridgeWork::awaitOfFutures))),
          new Case(
              "bridge-run-suspending",
              "ns",
              200_000,
              CoroutineSides.side(Case.CELADON, BridgeWork::runSuspendingInGreenlet),
              List.of(CoroutineSides.side(TWO_THREADS, BridgeWork::runBlockingOnThread))));

  private BridgeSides() {}
}
