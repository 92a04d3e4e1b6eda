package dev.celadon.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Parties that are virtual threads. */
final class VirtualThreadParties {

  private VirtualThreadParties() {}

  /** The processor time from the moment when all begin, each with its start behind it. */
  static double cost(int parties, Party party) throws Exception {
    CountDownLatch here = new CountDownLatch(parties);
    CountDownLatch begin = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(parties);
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (int i = 0; i < parties; i++) {
      int number = i;
      Thread.startVirtualThread(
          () -> {
            try {
              here.countDown();
              begin.await();
              party.run(number);
            } catch (Exception e) {
              failure.set(e);
            }
            ended.countDown();
          });
    }
    here.await();
    long start = Cpu.nanos();
    begin.countDown();
    ended.await();
    long end = Cpu.nanos();
    if (failure.get() != null) {
      throw failure.get();
    }
    return end - start;
  }

  /** Gives the turn to another virtual thread. */
  @SuppressWarnings("ThreadPriorityCheck") // what the rival's users would call
  static void yieldNow() {
    Thread.yield();
  }
}
