package dev.celadon.benchmarks;

import java.util.List;

/**
 * From a coroutine to a greenlet and back, and from a greenlet to a coroutine and back, beside the
 * same between two threads: the processor time of one call.
 */
final class BridgeSides {

  /** With how many threads a side may do its work. */
  private static final int MANY_THREADS = 1_000;

  static final List<Case> CASES =
      List.of(
          new Case(
                  "bridge-await",
                  "ns",
                  200_000,
                  CoroutineSides.side(Case.CELADON, BridgeWork::awaitOfGreenlets),
                  List.of(
                      CoroutineSides.side("two-threads", BridgeWork::awaitOfFutures),
                      CoroutineSides.side("coroutines-only", BridgeWork::awaitOfCoroutines)))
              .growing(1),
          new Case(
                  "bridge-run-suspending",
                  "ns",
                  200_000,
                  CoroutineSides.side(Case.CELADON, BridgeWork::runSuspendingInGreenlets),
                  List.of(
                      CoroutineSides.side("two-threads", BridgeWork::runBlockingOnThreads)
                          .upTo(MANY_THREADS),
                      CoroutineSides.side("run-blocking", BridgeWork::runBlockingAlone)
                          .upTo(MANY_THREADS)))
              .growing(1));

  private BridgeSides() {}
}
