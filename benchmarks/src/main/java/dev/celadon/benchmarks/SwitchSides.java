package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.util.List;

/** Two parties that do nothing but give each other the turn: the processor time of one turn. */
final class SwitchSides {

  static final Case CASE =
      new Case(
          "switch",
          "ns",
          4_000_000,
          new Side(Case.CELADON, SwitchSides::celadon),
          List.of(
              new Side(
                  "raw-continuation",
                  List.of("--add-opens", "java.base/jdk.internal.vm=ALL-UNNAMED"),
                  SwitchSides::rawContinuation),
              new Side("minimal-scheduler", SwitchSides::minimalScheduler),
              new Side("virtual-thread", OneCarrier.FLAGS, SwitchSides::virtualThread)));

  private SwitchSides() {}

  private static double celadon(int operations) throws Exception {
    int each = operations / 2;
    return Hub.run(
        () -> {
          long start = Cpu.nanos();
          var left = Greenlets.spawn(() -> yieldGreenlet(each));
          var right = Greenlets.spawn(() -> yieldGreenlet(each));
          Greenlets.joinAll(left, right);
          return (double) (Cpu.nanos() - start);
        });
  }

  private static void yieldGreenlet(int times) {
    for (int i = 0; i < times; i++) {
      Greenlets.yieldNow();
    }
  }

  private static double rawContinuation(int operations) {
    int each = operations / 2;
    RawContinuation left = new RawContinuation(() -> yieldContinuation(each));
    RawContinuation right = new RawContinuation(() -> yieldContinuation(each));
    long start = Cpu.nanos();
    while (!left.isDone()) {
      left.run();
      right.run();
    }
    return Cpu.nanos() - start;
  }

  private static void yieldContinuation(int times) {
    for (int i = 0; i < times; i++) {
      RawContinuation.yieldNow();
    }
  }

  private static double minimalScheduler(int operations) throws ReflectiveOperationException {
    int each = operations / 2;
    MinimalScheduler scheduler = new MinimalScheduler();
    long start = Cpu.nanos();
    scheduler.start(() -> yieldThread(each));
    scheduler.start(() -> yieldThread(each));
    scheduler.runAll();
    return Cpu.nanos() - start;
  }

  private static double virtualThread(int operations) throws InterruptedException {
    int each = operations / 2;
    long start = Cpu.nanos();
    Thread left = Thread.startVirtualThread(() -> yieldThread(each));
    Thread right = Thread.startVirtualThread(() -> yieldThread(each));
    left.join();
    right.join();
    return Cpu.nanos() - start;
  }

  @SuppressWarnings("ThreadPriorityCheck") // what the rival's users would call
  private static void yieldThread(int times) {
    for (int i = 0; i < times; i++) {
      Thread.yield();
    }
  }
}
