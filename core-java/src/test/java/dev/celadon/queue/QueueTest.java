package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.Waiter;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueueTest {

  private final Trail trail = new Trail();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  @Test
  void isFirstInFirstOut() {
    Queue<Integer> queue = new Queue<>();
    for (int i = 0; i < 5; i++) {
      queue.put(i);
    }
    assertEquals(5, queue.size());
    for (int i = 0; i < 5; i++) {
      assertEquals(i, queue.get());
    }
    assertTrue(queue.isEmpty());
    assertNull(queue.tryGet());
  }

  @Test
  void servesWaitingConsumersInOrderWithoutGivingTheTurnAway() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          for (int i = 0; i < 3; i++) {
            int number = i;
            Greenlets.spawn(() -> trail.step(number + queue.get()));
          }
          Greenlets.yieldNow();
          queue.put("a");
          queue.put("b");
          queue.put("c");
          trail.step("producer");
          assertTrue(queue.isEmpty(), "the items are the consumers' already");
          Greenlets.yieldNow();
        });
    trail.is("producer 0a 1b 2c");
  }

  @Test
  void nobodyOvertakesAWaitingProducer() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("a");
          Greenlets.spawn(() -> queue.put("b"));
          Greenlets.yieldNow();
          assertEquals("a", queue.get());
          assertFalse(queue.tryPut("c"), "the place is b's already");
          assertEquals("b", queue.get());
          assertTrue(queue.tryPut("c"));
          assertTrue(queue.isFull());
        });
  }

  @Test
  void killedAndTimedOutProducersPutNothing() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("a");
          Greenlet<?> killed = Greenlets.spawn(() -> queue.put("killed"));
          Greenlet<Boolean> late = Greenlets.spawn(() -> queue.put("late", Duration.ofSeconds(1)));
          Greenlet<?> patient = Greenlets.spawn(() -> queue.put("patient"));
          Greenlets.yieldNow();
          killed.kill();
          Greenlets.sleep(Duration.ofSeconds(2));
          assertFalse(late.result());
          assertEquals("a", queue.get());
          assertEquals("patient", queue.get());
          patient.join();
          assertTrue(queue.isEmpty());
        });
  }

  @Test
  void whatIsPutBackIsFirstAgain() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("b");
          queue.putBack("a");
          assertEquals("a", queue.get());
          Greenlet<String> consumer =
              Greenlets.spawn(
                  () -> {
                    queue.get();
                    return queue.get();
                  });
          Greenlets.yieldNow();
          queue.putBack("c");
          assertEquals("c", consumer.result());
        });
  }

  @Test
  void theBoundHoldsAgainAfterSomethingWasPutBack() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("b");
          queue.putBack("a"); // two of one
          Greenlet<?> producer = Greenlets.spawn(() -> queue.put("c"));
          Greenlets.yieldNow();
          assertEquals("a", queue.get());
          assertEquals(1, queue.size(), "no place for c yet");
          assertEquals("b", queue.get());
          assertEquals("c", queue.get());
          producer.join();
        });
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertEquals(
        "capacity must be at least 1: 0; leave it out for a queue without a bound, take a Channel"
            + " for a meeting point",
        assertThrows(IllegalArgumentException.class, () -> new Queue<String>(0)).getMessage());
    Queue<String> queue = new Queue<>(1);
    assertThrows(IllegalArgumentException.class, () -> queue.setCapacity(0));
    assertEquals(1, queue.capacity());
    assertThrows(NullPointerException.class, () -> queue.put(null));
    assertThrows(NullPointerException.class, () -> queue.tryPut(null));
    assertThrows(NullPointerException.class, () -> queue.putBack(null));
    assertTrue(queue.isEmpty());
    assertEquals(
        "more items than the capacity 1 allows: 2; put the rest later, or leave the capacity out",
        assertThrows(IllegalArgumentException.class, () -> new Queue<>(1, List.of("a", "b")))
            .getMessage());
  }

  @Test
  void aFullQueueRefusesWithoutATrace() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("a");
          assertFalse(queue.tryPut("b"));
          assertFalse(queue.put("c", Duration.ofMillis(1)));
          assertFalse(queue.put("d", Duration.ZERO));
          assertEquals(0, queue.waitingPutters());
          assertEquals("a", queue.get());
          assertTrue(queue.isEmpty());
        });
  }

  @Test
  void anEmptyQueueAnswersAtOnceOrInTime() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          assertNull(queue.tryGet());
          assertNull(queue.tryPeek());
          assertNull(queue.get(Duration.ofMillis(1)));
          assertNull(queue.peek(Duration.ofMillis(1)));
          assertEquals(0, queue.waitingGetters());
          queue.put("a");
          assertEquals("a", queue.get());
        });
  }

  @Test
  void aConsumerKilledAfterTheHandOverKeepsTheItem() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          Greenlet<?> killed =
              Greenlets.spawn(
                  () -> {
                    trail.step(queue.get());
                    Greenlets.yieldNow();
                    trail.step("never");
                  });
          Greenlets.yieldNow();
          queue.put("a");
          killed.kill();
          assertTrue(queue.isEmpty());
          assertEquals(0, queue.waitingGetters());
        });
    trail.is("a");
  }

  @Test
  void aConsumerKilledBeforeThePutLeavesTheItemToTheNext() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          Greenlet<?> killed = Greenlets.spawn(() -> queue.get());
          Greenlet<String> next = Greenlets.spawn(() -> queue.get());
          Greenlets.yieldNow();
          killed.killAsync();
          queue.put("a"); // the killed one has not run yet
          assertEquals("a", next.result());
        });
  }

  @Test
  void aCallbackTakesAlsoWhatAWaitingProducerBrings() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("a");
          Greenlet<?> producer = Greenlets.spawn(() -> queue.put("b"));
          Greenlets.yieldNow();
          assertEquals(1, queue.waitingPutters());
          Hub.current()
              .runCallback(
                  () -> {
                    trail.step(queue.tryGet());
                    trail.step(queue.tryGet());
                    trail.step("" + queue.tryGet());
                  });
          producer.join();
        });
    trail.is("a b null");
  }

  @Test
  void severalMayPeekAtOneItemWhichStays() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          Greenlet<String> one = Greenlets.spawn(() -> queue.peek());
          Greenlet<String> two = Greenlets.spawn(() -> queue.peek(Duration.ofSeconds(1)));
          Greenlets.yieldNow();
          queue.put("a");
          assertEquals("a", one.result());
          assertEquals("a", two.result());
          assertEquals("a", queue.peek());
          assertEquals("a", queue.tryPeek());
          assertFalse(queue.tryPut("b"), "a peek frees no place");
          assertEquals("a", queue.get());
        });
  }

  @Test
  void whoGetsGoesBeforeWhoPeeks() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          Greenlet<String> peeks = Greenlets.spawn(() -> queue.peek());
          Greenlet<String> gets = Greenlets.spawn(() -> queue.get());
          Greenlets.yieldNow();
          queue.put("a");
          queue.put("b");
          assertEquals("a", gets.result());
          assertEquals("b", peeks.result());
          assertEquals(1, queue.size());
        });
  }

  @Test
  void aWiderBoundLetsWaitingProducersIn() throws Exception {
    run(
        () -> {
          Queue<Integer> queue = new Queue<>(1);
          for (int i = 0; i < 5; i++) {
            int item = i;
            Greenlets.spawn(() -> queue.put(item));
          }
          Greenlets.yieldNow();
          assertEquals(4, queue.waitingPutters());
          queue.setCapacity(4);
          assertEquals(4, queue.size());
          assertEquals(1, queue.waitingPutters());
          queue.setCapacity(2);
          assertTrue(queue.isFull());
          for (int i = 0; i < 3; i++) {
            assertEquals(i, queue.get());
            assertEquals(i < 2 ? 1 : 0, queue.waitingPutters(), "2 of 2 before 4 may come");
          }
          assertEquals(3, queue.get());
          assertEquals(4, queue.get());
        });
  }

  @Test
  void itemsFromTheStartAreUnfinished() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(2, List.of("a"));
          assertFalse(queue.join(Duration.ofMillis(1)));
          assertEquals("a", queue.get());
          assertFalse(queue.join(Duration.ZERO), "taken is not done");
          queue.taskDone();
          assertTrue(queue.join(Duration.ZERO));
          queue.join();
          assertEquals(
              "Queue[0 of 2]: taskDone was called more often than items were put; call it once for"
                  + " each get",
              assertThrows(IllegalStateException.class, queue::taskDone).getMessage());
        });
  }

  @Test
  void joinWaitsForItemsThatWaitingProducersBringToo() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1, List.of("a"));
          Greenlets.spawn(() -> queue.put("b"));
          Greenlets.yieldNow();
          queue.get();
          queue.taskDone();
          Greenlet<?> joiner =
              Greenlets.spawn(
                  () -> {
                    queue.join();
                    trail.step("joined");
                  });
          Greenlets.yieldNow();
          trail.step(queue.get());
          Greenlets.yieldNow();
          queue.taskDone();
          trail.step("done");
          joiner.join();
        });
    trail.is("b done joined");
  }

  @Test
  void anItemHandedOverDirectlyIsUnfinishedToo() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          Greenlet<?> consumer = Greenlets.spawn(() -> queue.get());
          Greenlets.yieldNow();
          queue.put("a");
          consumer.join();
          assertFalse(queue.join(Duration.ZERO));
          queue.taskDone();
          assertTrue(queue.join(Duration.ZERO));
        });
  }

  @Test
  void whoSelectsIsToldOfAnItemThatStays() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          assertFalse(queue.isReady());
          Waiter looker = new Waiter(() -> trail.step("ready"));
          assertTrue(queue.register(looker));
          Greenlet<?> consumer = Greenlets.spawn(() -> queue.get());
          Greenlets.yieldNow();
          queue.put("a");
          trail.step("handed over");
          consumer.join();
          queue.put("b");
          assertTrue(queue.isReady());
          assertFalse(queue.register(new Waiter(() -> trail.step("never"))));
          assertEquals("b", queue.get(), "nothing was taken");
          Waiter gone = new Waiter(() -> trail.step("never"));
          assertTrue(queue.register(gone));
          assertTrue(gone.cancel());
          queue.unregister(gone);
          queue.put("c");
        });
    trail.is("handed over ready");
  }

  @Test
  void noItemIsLostDoubledOrOvertakenByKillsAndTimeouts() throws Exception {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      String message = "seed " + seed;
      run(
          () -> {
            Queue<Integer> queue = new Queue<>(1 + random.nextInt(3));
            List<Integer> put = new ArrayList<>();
            List<Integer> got = new ArrayList<>();
            int[] next = new int[1];
            Body producer =
                () -> {
                  for (int i = 0; i < 10; i++) {
                    int item = next[0]++;
                    boolean added = queue.put(item, Duration.ofNanos(random.nextInt(40)));
                    if (added) {
                      put.add(item);
                    }
                    Greenlets.sleep(Duration.ofNanos(random.nextInt(10)));
                  }
                };
            Body consumer =
                () -> {
                  while (true) {
                    Integer item = queue.get(Duration.ofNanos(random.nextInt(40)));
                    if (item != null) {
                      got.add(item);
                    }
                    Greenlets.sleep(Duration.ofNanos(random.nextInt(10)));
                  }
                };
            List<Greenlet<?>> producers = new ArrayList<>();
            List<Greenlet<?>> consumers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
              producers.add(Greenlets.spawn(producer));
              consumers.add(Greenlets.spawn(consumer));
            }
            for (int k = 0; k < 15; k++) {
              Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
              consumers.get(random.nextInt(consumers.size())).killAsync();
              consumers.add(Greenlets.spawn(consumer));
              producers.get(random.nextInt(producers.size())).killAsync();
              producers.add(Greenlets.spawn(producer));
            }
            Greenlets.joinAll(producers);
            Greenlets.sleep(Duration.ofNanos(1_000));
            Greenlets.killAll(consumers);
            for (Integer rest = queue.tryGet(); rest != null; rest = queue.tryGet()) {
              got.add(rest);
            }
            Collections.sort(got);
            Collections.sort(put);
            assertEquals(put, got, message);
            assertEquals(0, Hub.current().loop().pendingTimers(), message);
          });
    }
  }

  @Test
  void carriesItemsBetweenThreadsAndHubsInEachProducersOrder() throws Exception {
    int producers = 4;
    int each = 3_000;
    Queue<int[]> queue = new Queue<>(8);
    AtomicInteger left = new AtomicInteger(producers * each);
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      List<Greenlet<?>> greenlets = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int p = 0; p < producers; p++) {
        int producer = p;
        Body body =
            () -> {
              for (int i = 0; i < each; i++) {
                queue.put(new int[] {producer, i});
              }
            };
        switch (p) {
          case 0 -> greenlets.add(Greenlet.spawn(one, body));
          case 1 -> greenlets.add(Greenlet.spawn(two, body));
          case 2 -> threads.add(Thread.ofPlatform().start(() -> quietly(body)));
          default -> threads.add(Thread.startVirtualThread(() -> quietly(body)));
        }
      }
      int[] next = new int[producers];
      Greenlet<?> consumer =
          Greenlet.spawn(
              one,
              () -> {
                while (left.getAndDecrement() > 0) {
                  int[] item = queue.get();
                  assertEquals(next[item[0]]++, item[1]);
                }
              });
      consumer.result();
      for (Thread thread : threads) {
        thread.join();
      }
      greenlets.forEach(Greenlet::join);
      assertTrue(queue.isEmpty());
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
