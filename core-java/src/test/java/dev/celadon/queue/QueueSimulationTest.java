package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Kills and timeouts on both sides, and an end at any time, under many seeds. */
class QueueSimulationTest {

  private static final int SEEDS = 1_000;

  @Test
  void aQueueLosesAndDoublesNothing() {
    explore(random -> new Queue<>(1 + random.nextInt(3)));
  }

  @Test
  void aLifoQueueLosesAndDoublesNothing() {
    explore(random -> new LifoQueue<>(1 + random.nextInt(3)));
  }

  @Test
  void aPriorityQueueLosesAndDoublesNothing() {
    explore(random -> PriorityQueue.natural(1 + random.nextInt(3)));
  }

  private interface Make {
    Queue<Integer> from(Random random);
  }

  private static void explore(Make make) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Simulation.run(seed, () -> new QueueProgram(random, make.from(random)).run());
    }
  }

  @Test
  void aChannelLosesAndDoublesNothing() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Simulation.run(seed, () -> new ChannelProgram(random).run());
    }
  }

  /** Producers, consumers and those who only look, some of which are killed. */
  private abstract static class Program {

    final Random random;
    private final List<Integer> put = new ArrayList<>();
    private final List<Integer> got = new ArrayList<>();
    private int next;

    Program(Random random) {
      this.random = random;
    }

    abstract boolean put(int item, Duration timeout);

    abstract Integer get(Duration timeout);

    abstract void done();

    abstract void look(Duration timeout);

    abstract List<Integer> end();

    abstract void checkAfterwards();

    private Duration shortTime(int bound) {
      return Duration.ofNanos(random.nextInt(bound));
    }

    private void produce() {
      try {
        for (int i = 0; i < 8; i++) {
          int item = next++;
          if (put(item, shortTime(40))) {
            put.add(item);
          }
          Greenlets.sleep(shortTime(10));
        }
      } catch (QueueShutDown _) {
        // the end
      }
    }

    private void consume() {
      try {
        while (true) {
          Integer item = get(shortTime(40));
          if (item != null) {
            got.add(item);
            done();
          }
          Greenlets.sleep(shortTime(10));
        }
      } catch (QueueShutDown _) {
        // the end
      }
    }

    private void watch() {
      try {
        while (true) {
          look(shortTime(40));
          Greenlets.sleep(shortTime(20));
        }
      } catch (QueueShutDown _) {
        // the end
      }
    }

    final void run() {
      List<Body> kinds = List.of(this::produce, this::consume, this::watch);
      List<Greenlet<?>> all = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        all.add(Greenlets.spawn(kinds.get(i % 3)));
      }
      int kills = random.nextInt(15);
      for (int k = 0; k < kills; k++) {
        Greenlets.sleep(shortTime(20));
        all.get(random.nextInt(all.size())).killAsync();
        all.add(Greenlets.spawn(kinds.get(random.nextInt(3))));
      }
      all.add(Greenlets.spawn(this::consume)); // one at least lives to the end
      Greenlets.sleep(shortTime(100));
      got.addAll(end());
      Greenlets.joinAll(all);
      Collections.sort(put);
      Collections.sort(got);
      assertEquals(put, got);
      assertEquals(0, Hub.current().loop().pendingTimers());
      checkAfterwards();
    }
  }

  private static final class QueueProgram extends Program {

    private final Queue<Integer> queue;

    QueueProgram(Random random, Queue<Integer> queue) {
      super(random);
      this.queue = queue;
    }

    @Override
    boolean put(int item, Duration timeout) {
      return queue.put(item, timeout);
    }

    @Override
    Integer get(Duration timeout) {
      return queue.get(timeout);
    }

    @Override
    void done() {
      queue.taskDone();
    }

    @Override
    void look(Duration timeout) {
      switch (random.nextInt(3)) {
        case 0 -> queue.peek(timeout);
        case 1 -> queue.join(timeout);
        default -> queue.setCapacity(1 + random.nextInt(4));
      }
      queue.tryPeek(); // throws at the end
    }

    @Override
    List<Integer> end() {
      if (random.nextBoolean()) {
        return queue.shutdownNow();
      }
      queue.shutdown();
      return List.of();
    }

    @Override
    void checkAfterwards() {
      assertTrue(queue.isEmpty());
      assertEquals(0, queue.waitingGetters());
      assertEquals(0, queue.waitingPutters());
      assertTrue(queue.join(Duration.ZERO));
    }
  }

  private static final class ChannelProgram extends Program {

    private final Channel<Integer> channel = new Channel<>();

    ChannelProgram(Random random) {
      super(random);
    }

    @Override
    boolean put(int item, Duration timeout) {
      return random.nextInt(4) == 0 ? channel.tryPut(item) : channel.put(item, timeout);
    }

    @Override
    Integer get(Duration timeout) {
      return random.nextInt(4) == 0 ? channel.tryGet() : channel.get(timeout);
    }

    @Override
    void done() {}

    @Override
    void look(Duration timeout) {
      int balance = channel.balance();
      assertTrue(-20 < balance && balance < 20);
      if (channel.isShutDown()) {
        throw QueueShutDown.forGet(channel);
      }
    }

    @Override
    List<Integer> end() {
      channel.shutdown();
      return List.of();
    }

    @Override
    void checkAfterwards() {
      assertEquals(0, channel.balance());
    }
  }

  @Test
  void oneConsumerGetsEachProducersItemsInOrder() {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Simulation.run(seed, () -> keepsTheOrderOfEachProducer(random));
    }
  }

  private static void keepsTheOrderOfEachProducer(Random random) {
    Queue<int[]> queue = new Queue<>(1 + random.nextInt(3));
    int[] last = {-1, -1, -1};
    List<Greenlet<?>> producers = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      int producer = p;
      producers.add(
          Greenlets.spawn(
              () -> {
                for (int i = 0; i < 10; i++) {
                  boolean _ =
                      queue.put(new int[] {producer, i}, Duration.ofNanos(random.nextInt(30)));
                  if (random.nextInt(3) == 0) {
                    Greenlets.yieldNow();
                  }
                }
              }));
    }
    Body consumer =
        () -> {
          for (int[] item : queue) {
            assertTrue(last[item[0]] < item[1]);
            last[item[0]] = item[1];
            Greenlets.sleep(Duration.ofNanos(random.nextInt(8)));
          }
        };
    Greenlet<?> consuming = Greenlets.spawn(consumer);
    for (int k = 0; k < 5; k++) {
      Greenlets.sleep(Duration.ofNanos(random.nextInt(40)));
      consuming.kill();
      consuming = Greenlets.spawn(consumer);
    }
    Greenlets.joinAll(producers);
    queue.shutdown();
    consuming.result();
    assertTrue(queue.isEmpty());
  }
}
