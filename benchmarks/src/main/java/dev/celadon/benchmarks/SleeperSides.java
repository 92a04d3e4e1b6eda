package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * A million parties asleep at once: what each one takes of the heap, and the processor time to
 * spawn it, and to wake and end it.
 */
final class SleeperSides {

  private static final int PARTIES = 1_000_000;

  private static final int FEW = 50_000;

  /** Enough to collect the garbage, and to spare, on a slow machine, too. */
  private static final long SPARE_NANOS = 5_000_000_000L;

  private static final long SPARE_NANOS_OF_FEW = 2_000_000_000;

  private static final List<String> ROOM = List.of("-Xms3g", "-Xmx3g");

  static final List<Case> CASES =
      List.of(
          sleepers("sleepers-bytes", "B", Figures::bytes),
          sleepers("sleepers-spawn", "ns", Figures::spawn),
          sleepers("sleepers-wake", "ns", Figures::wake));

  private SleeperSides() {}

  /** What one run tells, for all parties together. */
  record Figures(double bytes, double spawn, double wake) {}

  private interface Figure {
    double of(Figures figures);
  }

  /** One way to put parties to sleep. */
  private interface Sleepers {
    Figures of(int parties, long nanosAsleep) throws Exception;
  }

  /** A figure of many; a few are put to sleep before, as often as it takes to compile the code. */
  private record Work(Sleepers sleepers, Figure figure) implements Side.Work {
    @Override
    public double run(int operations, int parties) throws Exception {
      return figure.of(sleepers.of(operations, asleepNanos(operations, SPARE_NANOS)));
    }

    @Override
    public void warmUp(Duration atLeast, int operations, int parties) throws Exception {
      int few = Math.min(operations, FEW);
      long start = System.nanoTime();
      while (System.nanoTime() - start < atLeast.toNanos()) {
        Figures _ = sleepers.of(few, asleepNanos(few, SPARE_NANOS_OF_FEW));
      }
    }
  }

  private static Case sleepers(String name, String unit, Figure figure) {
    return new Case(
        name,
        unit,
        PARTIES,
        Case.Repeats.ONCE,
        new Side(Case.CELADON, ROOM, new Work(SleeperSides::celadon, figure)),
        List.of(
            new Side("virtual-thread", flags(), new Work(SleeperSides::virtualThread, figure)),
            new Side("kotlin", ROOM, new Work(KotlinWork::sleepers, figure)),
            GeventSides.side(name)));
  }

  private static List<String> flags() {
    return Stream.concat(ROOM.stream(), OneCarrier.FLAGS.stream()).toList();
  }

  private static Figures celadon(int parties, long nanosAsleep) throws Exception {
    return Hub.run(
        () -> {
          int[] ended = new int[1];
          long heapBefore = usedHeap();
          long wakeAt = System.nanoTime() + nanosAsleep;
          long start = Cpu.nanos();
          for (int i = 0; i < parties; i++) {
            Greenlets.spawn(
                () -> {
                  Greenlets.sleep(Duration.ofNanos(wakeAt - System.nanoTime()));
                  ended[0]++;
                });
            if (i % 1_000 == 0) {
              Greenlets.yieldNow();
            }
          }
          Greenlets.yieldNow();
          long spawned = Cpu.nanos();
          long heap = usedHeap();
          checkAsleep(wakeAt);
          Greenlets.sleep(Duration.ofNanos(wakeAt - System.nanoTime() - 1_000_000));
          long woken = Cpu.nanos();
          while (ended[0] < parties) {
            Greenlets.sleep(Duration.ofMillis(1));
          }
          return new Figures(heap - heapBefore, spawned - start, Cpu.nanos() - woken);
        });
  }

  private static Figures virtualThread(int parties, long nanosAsleep) throws InterruptedException {
    CountDownLatch asleep = new CountDownLatch(parties);
    CountDownLatch ended = new CountDownLatch(parties);
    long heapBefore = usedHeap();
    long wakeAt = System.nanoTime() + nanosAsleep;
    long start = Cpu.nanos();
    for (int i = 0; i < parties; i++) {
      Thread.startVirtualThread(
          () -> {
            asleep.countDown();
            try {
              Thread.sleep(Duration.ofNanos(wakeAt - System.nanoTime()));
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            ended.countDown();
          });
    }
    asleep.await();
    long spawned = Cpu.nanos();
    long heap = usedHeap();
    checkAsleep(wakeAt);
    Thread.sleep(Duration.ofNanos(wakeAt - System.nanoTime() - 1_000_000));
    long woken = Cpu.nanos();
    ended.await();
    return new Figures(heap - heapBefore, spawned - start, Cpu.nanos() - woken);
  }

  /** Long enough to spawn so many. */
  private static long asleepNanos(int parties, long spareNanos) {
    return spareNanos + 8_000L * parties;
  }

  /**
   * Whoever measures is not late.
   *
   * @throws IllegalStateException if the first ones may have woken before the last one slept
   */
  static void checkAsleep(long wakeAt) {
    if (System.nanoTime() - wakeAt >= 0) {
      throw new IllegalStateException("too slow: not all were asleep at the same time");
    }
  }

  static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
