package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BlockingFaceTest {

  @Test
  void anExecutorOfTheJdkWorksOnAQueue() throws Exception {
    Queue<Runnable> queue = new Queue<>(1_000);
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(2, 2, 0, TimeUnit.SECONDS, queue.asBlockingQueue());
    AtomicInteger sum = new AtomicInteger();
    List<Future<?>> all = new ArrayList<>();
    for (int i = 1; i <= 500; i++) {
      int number = i;
      all.add(executor.submit(() -> sum.addAndGet(number)));
    }
    for (Future<?> one : all) {
      one.get();
    }
    assertEquals(500 * 501 / 2, sum.get());
    executor.shutdown(); // interrupts the idle workers
    assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
    assertEquals(0, queue.waitingGetters());
  }

  @Test
  void anExecutorsBoundAndItsImmediateEndWork() throws Exception {
    Queue<Runnable> queue = new Queue<>(2);
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, queue.asBlockingQueue());
    CountDownLatch never = new CountDownLatch(1);
    executor.execute(
        () -> {
          try {
            never.await();
          } catch (InterruptedException _) {
            // the end
          }
        });
    Runnable waiting = () -> {};
    Runnable removed = () -> {};
    executor.execute(waiting);
    executor.execute(removed);
    assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
    assertTrue(executor.remove(removed));
    assertEquals(List.of(waiting), executor.shutdownNow());
    assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
  }

  @Test
  void aChannelHandsTasksToIdleWorkersOnly() throws Exception {
    Channel<Runnable> channel = new Channel<>();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(0, 3, 1, TimeUnit.MINUTES, channel.asBlockingQueue());
    CountDownLatch started = new CountDownLatch(3);
    CountDownLatch go = new CountDownLatch(1);
    for (int i = 0; i < 3; i++) {
      executor.execute(
          () -> {
            started.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
    }
    started.await();
    assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
    go.countDown();
    executor.shutdown();
    assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES));
  }

  @Test
  void greenletsAndJdkCallersStandInOneLine() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          Queue<String> queue = new Queue<>(1);
          BlockingQueue<String> face = queue.asBlockingQueue();
          Greenlet<String> first = Greenlets.spawn(() -> face.take());
          Greenlet<String> second = Greenlets.spawn(() -> queue.get());
          Greenlet<String> third = Greenlets.spawn(() -> face.poll(1, TimeUnit.DAYS));
          Greenlets.yieldNow();
          face.put("a");
          queue.put("b");
          assertTrue(face.offer("c", 1, TimeUnit.SECONDS));
          assertEquals("a", first.result());
          assertEquals("b", second.result());
          assertEquals("c", third.result());
          assertTrue(face.offer("d"));
          assertFalse(face.offer("e"));
          assertFalse(face.offer("e", 1, TimeUnit.SECONDS));
          assertFalse(face.offer("e", -1, TimeUnit.SECONDS));
          assertEquals("d", face.peek());
          assertEquals("d", face.poll());
          assertNull(face.poll(1, TimeUnit.SECONDS));
          assertNull(face.peek());
        });
  }

  @Test
  void anInterruptIsCheckedAndClearsTheStatus() throws Exception {
    BlockingQueue<String> face = new Queue<>(List.of("a")).asBlockingQueue();
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, face::take);
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals("a", face.take());
    List<Object> seen = new ArrayList<>();
    Thread taker =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    seen.add(face.take());
                  } catch (InterruptedException e) {
                    seen.add(Thread.currentThread().isInterrupted());
                  }
                });
    taker.interrupt(); // before or in the wait
    taker.join();
    assertEquals(List.of(false), seen);
    assertTrue(face.offer("b"));
    assertEquals("b", face.poll(), "nothing is left of the wait");
  }

  @Test
  void whatIsLookedThroughMayBeTakenOut() throws Exception {
    Queue<String> queue = new Queue<>(4);
    BlockingQueue<String> face = queue.asBlockingQueue();
    assertTrue(face.addAll(List.of("a", "b", "c", "b")));
    assertEquals(0, face.remainingCapacity());
    assertThrows(IllegalStateException.class, () -> face.add("full"));
    assertTrue(face.contains("b"));
    assertFalse(face.contains("x"));
    assertFalse(face.contains(null));
    assertTrue(face.remove("b"));
    assertFalse(face.remove("x"));
    assertEquals("[a, c, b]", face.toString());
    Iterator<String> all = face.iterator();
    assertThrows(IllegalStateException.class, all::remove);
    assertEquals("a", all.next());
    assertEquals("a", queue.get());
    all.remove(); // gone already: nothing to do
    assertEquals("c", all.next());
    all.remove();
    queue.put("d");
    assertEquals("b", all.next());
    assertFalse(all.hasNext(), "d came later");
    assertTrue(face.removeIf("d"::equals));
    assertEquals(List.of("b"), List.copyOf(face));
    assertEquals(3, face.remainingCapacity());
    face.clear();
    assertEquals(Integer.MAX_VALUE, new Queue<>().asBlockingQueue().remainingCapacity());
    assertEquals(0, new Channel<>().asBlockingQueue().remainingCapacity());
  }

  @Test
  void takingOutFromTheMiddleLetsAWaitingProducerIn() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          for (Queue<String> queue :
              List.of(new Queue<String>(2), PriorityQueue.<String>natural(2))) {
            queue.put("a");
            queue.put("b");
            Greenlet<?> producer = Greenlets.spawn(() -> queue.put("c"));
            Greenlets.yieldNow();
            assertTrue(queue.asBlockingQueue().remove("b"));
            assertEquals(List.of("a", "c"), List.copyOf(queue.asBlockingQueue()));
            producer.join();
          }
        });
  }

  @Test
  void drainsIntoACollection() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          Queue<Integer> queue = new Queue<>(2);
          BlockingQueue<Integer> face = queue.asBlockingQueue();
          for (int i = 0; i < 5; i++) {
            int item = i;
            Greenlets.spawn(() -> queue.put(item));
          }
          Greenlets.yieldNow();
          List<Integer> drained = new ArrayList<>();
          assertEquals(1, face.drainTo(drained, 1));
          assertEquals(0, face.drainTo(drained, 0));
          assertEquals(4, face.drainTo(drained), "with those who waited to put");
          assertEquals(List.of(0, 1, 2, 3, 4), drained);
          assertThrows(IllegalArgumentException.class, () -> face.drainTo(face));
        });
  }

  @Test
  void afterTheEndWaitingCallsThrowAndTheOthersSayNo() {
    Queue<String> queue = new Queue<>(List.of("a"));
    BlockingQueue<String> face = queue.asBlockingQueue();
    queue.shutdown();
    assertFalse(face.offer("b"));
    assertEquals("a", face.poll());
    assertNull(face.poll());
    assertNull(face.peek());
    assertThrows(QueueShutDown.class, face::take);
    assertThrows(QueueShutDown.class, () -> face.put("b"));
    assertThrows(QueueShutDown.class, () -> face.poll(1, TimeUnit.DAYS));
    assertThrows(QueueShutDown.class, () -> face.offer("b", 1, TimeUnit.DAYS));
  }
}
