package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CountDownLatchTest {

  @Test
  void atZeroEverybodyGoesOnInOrder() throws Exception {
    Trail trail = new Trail();
    inVirtualTime(
        () -> {
          CountDownLatch latch = new CountDownLatch(2);
          for (String name : new String[] {"a", "b"}) {
            Greenlets.spawn(
                () -> {
                  latch.waitUntilZero();
                  trail.step(name);
                });
          }
          Greenlets.yieldNow();
          latch.countDown();
          assertFalse(latch.waitUntilZero(Duration.ofSeconds(1)));
          latch.countDown();
          trail.step("counted");
          latch.waitUntilZero();
          trail.step("main");
          latch.countDown();
          assertEquals(0, latch.count());
          assertEquals("CountDownLatch[count=0]", latch.toString());
          Greenlets.yieldNow();
        });
    trail.is("counted main a b");
    assertThrows(IllegalArgumentException.class, () -> new CountDownLatch(-1));
  }

  @Test
  void waitersOfOthersAreGrantedAtZero() {
    CountDownLatch latch = new CountDownLatch(1);
    Waiter waiter = new Waiter(() -> {});
    assertTrue(latch.register(waiter));
    assertFalse(latch.isReady());
    latch.countDown();
    assertTrue(waiter.isGranted());
    assertTrue(latch.isReady());
    assertFalse(latch.register(new Waiter(() -> {})));
  }

  @Test
  void nobodyIsLeftBehindInAnyOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final CountDownLatch latch = new CountDownLatch(6);
              int down;

              @Override
              public void work(Random random) {
                if (random.nextBoolean()) {
                  latch.countDown();
                  down++;
                } else {
                  boolean zero = latch.waitUntilZero(Chaos.nanos(random, 30));
                  assertTrue(!zero || down >= 6);
                }
              }

              @Override
              public void check() {
                assertEquals(Math.max(0, 6 - down), latch.count());
              }
            });
  }

  @Test
  void threadsAndGreenletsCountTogether() throws Exception {
    CountDownLatch latch = new CountDownLatch(9_000);
    Chaos.everywhere(
        () -> {
          for (int i = 0; i < 1_000; i++) {
            latch.countDown();
          }
          latch.waitUntilZero();
        });
    assertEquals(0, latch.count());
  }
}
