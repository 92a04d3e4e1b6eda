package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EventTest {

  private final Trail trail = new Trail();

  @Test
  void setThenClearWakesEverybodyWhoWaited() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          List<Greenlet<Boolean>> waiters = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            waiters.add(Greenlets.spawn(() -> event.waitUntilSet(Duration.ofDays(1))));
          }
          Greenlets.yieldNow();
          assertEquals(100, event.waiting());
          event.set();
          event.clear();
          assertFalse(event.isSet());
          for (Greenlet<Boolean> waiter : waiters) {
            assertTrue(waiter.result());
          }
          assertFalse(event.waitUntilSet(Duration.ofSeconds(1)));
          assertEquals(0, event.waiting(), "no link is left");
          event.set();
          event.waitUntilSet();
        });
  }

  @Test
  void setKeepsTheTurnAndWakesInOrder() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          spawnWaiters(event);
          event.set();
          trail.step("setter");
          Greenlets.yieldNow();
        });
    trail.is("setter 0 1 2");
  }

  private void spawnWaiters(Event event) {
    for (int i = 0; i < 3; i++) {
      int number = i;
      Greenlets.spawn(
          () -> {
            event.waitUntilSet();
            trail.step("" + number);
          });
    }
    Greenlets.yieldNow();
  }

  @Test
  void whoWaitsAgainAtOnceStandsBehindTheOthersOfTheSameSet() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          Greenlet<?> again =
              Greenlets.spawn(
                  () -> {
                    event.waitUntilSet();
                    trail.step("again");
                    event.waitUntilSet();
                    trail.step("again");
                    event.waitUntilSet();
                    trail.step("alone");
                  });
          spawnWaiters(event);
          event.set();
          again.join();
        });
    trail.is("again 0 1 2 again alone");
  }

  @Test
  void aSetFlagCostsNoTurnWhenEverybodyHasGoneOn() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          spawnWaiters(event);
          event.set();
          Greenlets.yieldNow();
          Greenlets.spawn(() -> trail.step("other"));
          event.waitUntilSet();
          trail.step("main");
        });
    trail.is("0 1 2 main other");
  }

  @Test
  void aLookCostsNoTurn() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          spawnWaiters(event);
          event.set();
          assertTrue(event.waitUntilSet(Duration.ZERO));
          trail.step("main");
          Greenlets.yieldNow();
        });
    trail.is("main 0 1 2");
  }

  @Test
  void aKilledWaiterHoldsNobodyUp() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          Greenlet<?> victim = Greenlets.spawn(() -> event.waitUntilSet());
          Greenlets.yieldNow();
          victim.kill();
          assertEquals(0, event.waiting());
          event.set();
          Greenlets.spawn(() -> trail.step("other"));
          event.waitUntilSet();
          trail.step("main");
        });
    trail.is("main other");
  }

  @Test
  void aCallbackMayWaitForAFlagThatIsOn() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          spawnWaiters(event);
          Hub.current()
              .runCallback(
                  () -> {
                    assertThrows(BlockingSwitchOut.class, event::waitUntilSet);
                    event.set();
                    event.waitUntilSet();
                    trail.step("callback");
                  });
          Greenlets.sleep(Duration.ofSeconds(1));
        });
    trail.is("callback 0 1 2");
  }

  @Test
  void aLinkIsCalledOnceInLineWithThoseWhoWait() throws Exception {
    inVirtualTime(
        () -> {
          Event event = new Event();
          Runnable gone = () -> trail.step("never");
          event.link(() -> trail.step("link"));
          event.link(gone);
          spawnWaiters(event);
          event.link(() -> trail.step("second"));
          assertEquals(6, event.waiting());
          event.unlink(gone);
          event.unlink(() -> {});
          assertEquals(5, event.waiting());
          event.set();
          event.clear();
          trail.step("setter");
          Greenlets.yieldNow();
          event.set();
          event.link(() -> trail.step("late"));
          trail.step("main");
          Greenlets.yieldNow();
        });
    trail.is("setter link 0 1 2 second main late");
  }

  @Test
  void aLinkOfAPlainThreadIsCalledWithoutAHub() throws Exception {
    Event event = new Event();
    java.util.concurrent.CountDownLatch called = new java.util.concurrent.CountDownLatch(1);
    Thread.ofPlatform().start(() -> event.link(called::countDown)).join();
    event.set();
    called.await();
  }

  @Test
  void everySetReachesEverybodyInEveryOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final Event event = new Event();

              @Override
              public void work(Random random) {
                if (random.nextInt(3) == 0) {
                  event.set();
                  if (random.nextBoolean()) {
                    event.clear();
                  }
                } else if (event.waitUntilSet(Chaos.nanos(random, 30))) {
                  event.waitUntilSet(Chaos.nanos(random, 5));
                }
              }

              @Override
              public void check() {
                assertEquals(0, event.waiting());
                event.set();
                assertTrue(Greenlets.spawn(() -> event.waitUntilSet(Duration.ofDays(1))).result());
              }
            });
  }

  @Test
  void threadsAndGreenletsPassThroughTogether() throws Exception {
    Event[] steps = new Event[300];
    AtomicInteger[] arrived = new AtomicInteger[steps.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = new Event();
      arrived[i] = new AtomicInteger();
    }
    Chaos.everywhere(
        () -> {
          for (int i = 0; i < steps.length; i++) {
            if (arrived[i].incrementAndGet() == 9) {
              steps[i].set();
            } else {
              steps[i].waitUntilSet();
            }
          }
        });
    for (Event step : steps) {
      assertEquals(0, step.waiting());
    }
  }
}
