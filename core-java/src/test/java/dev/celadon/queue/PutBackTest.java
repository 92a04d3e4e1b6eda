package dev.celadon.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What several takers give back stands in its own order, whoever of them comes first. */
class PutBackTest {

  /** A party that may give back what it got. */
  private static Waiter taker() {
    return new Waiter(() -> {});
  }

  private static Waiter waitingAt(Queue<Integer> queue) {
    Waiter taker = taker();
    assertNull(queue.registerGet(taker));
    return taker;
  }

  private static void giveBack(Queue<Integer> queue, Waiter taker) {
    queue.putBack((Integer) Objects.requireNonNull(taker.value()), taker);
  }

  private static List<Integer> drain(Queue<Integer> queue) {
    List<Integer> all = new ArrayList<>();
    for (Integer item = queue.tryGet(); item != null; item = queue.tryGet()) {
      all.add(item);
    }
    return all;
  }

  @Test
  void grantedItemsReturnInTheirOwnOrder() {
    for (boolean firstComesFirst : List.of(true, false)) {
      Queue<Integer> queue = new Queue<>();
      Waiter a = waitingAt(queue);
      Waiter b = waitingAt(queue);
      for (int item = 1; item <= 3; item++) {
        queue.put(item);
      }
      giveBack(queue, firstComesFirst ? a : b);
      giveBack(queue, firstComesFirst ? b : a);
      assertEquals(3, queue.size());
      assertEquals(1, queue.peek());
      assertEquals(List.of(1, 2, 3), List.copyOf(queue.asBlockingQueue()));
      assertEquals(List.of(1, 2, 3), drain(queue));
    }
  }

  @Test
  void takenItemsReturnInTheirOwnOrder() {
    Queue<Integer> queue = new Queue<>(List.of(1, 2, 3, 4));
    Waiter a = taker();
    Waiter b = taker();
    assertEquals(1, queue.registerGet(a));
    assertEquals(2, queue.registerGet(b));
    assertEquals(3, queue.get());
    queue.putBack(1, a);
    queue.putBack(2, b);
    assertEquals(List.of(1, 2, 4), drain(queue));
  }

  @Test
  void anItemKeepsItsTurnWhoeverHasItMeanwhile() {
    Queue<Integer> queue = new Queue<>();
    Waiter a = waitingAt(queue);
    Waiter b = waitingAt(queue);
    Waiter c = waitingAt(queue);
    queue.put(1);
    queue.put(2);
    giveBack(queue, a); // to c
    giveBack(queue, b);
    Waiter d = taker();
    assertEquals(2, queue.registerGet(d));
    queue.putBack(2, d);
    giveBack(queue, c);
    assertEquals(List.of(1, 2), drain(queue));
  }

  @Test
  void whatIsPutBackWithoutATakerGoesBeforeAll() {
    Queue<Integer> queue = new Queue<>();
    Waiter a = waitingAt(queue);
    queue.put(2);
    queue.putBack(1);
    giveBack(queue, a);
    queue.putBack(0);
    assertEquals(List.of(0, 1, 2), drain(queue));
  }

  @Test
  void aTakerThatCarriesSomethingKeepsIt() {
    Queue<Integer> queue = new Queue<>();
    Waiter taker = taker();
    taker.carry("mine");
    assertNull(queue.registerGet(taker));
    queue.put(1);
    queue.put(2);
    assertEquals("mine", taker.payload());
    giveBack(queue, taker);
    assertEquals(List.of(1, 2), drain(queue));
  }

  @Test
  void oneTakerThatGivesTwoItemsBackLosesNone() {
    Queue<Integer> queue = new Queue<>();
    Waiter taker = waitingAt(queue);
    queue.put(1);
    queue.putBack(1, taker);
    queue.putBack(7, taker);
    assertEquals(List.of(7, 1), drain(queue));
    assertEquals(0, queue.size());
  }

  @Test
  void whatReturnedCanBeTakenOutAndIsDroppedAtTheEnd() {
    Queue<Integer> queue = new Queue<>();
    List<Waiter> takers = List.of(waitingAt(queue), waitingAt(queue), waitingAt(queue));
    for (int item = 1; item <= 3; item++) {
      queue.put(item);
    }
    for (Waiter taker : takers) {
      giveBack(queue, taker);
    }
    assertTrue(queue.asBlockingQueue().remove(2));
    queue.shutdown();
    assertEquals(List.of(1, 3), queue.shutdownNow());
    assertTrue(queue.isEmpty());
  }

