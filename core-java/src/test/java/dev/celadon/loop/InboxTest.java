package dev.celadon.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InboxTest {

  @Test
  void drainsInTheOrderOfOffers() {
    Inbox inbox = new Inbox();
    List<Integer> seen = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      assertTrue(inbox.offer(() -> seen.add(number)));
    }
    inbox.drainTo(Runnable::run);
    assertEquals(List.of(0, 1, 2, 3, 4), seen);
    assertTrue(inbox.isEmpty());
  }

  @Test
  void closedInboxRefusesAndHandsOutTheRest() {
    Inbox inbox = new Inbox();
    AtomicInteger ran = new AtomicInteger();
    inbox.offer(ran::incrementAndGet);
    inbox.close(Runnable::run);
    assertEquals(1, ran.get());
    assertFalse(inbox.offer(ran::incrementAndGet));
    inbox.drainTo(Runnable::run);
    inbox.close(Runnable::run);
    assertEquals(1, ran.get());
    assertTrue(inbox.isEmpty());
  }

  @Test
  void keepsEveryProducersOrderAndLosesNothing() throws InterruptedException {
    int producers = 4;
    int each = 20_000;
    Inbox inbox = new Inbox();
    int[] next = new int[producers];
    AtomicInteger refused = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      int producer = p;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      int number = i;
                      if (!inbox.offer(() -> assertEquals(number, next[producer]++))) {
                        refused.incrementAndGet();
                      }
                    }
                  }));
    }
    while (threads.stream().anyMatch(Thread::isAlive)) {
      inbox.drainTo(Runnable::run);
    }
    inbox.close(Runnable::run);
    for (int count : next) {
      assertEquals(each, count);
    }
    assertEquals(0, refused.get());
  }
}
