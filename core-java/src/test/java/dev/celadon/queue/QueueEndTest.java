package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
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
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class QueueEndTest {

  private final Trail trail = new Trail();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  @Test
  void aShutDownQueueRefusesPutsAtOnceAndCanBeDrained() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(3);
          queue.put("a");
          queue.put("b");
          assertFalse(queue.isShutDown());
          queue.shutdown();
          assertTrue(queue.isShutDown());
          assertEquals(
              "Queue[2 of 3] is shut down and takes no more items: put before shutdown",
              assertThrows(QueueShutDown.class, () -> queue.put("c")).getMessage());
          assertThrows(QueueShutDown.class, () -> queue.tryPut("c"));
          assertThrows(QueueShutDown.class, () -> queue.put("c", Duration.ofSeconds(1)));
          assertEquals("a", queue.peek());
          assertEquals("a", queue.get());
          assertEquals("b", queue.tryGet());
          assertThrows(QueueShutDown.class, queue::get);
          assertThrows(QueueShutDown.class, queue::tryGet);
          assertThrows(QueueShutDown.class, () -> queue.get(Duration.ofSeconds(1)));
          assertThrows(QueueShutDown.class, queue::peek);
          assertThrows(QueueShutDown.class, queue::tryPeek);
          queue.shutdown();
          assertEquals(List.of(), queue.shutdownNow());
        });
  }

  @Test
  void theEndReachesAllWhoWaitEachWithAnExceptionOfItsOwn() throws Exception {
    run(
        () -> {
          Queue<String> empty = new Queue<>();
          Queue<String> full = new Queue<>(1, List.of("a"));
          List<Greenlet<QueueShutDown>> waiters = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            waiters.add(Greenlets.spawn(() -> assertThrows(QueueShutDown.class, empty::get)));
            waiters.add(Greenlets.spawn(() -> assertThrows(QueueShutDown.class, empty::peek)));
            waiters.add(
                Greenlets.spawn(() -> assertThrows(QueueShutDown.class, () -> full.put("b"))));
          }
          Greenlets.yieldNow();
          empty.shutdown();
          full.shutdown();
          for (Greenlet<QueueShutDown> waiter : waiters) {
            assertNotSame(waiters.getLast().result(), waiters.getFirst().result());
            List<String> calls =
                List.of(waiter.result().getStackTrace()).stream()
                    .map(StackTraceElement::getMethodName)
                    .toList();
            assertTrue(
                calls.contains("get") || calls.contains("peek") || calls.contains("put"),
                "the stack is the waiter's: " + calls);
          }
          assertEquals("a", full.get());
          assertThrows(QueueShutDown.class, full::get);
          assertEquals(0, full.waitingPutters());
          assertEquals(0, empty.waitingGetters());
        });
  }

  @Test
  void theImmediateEndDrainsAndLetsJoinersGo() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(List.of("a", "b", "c"));
          assertEquals("a", queue.get());
          Greenlet<?> joiner =
              Greenlets.spawn(
                  () -> {
                    queue.join();
                    trail.step("joined");
                  });
          Greenlets.yieldNow();
          assertEquals(List.of("b", "c"), queue.shutdownNow());
          Greenlets.yieldNow();
          trail.step("a is not done yet");
          queue.taskDone();
          joiner.join();
          assertThrows(QueueShutDown.class, queue::get);
          assertThrows(IllegalStateException.class, queue::taskDone);
        });
    trail.is("a is not done yet joined");
  }

  @Test
  void theImmediateEndAfterAGracefulOneTakesTheRest() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(List.of("a", "b"));
          queue.shutdown();
          assertEquals(List.of("a", "b"), queue.shutdownNow());
          assertTrue(queue.join(Duration.ZERO));
        });
  }

  @Test
  void aLoopOverTheQueueEndsWithIt() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>(1);
          Greenlet<?> consumer =
              Greenlets.spawn(
                  () -> {
                    for (String item : queue) {
                      trail.step(item);
                    }
                    trail.step("end");
                  });
          queue.put("a");
          queue.put("b");
          Greenlets.yieldNow();
          queue.put("c");
          queue.shutdown();
          consumer.join();
        });
    trail.is("a b c end");
  }

  @Test
  void severalLoopsShareTheItemsAndLeavingOneTakesNothingMore() throws Exception {
    run(
        () -> {
          Queue<Integer> queue = new Queue<>(List.of(1, 2, 3));
          for (Integer item : queue) {
            assertEquals(1, item);
            break;
          }
          queue.shutdown();
          Iterator<Integer> one = queue.iterator();
          Iterator<Integer> two = queue.iterator();
          assertTrue(one.hasNext());
          assertTrue(one.hasNext());
          assertEquals(3, two.next());
          assertEquals(2, one.next());
          assertFalse(one.hasNext());
          assertThrows(NoSuchElementException.class, two::next);
        });
  }

  @Test
  void whoSelectsIsToldOfTheEnd() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          assertTrue(queue.register(new Waiter(() -> trail.step("ready"))));
          queue.shutdown();
          assertTrue(queue.isReady(), "a get would not wait");
        });
    trail.is("ready");
  }

  @Test
  void whatIsPutBackAfterTheEndIsStillThere() {
    Queue<String> queue = new Queue<>(List.of("a"));
    String taken = queue.get();
    queue.shutdown();
    queue.putBack(taken);
    assertEquals("a", queue.get());
    assertThrows(QueueShutDown.class, queue::get);
  }

  @Test
  void waitersOfOnesOwnFailAtTheEnd() {
    Queue<String> queue = new Queue<>(1);
    Waiter getter = new Waiter(() -> trail.step("getter"));
    assertNull(queue.registerGet(getter));
    queue.shutdown();
    assertTrue(getter.isFailed());
    assertTrue(getter.value() instanceof QueueShutDown);
    assertThrows(QueueShutDown.class, () -> queue.registerGet(new Waiter(() -> {})));
    assertThrows(QueueShutDown.class, () -> queue.registerPut("a", new Waiter(() -> {})));
    trail.is("getter");
  }

  @Test
  void nothingIsStrandedByAnEndThatRacesWithPutsAndGets() throws Exception {
    for (int round = 0; round < 200; round++) {
      boolean now = round % 2 == 0;
      Queue<Integer> queue = round % 3 == 0 ? PriorityQueue.natural(2) : new Queue<>(2);
      AtomicInteger put = new AtomicInteger();
      AtomicInteger got = new AtomicInteger();
      CountDownLatch go = new CountDownLatch(1);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      go.countDown();
                      try {
                        while (true) {
                          queue.put(put.get());
                          put.incrementAndGet();
                        }
                      } catch (QueueShutDown _) {
                        // the end
                      }
                    }));
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (Integer _ : queue) {
                        got.incrementAndGet();
                        queue.taskDone();
                      }
                    }));
      }
      go.await();
      int dropped = 0;
      if (now) {
        dropped = queue.shutdownNow().size();
      } else {
        queue.shutdown();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      queue.join();
      assertTrue(queue.isEmpty());
      assertEquals(put.get(), got.get() + dropped);
    }
  }
}
