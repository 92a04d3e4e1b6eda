package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PriorityQueueTest {

  /** Something to put; {@code number} tells equal ones apart. */
  private record Job(int priority, int producer, int number) {}

  private static final Comparator<Job> BY_PRIORITY = Comparator.comparingInt(Job::priority);

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  @Test
  void theLeastComesFirst() {
    PriorityQueue<Integer> queue = PriorityQueue.natural();
    for (int item : new int[] {5, 1, 4, 1, 3}) {
      queue.put(item);
    }
    assertEquals("PriorityQueue[5]", queue.toString());
    assertEquals(1, queue.peek());
    assertEquals(List.of(1, 1, 3, 4, 5), queue.shutdownNow());
    PriorityQueue<String> longest =
        new PriorityQueue<>(
            9, Comparator.comparingInt(String::length).reversed(), List.of("a", "ccc", "bb"));
    assertEquals(List.of("ccc", "bb", "a"), longest.shutdownNow());
  }

  @Test
  void equalOnesComeInTheOrderOfTheirArrival() {
    PriorityQueue<Job> queue = new PriorityQueue<>(BY_PRIORITY);
    for (int i = 0; i < 300; i++) {
      queue.put(new Job(i % 3, 0, i));
    }
    Job last = queue.get();
    for (Job job = queue.tryGet(); job != null; last = job, job = queue.tryGet()) {
      assertTrue(
          last.priority < job.priority
              || (last.priority == job.priority && last.number < job.number));
    }
  }

  @Test
  void theBoundComesBeforeTheOrder() throws Exception {
    run(
        () -> {
          PriorityQueue<Integer> queue = PriorityQueue.natural(2);
          queue.put(5);
          queue.put(6);
          Greenlets.spawn(() -> queue.put(9));
          Greenlets.spawn(() -> queue.put(1));
          Greenlets.yieldNow();
          assertEquals(5, queue.get(), "1 is not in the queue yet");
          assertEquals(6, queue.get(), "9 waited longer than 1");
          assertEquals(1, queue.get());
          assertEquals(9, queue.get());
        });
  }

  @Test
  void whatIsPutBackIsFirstWhateverCameMeanwhile() {
    PriorityQueue<Integer> queue = PriorityQueue.natural();
    queue.put(5);
    int taken = queue.get();
    queue.put(1);
    queue.putBack(taken);
    queue.put(3);
    assertEquals(List.of(5, 1, 3), List.copyOf(queue.asBlockingQueue()));
    assertEquals(5, queue.peek());
    assertEquals(3, queue.size());
    assertEquals(List.of(5, 1, 3), queue.shutdownNow());
  }

  @Test
  void theOrderRunsOutsideTheLock() throws Exception {
    List<Queue<Integer>> self = new ArrayList<>();
    PriorityQueue<Integer> queue =
        new PriorityQueue<>(
            2,
            (a, b) -> {
              int _ = self.getFirst().size(); // would spin for ever under the lock
              return Integer.compare(a, b);
            });
    self.add(queue);
    run(
        () -> {
          queue.put(2);
          queue.put(1);
          Greenlets.spawn(() -> queue.put(0));
          Greenlets.yieldNow();
          assertEquals(1, queue.get());
          assertEquals(0, queue.get());
        });
  }

  @Test
  void anOrderThatThrowsDoesSoInThePutAndTheQueueWorksOn() {
    PriorityQueue<Object> queue = new PriorityQueue<>((a, b) -> ((String) a).compareTo((String) b));
    queue.put("b");
    assertThrows(ClassCastException.class, () -> queue.put(1));
    assertEquals(1, queue.size());
    queue.put("a");
    assertEquals("a", queue.get());
    assertEquals("b", queue.get());
    queue.taskDone();
    queue.taskDone();
    assertTrue(queue.join(Duration.ZERO), "what was not added is not unfinished");
  }

  @Test
  void anOrderThatThrowsAtAHandOverFailsTheWaitingProducerOnly() throws Exception {
    run(
        () -> {
          RuntimeException failure = new IllegalStateException("cannot compare");
          PriorityQueue<String> queue =
              new PriorityQueue<>(
                  2,
                  (a, b) -> {
                    if (a.equals("bad") || b.equals("bad")) {
                      throw failure;
                    }
                    return a.compareTo(b);
                  });
          queue.put("a");
          queue.put("b");
          Greenlet<?> bad =
              Greenlets.spawn(
                  () ->
                      assertSame(
                          failure,
                          assertThrows(IllegalStateException.class, () -> queue.put("bad"))));
          Greenlet<?> good = Greenlets.spawn(() -> queue.put("0"));
          Greenlets.yieldNow();
          assertEquals("a", queue.get());
          bad.result();
          good.result();
          assertEquals("0", queue.get());
          assertEquals("b", queue.get());
          assertNull(queue.tryGet());
        });
  }

  /** A queue of 2 with 5 and 6 in it, which does something else once while it compares 9. */
  private static PriorityQueue<Integer> doingMeanwhile(Runnable deed) {
    boolean[] done = new boolean[1];
    return new PriorityQueue<>(
        2,
        (a, b) -> {
          if ((a == 9 || b == 9) && !done[0]) {
            done[0] = true;
            deed.run();
          }
          return Integer.compare(a, b);
        },
        List.of(5, 6));
  }

  @Test
  void nobodyOvertakesAProducerWhosePlaceIsBeingFound() throws Exception {
    run(
        () -> {
          List<Queue<Integer>> self = new ArrayList<>();
          PriorityQueue<Integer> queue =
              doingMeanwhile(
                  () -> {
                    assertEquals(1, self.getFirst().size(), "there is a place ..");
                    assertFalse(self.getFirst().tryPut(1), ".. but it is 9's already");
                  });
          self.add(queue);
          Greenlets.spawn(() -> queue.put(9));
          Greenlets.yieldNow();
          assertEquals(5, queue.get());
          assertEquals(List.of(6, 9), queue.shutdownNow());
        });
  }

  @Test
  void whoFindsNothingTakesFromAProducerWhosePlaceIsBeingFound() throws Exception {
    run(
        () -> {
          List<Queue<Integer>> self = new ArrayList<>();
          List<Integer> got = new ArrayList<>();
          PriorityQueue<Integer> queue =
              doingMeanwhile(
                  () -> {
                    got.add(self.getFirst().tryGet());
                    got.add(self.getFirst().tryPeek());
                    got.add(self.getFirst().tryGet());
                    got.add(self.getFirst().tryGet());
                  });
          self.add(queue);
          Greenlet<?> producer = Greenlets.spawn(() -> queue.put(9));
          Greenlets.yieldNow();
          assertEquals(5, queue.get());
          producer.result();
          assertEquals(Arrays.asList(6, 9, 9, null), got);
          assertTrue(queue.isEmpty());
        });
  }

  @Test
  void theEndComesBeforeAProducerWhosePlaceIsBeingFound() throws Exception {
    run(
        () -> {
          List<Queue<Integer>> self = new ArrayList<>();
          PriorityQueue<Integer> queue =
              doingMeanwhile(() -> assertEquals(List.of(6), self.getFirst().shutdownNow()));
          self.add(queue);
          Greenlet<?> producer =
              Greenlets.spawn(() -> assertThrows(QueueShutDown.class, () -> queue.put(9)));
          Greenlets.yieldNow();
          assertEquals(5, queue.get());
          producer.result();
          assertTrue(queue.isEmpty());
          queue.taskDone();
          assertTrue(queue.join(Duration.ZERO));
        });
  }

  @Test
  void aPlaceIsSoughtAgainIfWhatStandsBeforeItIsTakenOut() {
    List<Integer> below = new ArrayList<>(List.of(10, 20, 30, 40, 50));
    List<BlockingQueue<Integer>> self = new ArrayList<>();
    Comparator<Integer> order =
        (a, b) -> {
          if (a == 55 && b == 60 && below.size() > 2) {
            assertTrue(self.getFirst().remove(below.removeLast()));
          }
          return Integer.compare(a, b);
        };
    PriorityQueue<Integer> queue = new PriorityQueue<>(9, order, List.of(10, 20, 30, 40, 50, 60));
    self.add(queue.asBlockingQueue());
    queue.put(55);
    assertEquals(List.of(10, 20, 55, 60), queue.shutdownNow());
  }

  @Test
  void aProducerKilledWhileItsPlaceIsBeingFoundPutsNothing() throws Exception {
    run(
        () -> {
          List<Greenlet<?>> killed = new ArrayList<>();
          PriorityQueue<Integer> queue = doingMeanwhile(() -> killed.getFirst().killAsync());
          killed.add(Greenlets.spawn(() -> queue.put(9)));
          Greenlet<?> next = Greenlets.spawn(() -> queue.put(8));
          Greenlets.yieldNow();
          assertEquals(5, queue.get());
          next.result();
          assertEquals(List.of(6, 8), queue.shutdownNow());
        });
  }

  /** The simple twin: a list, sorted by insertion. */
  @Test
  void doesWhatASortedListDoes() {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      PriorityQueue<Job> queue = new PriorityQueue<>(BY_PRIORITY);
      List<Job> twin = new ArrayList<>();
      int priorities = 1 + random.nextInt(40);
      for (int i = 0; i < 400; i++) {
        switch (random.nextInt(7)) {
          case 0, 1, 2, 3 -> {
            Job job = new Job(random.nextInt(priorities), 0, i);
            queue.put(job);
            int at = 0;
            while (at < twin.size() && twin.get(at).priority <= job.priority) {
              at++;
            }
            twin.add(at, job);
          }
          case 4, 5 -> assertEquals(twin.isEmpty() ? null : twin.removeFirst(), queue.tryGet());
          default -> {
            if (!twin.isEmpty()) {
              Job job = twin.remove(random.nextInt(twin.size()));
              assertTrue(queue.asBlockingQueue().remove(job));
            }
          }
        }
        assertEquals(twin, List.copyOf(queue.asBlockingQueue()), "seed " + seed);
        assertEquals(twin.size(), queue.size());
      }
    }
  }

  /**
   * An order that yields stands for other threads: all that they can do between two steps of a
   * search happens here, under every seed.
   */
  @Test
  void staysSortedHoweverSearchesGetIntoEachOthersWay() {
    for (long seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      Simulation.run(seed, () -> putAndGetWithYieldsBetween(random));
    }
  }

  private static void putAndGetWithYieldsBetween(Random random) {
    int capacity = 3 + random.nextInt(20);
    boolean[] yields = {true};
    Comparator<Job> order =
        (a, b) -> {
          if (yields[0] && random.nextInt(3) == 0) {
            Greenlets.yieldNow();
          }
          return BY_PRIORITY.compare(a, b);
        };
    PriorityQueue<Job> queue = new PriorityQueue<>(capacity, order);
    List<Job> put = new ArrayList<>();
    List<Job> got = new ArrayList<>();
    List<Greenlet<?>> all = new ArrayList<>();
    for (int p = 0; p < 4; p++) {
      int producer = p;
      all.add(
          Greenlets.spawn(
              () -> {
                for (int i = 0; i < 8; i++) {
                  Job job = new Job(random.nextInt(6), producer, i);
                  if (queue.put(job, Duration.ofNanos(1 + random.nextInt(60)))) {
                    put.add(job);
                  }
                  Greenlets.sleep(Duration.ofNanos(random.nextInt(5)));
                }
              }));
    }
    for (int c = 0; c < 2; c++) {
      all.add(
          Greenlets.spawn(
              () -> {
                for (int i = 0; i < 6; i++) {
                  Job job = queue.get(Duration.ofNanos(1 + random.nextInt(30)));
                  if (job != null) {
                    got.add(job);
                  }
                  List<Job> inside = List.copyOf(queue.asBlockingQueue());
                  if (!inside.isEmpty() && random.nextInt(4) == 0) {
                    Job any = inside.get(random.nextInt(inside.size()));
                    if (queue.asBlockingQueue().remove(any)) {
                      got.add(any);
                    }
                  }
                  Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
                }
              }));
    }
    Greenlets.joinAll(all);
    yields[0] = false;
    assertEquals(0, queue.waitingPutters());
    List<Job> inside = List.copyOf(queue.asBlockingQueue());
    assertTrue(isSorted(inside), () -> inside.toString());
    got.addAll(queue.shutdownNow());
    Comparator<Job> any = Comparator.comparingInt(Job::producer).thenComparingInt(Job::number);
    put.sort(any);
    got.sort(any);
    assertEquals(put, got);
  }

  private static boolean isSorted(List<Job> jobs) {
    int[] numbers = new int[4 * 6];
    int priority = 0;
    for (Job job : jobs) {
      int lane = (job.producer * 6) + job.priority;
      if (job.priority < priority || job.number < numbers[lane]) {
        return false;
      }
      priority = job.priority;
      numbers[lane] = job.number;
    }
    return true;
  }

  @Test
  void losesNothingBetweenThreadsAndHubs() throws Exception {
    int each = 1_500;
    PriorityQueue<Integer> queue = PriorityQueue.natural(64);
    AtomicLong sum = new AtomicLong();
    AtomicLong count = new AtomicLong();
    Body producer =
        () -> {
          for (int i = 0; i < each; i++) {
            queue.put((i * 7_919) % 1_000);
          }
        };
    Body consumer =
        () -> {
          for (int item : queue) {
            sum.addAndGet(item);
            count.incrementAndGet();
          }
        };
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      List<Greenlet<?>> producers =
          List.of(Greenlet.spawn(one, producer), Greenlet.spawn(two, producer));
      List<Greenlet<?>> consumers =
          List.of(Greenlet.spawn(one, consumer), Greenlet.spawn(two, consumer));
      Thread platform = Thread.ofPlatform().start(() -> quietly(producer));
      Thread virtual = Thread.startVirtualThread(() -> quietly(producer));
      Thread taker = Thread.ofPlatform().start(() -> quietly(consumer));
      producers.forEach(Greenlet::result);
      platform.join();
      virtual.join();
      queue.shutdown();
      consumers.forEach(Greenlet::result);
      taker.join();
    }
    long expected = 0;
    for (int i = 0; i < each; i++) {
      expected += (i * 7_919) % 1_000;
    }
    assertEquals(4L * each, count.get());
    assertEquals(4 * expected, sum.get());
  }

  @Test
  void threadsThatPutTogetherKeepTheOrder() throws Exception {
    PriorityQueue<Job> queue = new PriorityQueue<>(BY_PRIORITY);
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int producer = t;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    Random random = new Random(producer);
                    for (int i = 0; i < 2_000; i++) {
                      queue.put(new Job(random.nextInt(50), producer, i));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(8_000, queue.size());
    List<Job> inside = List.copyOf(queue.asBlockingQueue());
    List<Job> sorted = new ArrayList<>(inside);
    Collections.sort(sorted, BY_PRIORITY); // stable
    assertEquals(sorted, inside);
    int[][] numbers = new int[4][50];
    for (Job job : inside) {
      assertFalse(numbers[job.producer][job.priority] > job.number);
      numbers[job.producer][job.priority] = job.number;
    }
  }

  private static void quietly(Body body) {
    try {
      body.run();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