  @Test
  void theLastOfAStackIsTheFirstAgain() {
    for (boolean lastComesFirst : List.of(true, false)) {
      LifoQueue<Integer> stack = new LifoQueue<>();
      Waiter a = waitingAt(stack);
      Waiter b = waitingAt(stack);
      stack.put(1);
      stack.put(2);
      giveBack(stack, lastComesFirst ? b : a);
      giveBack(stack, lastComesFirst ? a : b);
      assertEquals(List.of(2, 1), drain(stack));
    }
    LifoQueue<Integer> kept = new LifoQueue<>(List.of(1, 2, 3));
    Waiter a = taker();
    Waiter b = taker();
    assertEquals(3, kept.registerGet(a));
    assertEquals(2, kept.registerGet(b));
    kept.putBack(3, a);
    kept.putBack(2, b);
    assertEquals(List.of(3, 2, 1), drain(kept));
  }

  @Test
  void theLeastItemsReturnInTheirOrderBeforeTheOthers() {
    PriorityQueue<Integer> queue = PriorityQueue.natural();
    for (int item : List.of(5, 3, 8)) {
      queue.put(item);
    }
    Waiter a = taker();
    Waiter b = taker();
    assertEquals(3, queue.registerGet(a));
    assertEquals(5, queue.registerGet(b));
    queue.put(1);
    queue.putBack(3, a);
    queue.putBack(5, b);
    assertEquals(List.of(3, 5, 1, 8), drain(queue));
  }

  @Test
  void aChannelGivesOutInOrderWhatCameBack() {
    Channel<Integer> channel = new Channel<>();
    Waiter a = taker();
    Waiter b = taker();
    Waiter c = taker();
    assertNull(channel.registerGet(a));
    assertNull(channel.registerGet(b));
    assertTrue(channel.tryPut(1));
    assertTrue(channel.tryPut(2));
    assertEquals(false, channel.registerPut(3, taker()));
    assertEquals(3, channel.registerGet(c));
    channel.putBack(1, a);
    channel.putBack(3, c);
    channel.putBack(2, b);
    assertEquals(1, channel.tryGet());
    assertEquals(2, channel.tryGet());
    assertEquals(3, channel.tryGet());
    assertNull(channel.tryGet());
  }

  /** Whatever is handed out, and comes back in any order: the queue goes on from there. */
  @Test
  void nothingIsLostAndNothingChangesPlaces() {
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      Queue<Integer> queue = new Queue<>();
      List<Waiter> waiting = new ArrayList<>();
      IdentityHashMap<Waiter, Integer> atOnce = new IdentityHashMap<>();
      int put = 0;
      int next = 0;
      for (int round = 0; round < 10; round++) {
        int takers = random.nextInt(6);
        List<Waiter> got = new ArrayList<>();
        for (int i = 0; i < takers; i++) {
          Waiter taker = taker();
          Integer now = queue.registerGet(taker);
          if (now == null) {
            waiting.add(taker);
          } else {
            atOnce.put(taker, now);
            got.add(taker);
          }
        }
        for (int i = random.nextInt(6); i > 0; i--) {
          queue.put(put++);
        }
        for (Waiter each : List.copyOf(waiting)) {
          if (each.isGranted()) {
            got.add(each);
            waiting.remove(each);
          }
        }
        Collections.shuffle(got, random);
        for (Waiter each : got) {
          Integer item = atOnce.get(each);
          queue.putBack(item == null ? (Integer) Objects.requireNonNull(each.value()) : item, each);
        }
        for (int i = random.nextInt(3); i > 0 && waiting.isEmpty(); i--) {
          Integer item = queue.tryGet();
          if (item != null) {
            assertEquals(next++, item, "seed " + seed);
          }
        }
      }
      for (Waiter each : waiting) {
        if (each.isGranted()) {
          giveBack(queue, each);
        } else {
          assertTrue(each.cancel());
          queue.unregister(each);
        }
      }
      for (Integer item : drain(queue)) {
        assertEquals(next++, item, "seed " + seed);
      }
      assertEquals(put, next, "seed " + seed);
    }
  }
}
