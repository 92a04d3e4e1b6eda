package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.sync.RLock;
import io.vertx.core.shareddata.Lock;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Parties that want one lock: each takes it, gives its turn away once, and gives the lock back. The
 * processor time of one time.
 */
final class LockSides {

  static final Case CASE =
      new Case(
              "lock-contended",
              "ns",
              200_000,
              new Side(Case.CELADON, LockSides::celadon),
              List.of(
                  virtualThread("virtual-thread", false),
                  virtualThread("virtual-thread-fair", true),
                  new Side("vertx-virtual-thread", OneCarrier.FLAGS, LockSides::vertx)
                      .upTo(1_000), // who waits longer than ten seconds fails
                  KotlinSides.side(KotlinWork::lock),
                  GeventSides.side("lock")))
          .growing(10);

  private LockSides() {}

  private static double celadon(int operations, int parties) throws Exception {
    RLock lock = new RLock();
    int times = operations / parties;
    return GreenletParties.cost(
        parties,
        _ -> {
          for (int i = 0; i < times; i++) {
            lock.acquire();
            Greenlets.yieldNow();
            lock.release();
          }
        });
  }

  private static Side virtualThread(String name, boolean fair) {
    return new Side(
        name,
        OneCarrier.FLAGS,
        (operations, parties) -> {
          ReentrantLock lock = new ReentrantLock(fair);
          int times = operations / parties;
          return VirtualThreadParties.cost(
              parties,
              _ -> {
                for (int i = 0; i < times; i++) {
                  lock.lock();
                  try {
                    VirtualThreadParties.yieldNow();
                  } finally {
                    lock.unlock();
                  }
                }
              });
        });
  }

  private static double vertx(int operations, int parties) throws Exception {
    int times = operations / parties;
    return VertxParties.cost(
        parties,
        _ -> {
          for (int i = 0; i < times; i++) {
            Lock lock = VertxParties.vertx().sharedData().getLocalLock("lock").await();
            VertxParties.yieldNow();
            lock.release();
          }
        });
  }
}
