package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Spawning a party, running its empty body and joining it, a thousand at a time: the processor time
 * of one.
 */
final class SpawnSides {

  private static final int AT_ONCE = 1_000;

  static final Case CASE =
      new Case(
          "spawn",
          "ns",
          2_000_000,
          new Side(Case.CELADON, SpawnSides::celadon),
          List.of(
              new Side(
                  "raw-continuation",
                  List.of("--add-opens", "java.base/jdk.internal.vm=ALL-UNNAMED"),
                  SpawnSides::rawContinuation),
              new Side("minimal-scheduler", SpawnSides::minimalScheduler),
              new Side("virtual-thread", OneCarrier.FLAGS, SpawnSides::virtualThread)));

  /** Keeps the bodies from being optimised away. */
  private static int ran;

  private SpawnSides() {}

  private static double celadon(int operations) throws Exception {
    return Hub.run(
        () -> {
          long start = Cpu.nanos();
          List<Greenlet<?>> greenlets = new ArrayList<>(AT_ONCE);
          for (int left = operations; left > 0; left -= AT_ONCE) {
            for (int i = 0; i < AT_ONCE; i++) {
              greenlets.add(Greenlets.spawn(() -> ran++));
            }
            Greenlets.joinAll(greenlets);
            greenlets.clear();
          }
          return (double) (Cpu.nanos() - start);
        });
  }

  private static double rawContinuation(int operations) {
    long start = Cpu.nanos();
    List<RawContinuation> continuations = new ArrayList<>(AT_ONCE);
    for (int left = operations; left > 0; left -= AT_ONCE) {
      for (int i = 0; i < AT_ONCE; i++) {
        continuations.add(new RawContinuation(() -> ran++));
      }
      continuations.forEach(RawContinuation::run);
      continuations.clear();
    }
    return Cpu.nanos() - start;
  }

  private static double minimalScheduler(int operations) throws ReflectiveOperationException {
    MinimalScheduler scheduler = new MinimalScheduler();
    long start = Cpu.nanos();
    for (int left = operations; left > 0; left -= AT_ONCE) {
      for (int i = 0; i < AT_ONCE; i++) {
        scheduler.start(() -> ran++);
      }
      scheduler.runAll();
    }
    return Cpu.nanos() - start;
  }

  private static double virtualThread(int operations) throws InterruptedException {
    long[] cost = new long[1];
    CountDownLatch done = new CountDownLatch(1);
    Thread.startVirtualThread(
        () -> {
          long start = Cpu.nanos();
          List<Thread> threads = new ArrayList<>(AT_ONCE);
          for (int left = operations; left > 0; left -= AT_ONCE) {
            for (int i = 0; i < AT_ONCE; i++) {
              threads.add(Thread.startVirtualThread(() -> ran++));
            }
            for (Thread thread : threads) {
              join(thread);
            }
            threads.clear();
          }
          cost[0] = Cpu.nanos() - start;
          done.countDown();
        });
    done.await();
    return cost[0];
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
