package dev.celadon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Parties that are virtual threads. */
final class VirtualThreadParties {

  private VirtualThreadParties() {}

  /** The processor time from the moment when all begin, each with its start behind it. */
  static double cost(int parties, Party party) throws Exception {
    CountDownLatch here = new CountDownLatch(parties);
    AtomicBoolean begun = new AtomicBoolean();
    AtomicInteger left = new AtomicInteger(parties);
    CompletableFuture<Void> ended = new CompletableFuture<>();
    List<Thread> all = new ArrayList<>(parties);
    for (int i = 0; i < parties; i++) {
      int number = i;
      all.add(
          Thread.startVirtualThread(
              () -> {
                try {
                  here.countDown();
                  while (!begun.get()) {
                    LockSupport.park();
                  }
                  party.run(number);
                  if (left.decrementAndGet() == 0) {
                    ended.complete(null);
                  }
                } catch (Throwable e) {
                  ended.completeExceptionally(e);
                }
              }));
    }
    here.await();
    long start = Cpu.nanos();
    // On their carrier, which runs none of them before all are ready. A latch would let them go one
    // by one.
    Thread.startVirtualThread(
        () -> {
          begun.set(true);
          all.forEach(LockSupport::unpark);
        });
    ended.get();
    return Cpu.nanos() - start;
  }

  /** Gives the turn to another virtual thread. */
  @SuppressWarnings("ThreadPriorityCheck") // what the rival's users would call
  static void yieldNow() {
    Thread.yield();
  }
}
