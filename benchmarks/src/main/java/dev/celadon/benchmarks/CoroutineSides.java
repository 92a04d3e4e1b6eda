package dev.celadon.benchmarks;

import java.util.List;

/** Coroutines that give each other the turn, and coroutines that sleep: the processor time. */
final class CoroutineSides {

  /** Without it, kotlinx names every coroutine, which only debuggers want. */
  static final List<String> FLAGS = List.of("-Dkotlinx.coroutines.debug=off");

  static final List<Case> CASES =
      List.of(
          new Case(
                  "coroutine-yield",
                  "ns",
                  4_000_000,
                  side(Case.CELADON, CoroutineWork::yieldsOnHub),
                  List.of(
                      side("kotlin-executor", CoroutineWork::yieldsOnExecutor),
                      side("kotlin-runblocking", CoroutineWork::yieldsInRunBlocking)))
              .growing(2),
          new Case(
              "coroutine-delay",
              "ns",
              100_000,
              side(Case.CELADON, (delays, _) -> CoroutineWork.delaysOnHub(delays)),
              List.of(
                  side("kotlin-default", (delays, _) -> CoroutineWork.delaysOnDefault(delays)),
                  side(
                      "kotlin-runblocking",
                      (delays, _) -> CoroutineWork.delaysInRunBlocking(delays)))));

  private CoroutineSides() {}

  static Side side(String name, Side.Work work) {
    return new Side(name, FLAGS, work);
  }
}
