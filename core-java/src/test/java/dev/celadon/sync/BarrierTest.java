package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.SwitchPointError;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BarrierTest {

  private final Trail trail = new Trail();

  private Greenlet<?> party(Barrier barrier, String name) {
    return Greenlets.spawn(() -> trail.step(name + barrier.waitForAll()));
  }

  private Greenlet<?> brokenParty(Barrier barrier, String name) {
    return Greenlets.spawn(
        () -> {
          assertThrows(BrokenBarrierException.class, barrier::waitForAll);
          trail.step(name + "!");
        });
  }

  @Test
  void theLastPartyRunsTheActionAndLetsTheOthersGoOnInOrder() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier = new Barrier(3, () -> trail.step("action"));
          for (int round = 0; round < 2; round++) {
            party(barrier, "a");
            party(barrier, "b");
            Greenlets.yieldNow();
            assertEquals(2, barrier.waiting());
            assertEquals("Barrier[2 of 3 came]", barrier.toString());
            assertEquals(0, barrier.waitForAll(Duration.ZERO));
            trail.step("main");
            Greenlets.yieldNow();
          }
        });
    trail.is("action main a2 b1 action main a2 b1");
  }

  @Test
  void onePartyNeverWaits() throws Exception {
    Barrier barrier = new Barrier(1, () -> trail.step("action"));
    assertEquals(0, barrier.waitForAll());
    assertEquals(0, barrier.waitForAll(Duration.ZERO));
    trail.is("action action");
    assertEquals(1, barrier.parties());
    assertThrows(IllegalArgumentException.class, () -> new Barrier(0));
  }

  @Test
  void aKilledPartyBreaksTheBarrierUntilItIsReset() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier = new Barrier(3);
          Greenlet<?> other = brokenParty(barrier, "other");
          Greenlet<?> victim = party(barrier, "never");
          Greenlets.yieldNow();
          victim.kill();
          other.result();
          assertTrue(victim.isCancelled());
          assertTrue(barrier.isBroken());
          BrokenBarrierException late =
              assertThrows(BrokenBarrierException.class, barrier::waitForAll);
          assertEquals(
              "a party of Barrier[broken] left before all had come: reset() begins a new round",
              late.getMessage());
          barrier.reset();
          assertFalse(barrier.isBroken());
          party(barrier, "a");
          party(barrier, "b");
          Greenlets.yieldNow();
          barrier.waitForAll();
          Greenlets.yieldNow();
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
    trail.is("other! a2 b1");
  }

  @Test
  void whoseTimeIsOverBreaksTheBarrier() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier = new Barrier(3);
          Greenlet<?> other = brokenParty(barrier, "other");
          Greenlets.yieldNow();
          assertThrows(TimeoutException.class, () -> barrier.waitForAll(Duration.ofSeconds(1)));
          other.result();
          barrier.reset();
          assertThrows(TimeoutException.class, () -> barrier.waitForAll(Duration.ZERO));
          assertTrue(barrier.isBroken());
          barrier.reset();
          Timeout foreign = Timeout.start(Duration.ofSeconds(1));
          TimeoutExpired expired = assertThrows(TimeoutExpired.class, barrier::waitForAll);
          assertSame(foreign, expired.timeout());
          assertTrue(barrier.isBroken());
        });
  }

  @Test
  void anInterruptedPartyBreaksTheBarrier() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier = new Barrier(2);
          Greenlet<?> party =
              Greenlets.spawn(
                  () -> {
                    assertThrows(InterruptedWaitException.class, barrier::waitForAll);
                    assertTrue(Thread.interrupted());
                  });
          Greenlets.yieldNow();
          party.thread().interrupt();
          party.result();
          assertTrue(barrier.isBroken());
        });
  }

  @Test
  void aFailedActionBreaksTheBarrier() throws Exception {
    inVirtualTime(
        () -> {
          IllegalStateException failure = new IllegalStateException("no");
          Barrier barrier =
              new Barrier(
                  2,
                  () -> {
                    throw failure;
                  });
          Greenlet<?> other = brokenParty(barrier, "other");
          Greenlets.yieldNow();
          assertSame(failure, assertThrows(IllegalStateException.class, barrier::waitForAll));
          other.result();
          assertTrue(barrier.isBroken());
        });
  }

  @Test
  void whoComesDuringTheActionBelongsToTheNextRound() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier =
              new Barrier(
                  2,
                  () -> {
                    trail.step("begin");
                    Greenlets.sleep(Duration.ofSeconds(1));
                    trail.step("end");
                  });
          party(barrier, "a");
          party(barrier, "b");
          Greenlet<?> next = party(barrier, "c");
          Greenlets.yieldNow();
          assertEquals(1, barrier.waiting());
          Greenlets.sleep(Duration.ofSeconds(2));
          trail.step("|");
          party(barrier, "d");
          next.join();
        });
    trail.is("begin end b0 a1 | begin end d0 c1");
  }

  @Test
  void whoseTimeEndsDuringTheActionHasPassed() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier =
              new Barrier(
                  2,
                  () -> {
                    Greenlets.sleep(Duration.ofSeconds(5));
                    trail.step("end");
                  });
          Greenlet<?> party =
              Greenlets.spawn(() -> trail.step("a" + barrier.waitForAll(Duration.ofSeconds(3))));
          Greenlets.yieldNow();
          trail.step("main" + barrier.waitForAll());
          party.result();
          assertFalse(barrier.isBroken());
        });
    trail.is("end main0 a1");
  }

  @Test
  void aResetSendsTheWaitersAway() throws Exception {
    inVirtualTime(
        () -> {
          Barrier barrier = new Barrier(2);
          Greenlet<?> party = brokenParty(barrier, "a");
          Greenlets.yieldNow();
          barrier.reset();
          party.result();
          assertFalse(barrier.isBroken());
          assertEquals(0, barrier.waiting());
        });
    trail.is("a!");
  }

  @Test
  void roundsAreCompleteOrBrokenInEveryOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              int rounds;
              int passed;
              int left;
              int resets;
              final Barrier barrier = new Barrier(3, () -> this.rounds++);

              @Override
              public void work(Random random) {
                try {
                  int _ = barrier.waitForAll(Chaos.nanos(random, 30));
                  passed++;
                } catch (BrokenBarrierException | TimeoutException e) {
                  assertTrue(barrier.isBroken() || resets > 0);
                  if (barrier.isBroken() && random.nextBoolean()) {
                    barrier.reset();
                    resets++;
                  }
                } catch (SwitchPointError e) {
                  left++;
                  throw e;
                }
              }

              @Override
              public void check() {
                assertTrue(passed <= 3 * rounds);
                assertTrue(passed + left >= 3 * rounds);
              }
            });
  }

  @Test
  void threadsAndGreenletsMeet() throws Exception {
    int[] rounds = new int[1];
    Barrier barrier = new Barrier(9, () -> rounds[0]++);
    Chaos.everywhere(
        () -> {
          for (int i = 0; i < 200; i++) {
            int _ = barrier.waitForAll();
            assertTrue(rounds[0] > i);
          }
        });
    assertEquals(200, rounds[0]);
  }
}
