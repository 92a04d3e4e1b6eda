package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Spawning parties, running their empty bodies and joining them: the processor time of one. */
final class SpawnSides {

  static final Case CASE =
      new Case(
              "spawn",
              "ns",
              2_000_000,
              new Side(Case.CELADON, SpawnSides::celadon),
              List.of(
                  new Side("raw-continuation", RawContinuation.FLAGS, SpawnSides::rawContinuation),
                  new Side("minimal-scheduler", SpawnSides::minimalScheduler),
                  new Side("virtual-thread", OneCarrier.FLAGS, SpawnSides::virtualThread),
                  new Side("vertx-virtual-thread", OneCarrier.FLAGS, SpawnSides::vertx),
                  KotlinSides.side(KotlinWork::spawn),
                  GeventSides.side("spawn")))
          .growing(1_000);

  /** Keeps the bodies from being optimised away. */
  private static int ran;

  private SpawnSides() {}

  private static double celadon(int operations, int parties) throws Exception {
    return Hub.run(
        () -> {
          long start = Cpu.nanos();
          List<Greenlet<?>> greenlets = new ArrayList<>(parties);
          for (int left = operations; left > 0; left -= parties) {
            for (int i = 0; i < parties; i++) {
              greenlets.add(Greenlets.spawn(() -> ran++));
            }
            Greenlets.joinAll(greenlets);
            greenlets.clear();
          }
          return (double) (Cpu.nanos() - start);
        });
  }

  private static double rawContinuation(int operations, int parties) {
    long start = Cpu.nanos();
    List<RawContinuation> continuations = new ArrayList<>(parties);
    for (int left = operations; left > 0; left -= parties) {
      for (int i = 0; i < parties; i++) {
        continuations.add(new RawContinuation(() -> ran++));
      }
      continuations.forEach(RawContinuation::run);
      continuations.clear();
    }
    return Cpu.nanos() - start;
  }

  private static double minimalScheduler(int operations, int parties)
      throws ReflectiveOperationException {
    MinimalScheduler scheduler = new MinimalScheduler();
    long start = Cpu.nanos();
    for (int left = operations; left > 0; left -= parties) {
      for (int i = 0; i < parties; i++) {
        scheduler.start(() -> ran++);
      }
      scheduler.runAll();
    }
    return Cpu.nanos() - start;
  }

  private static double virtualThread(int operations, int parties) throws InterruptedException {
    long[] cost = new long[1];
    CountDownLatch done = new CountDownLatch(1);
    Thread.startVirtualThread(
        () -> {
          long start = Cpu.nanos();
          List<Thread> threads = new ArrayList<>(parties);
          for (int left = operations; left > 0; left -= parties) {
            for (int i = 0; i < parties; i++) {
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

  private static double vertx(int operations, int parties) throws Exception {
    return VertxParties.inContext(
        context -> {
          long start = Cpu.nanos();
          List<Future<Void>> ends = new ArrayList<>(parties);
          for (int left = operations; left > 0; left -= parties) {
            for (int i = 0; i < parties; i++) {
              ends.add(spawn(context));
            }
            ends.forEach(end -> end.await());
            ends.clear();
          }
          return (double) (Cpu.nanos() - start);
        });
  }

  private static Future<Void> spawn(Context context) {
    Promise<Void> end = Promise.promise();
    context.runOnContext(
        _ -> {
          ran++;
          end.complete();
        });
    return end.future();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
