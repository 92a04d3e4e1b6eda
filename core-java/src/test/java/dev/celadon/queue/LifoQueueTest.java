package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifoQueueTest {

  @Test
  void theLastIsTheFirst() {
    LifoQueue<Integer> queue = new LifoQueue<>(3, List.of(1, 2));
    queue.put(3);
    assertTrue(queue.isFull());
    assertEquals("LifoQueue[3 of 3]", queue.toString());
    assertEquals(3, queue.peek());
    assertEquals(3, queue.get());
    assertEquals(2, queue.get());
    queue.putBack(2);
    assertEquals(2, queue.get());
    assertEquals(1, queue.get());
    for (int i = 0; i < 3; i++) {
      queue.taskDone();
    }
    assertTrue(queue.join(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> new LifoQueue<>(0));
  }

  @Test
  void aWaitingProducersItemIsTheLastWhenItsPlaceBecomesFree() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          LifoQueue<String> queue = new LifoQueue<>(2, List.of("a", "b"));
          Greenlets.spawn(() -> queue.put("c"));
          Greenlets.spawn(() -> queue.put("d"));
          Greenlets.yieldNow();
          assertEquals("b", queue.get());
          assertEquals("c", queue.get());
          assertEquals("d", queue.get());
          assertEquals("a", queue.get());
        });
  }

  @Test
  void theEndLeavesTheRestInOrder() {
    LifoQueue<Integer> queue = new LifoQueue<>(List.of(1, 2, 3));
    queue.shutdown();
    assertEquals(3, queue.get());
    assertEquals(List.of(2, 1), queue.shutdownNow());
  }
}
