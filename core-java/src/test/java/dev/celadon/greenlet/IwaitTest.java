package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class IwaitTest extends VirtualTimeTest {

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** Becomes ready by hand, and counts who waits. */
  private static final class Flag implements Waitable {
    private final Event event = new Event();
    private final String name;
    private int waiters;

    Flag(String name) {
      this.name = name;
    }

    void set() {
      event.set();
    }

    @Override
    public boolean isReady() {
      return event.isReady();
    }

    @Override
    public boolean register(Waiter waiter) {
      boolean added = event.register(waiter);
      waiters += added ? 1 : 0;
      return added;
    }

    @Override
    public void unregister(Waiter waiter) {
      waiters--;
      event.unregister(waiter);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void givesInTheOrderOfReadinessWhatCameWhileNobodyAsked() throws Exception {
    run(
        () -> {
          Flag a = new Flag("a");
          Flag b = new Flag("b");
          Flag c = new Flag("c");
          b.set();
          try (Iwait<Flag> ready = Greenlets.iwait(List.of(a, b, c))) {
            Iterator<Flag> order = ready.iterator();
            trail.step(order.next().toString());
            c.set();
            sleepSeconds(1);
            a.set();
            sleepSeconds(1);
            c.event.clear(); // it was ready: that counts
            trail.step(order.next().toString());
            trail.step(ready.iterator().next().toString()); // goes on where the last one was
            assertFalse(order.hasNext());
            assertThrows(NoSuchElementException.class, order::next);
          }
        });
    trail.is("b c a");
  }

  @Test
  void waitsForAllFromTheStartEvenIfFewAreWanted() throws Exception {
    run(
        () -> {
          Flag a = new Flag("a");
          Flag b = new Flag("b");
          Iwait<Flag> ready = Greenlets.iwait(List.of(a, b), 1, FOREVER);
          assertEquals(1, a.waiters);
          assertEquals(1, b.waiters);
          b.set();
          Iterator<Flag> one = ready.iterator();
          assertSame(b, one.next());
          assertEquals(0, a.waiters, "the end of the iteration leaves nothing");
          assertFalse(one.hasNext());
        });
  }

  @Test
  void withoutIterationItsCloseLeavesNothing() throws Exception {
    run(
        () -> {
          Flag a = new Flag("a");
          Iwait<Flag> closed = Greenlets.iwait(List.of(a, a));
          try (closed) {
            assertEquals(2, a.waiters);
          }
          assertFalse(closed.iterator().hasNext());
          assertEquals(0, a.waiters);
          assertEquals(List.of(), Greenlets.waitAll(List.of(a), 0));
          assertEquals(List.of(), Greenlets.waitAll(List.<Flag>of()));
          assertEquals(0, a.waiters);
          assertThrows(
              IllegalArgumentException.class, () -> Greenlets.iwait(List.of(a), -1, FOREVER));
        });
  }

  @Test
  void timeEndsItWithoutAWord() throws Exception {
    run(
        () -> {
          Flag slow = new Flag("slow");
          List<Waitable> all = List.of(slow, after(1, "one"), after(2, "two"), after(9, "nine"));
          trail.step(Greenlets.waitAll(all, Duration.ofSeconds(3)).toString());
          assertEquals(0, slow.waiters);
          trail.step(Greenlets.waitAll(all, Duration.ZERO).toString());
          try (Iwait<Waitable> ready = Greenlets.iwait(all, 4, Duration.ofSeconds(10))) {
            sleepSeconds(20);
            for (Waitable late : ready) {
              trail.step(late.toString()); // ready, so it is given although time is over
            }
          }
          assertEquals(0, slow.waiters);
        });
    trail.is("[one, two] [one, two] one two nine");
  }

  @Test
  void oneThatIsGivenTwiceCountsTwice() throws Exception {
    run(
        () -> {
          Greenlet<String> a = after(1, "a");
          Greenlet<String> b = after(2, "b");
          assertEquals(List.of(a, a), Greenlets.waitAll(List.of(a, b, a), 2));
          assertEquals(List.of(a, a, b), Greenlets.waitAll(List.of(a, b, a)));
        });
  }

  @Test
  void countIsReachedWithoutWaitingForTheRest() throws Exception {
    run(
        () -> {
          Flag never = new Flag("never");
          Event event = new Event();
          AsyncResult<String> result = new AsyncResult<>();
          Greenlets.spawn(
              () -> {
                sleepSeconds(1);
                result.set("x");
                event.set();
              });
          assertEquals(
              List.of(result, event),
              Greenlets.waitAll(List.<Waitable>of(event, never, result), 2));
          assertEquals(
              List.of(event),
              Greenlets.waitAll(List.<Waitable>of(never, event), 2, Duration.ofSeconds(1)));
          assertEquals(0, never.waiters);
        });
  }

  @Test
  void aRegistrationThatFailsLeavesNothing() throws Exception {
    run(
        () -> {
          Flag a = new Flag("a");
          Waitable broken =
              new Waitable() {
                @Override
                public boolean isReady() {
                  return false;
                }

                @Override
                public boolean register(Waiter waiter) {
                  throw new IllegalStateException("broken");
                }

                @Override
                public void unregister(Waiter waiter) {}
              };
          assertThrows(IllegalStateException.class, () -> Greenlets.iwait(List.of(a, broken)));
          assertEquals(0, a.waiters);
        });
  }

  @Test
  void aWaitForTheEndTakesNoFailure() throws Exception {
    run(
        () -> {
          Greenlet<String> failing = failingAfter(1, "boom");
          assertEquals(List.of(failing), Greenlets.waitAll(List.of(failing)));
          assertThrows(IllegalStateException.class, failing::result);
        });
    assertEquals(1, reports.size());
  }

  @Test
  void withoutObjectsItWaitsForTheHubToRunOutOfWork() throws Exception {
    run(
        () -> {
          Greenlet<String> work = after(5, "done");
          assertFalse(Greenlets.waitAll(Duration.ofSeconds(1)));
          assertTrue(Greenlets.waitAll(FOREVER));
          assertEquals("done", work.value());
        });
  }

  // --- Joining

  @Test
  void waitAllGivesGreenletsInTheOrderOfTheirEnds() throws Exception {
    run(
        () -> {
          Greenlet<String> a = after(2, "a");
          Greenlet<String> b = after(1, "b");
          assertEquals(List.of(b, a), Greenlets.waitAll(List.of(a, b)));
        });
  }

  @Test
  void theFirstFailureByTimeIsThrownAtOnceAndTheOthersGoOn() throws Exception {
    run(
        () -> {
          Greenlet<String> a = failingAfter(2, "a");
          Greenlet<String> b = failingAfter(1, "b");
          Greenlet<String> c = after(3, "c");
          IllegalStateException first =
              assertThrows(
                  IllegalStateException.class, () -> Greenlets.joinAllOrThrow(List.of(a, b, c)));
          assertSame(b.exception(), first);
          assertFalse(a.isReady());
          Greenlets.joinAll(a, b, c);
          assertEquals("c", c.result());
        });
    assertEquals(1, reports.size(), "b's was thrown, a's was nobody's: " + reports);
    assertTrue(reports.getFirst().startsWith("a spawned at"), reports.getFirst());
  }

  @Test
  void failuresOfTheSameMomentAreThrownOrReported() throws Exception {
    run(
        () -> {
          Greenlet<String> a = failingAfter(1, "a");
          Greenlet<String> b = failingAfter(1, "b");
          assertThrows(IllegalStateException.class, () -> Greenlets.joinAllOrThrow(List.of(a, b)));
          Greenlets.yieldNow();
        });
    assertEquals(1, reports.size());
    assertTrue(reports.getFirst().startsWith("b spawned at"), reports.getFirst());
  }

  @Test
  void aKillIsNoFailureAndTimeEndsTheWaitForAll() throws Exception {
    run(
        () -> {
          Greenlet<String> killed = after(5, "killed");
          Greenlet<String> slow = after(9, "slow");
          Greenlets.yieldNow();
          killed.killAsync();
          assertFalse(Greenlets.joinAllOrThrow(List.of(killed, slow), Duration.ofSeconds(1)));
          assertTrue(Greenlets.joinAllOrThrow(List.of(killed, slow), Duration.ofSeconds(10)));
          assertTrue(Greenlets.joinAllOrThrow(List.of(), Duration.ZERO));
          Greenlet<?>[] self = new Greenlet<?>[1];
          self[0] = Greenlets.spawn(() -> Greenlets.joinAllOrThrow(List.of(self[0])));
          assertThrows(IllegalStateException.class, self[0]::result);
        });
  }

  // --- Every order

  @Test
  void nothingIsLostOrDoubledInAnyOrder() {
    Simulation.explore(
        1_000,
        () -> {
          List<Greenlet<Integer>> all = new ArrayList<>();
          List<Integer> ends = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            int number = i;
            Greenlet<Integer> greenlet =
                Greenlets.spawn(
                    () -> {
                      if (number % 2 == 0) {
                        Greenlets.yieldNow();
                      } else {
                        Greenlets.sleep(Duration.ofMillis(number));
                      }
                      return number;
                    });
            all.add(greenlet);
          }
          Greenlet<List<Integer>> patient = Greenlets.spawn(() -> consume(all, FOREVER));
          Greenlet<List<Integer>> hasty = Greenlets.spawn(() -> consume(all, Duration.ofMillis(2)));
          Greenlet<List<Integer>> victim = Greenlets.spawn(() -> consume(all, FOREVER));
          Greenlets.spawn(() -> victim.killAsync());
          all.get(5).link(_ -> ends.add(5));
          Greenlets.spawn(() -> all.get(3).killAsync());
          List<Integer> consumed = patient.result();
          assertEquals(6, consumed.size());
          assertEquals(Set.of(0, 1, 2, 3, 4, 5), new HashSet<>(consumed));
          assertEquals(new HashSet<>(hasty.result()).size(), hasty.result().size());
          victim.join();
          Greenlets.yieldNow();
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  private static List<Integer> consume(List<Greenlet<Integer>> all, Duration timeout) {
    List<Integer> consumed = new ArrayList<>();
    try (Iwait<Greenlet<Integer>> ready = Greenlets.iwait(all, 6, timeout)) {
      for (Greenlet<Integer> ended : ready) {
        consumed.add(all.indexOf(ended));
        Greenlets.yieldNow(); // elsewhere
      }
    }
    return consumed;
  }

  @Test
  void everyFailureIsThrownOnceOrReportedOnceInAnyOrder() throws Exception {
    Set<String> thrownFirst = new HashSet<>();
    for (long seed = 0; seed < 1_000; seed++) {
      List<String> told = new ArrayList<>();
      HubOptions options =
          Simulation.options(seed)
              .withErrorHandler((_, failure) -> told.add(String.valueOf(failure.getMessage())));
      Hub.run(
          options,
          () -> {
            List<Greenlet<?>> all =
                List.of(failingAfter(1, "a"), failingAfter(1, "b"), failingAfter(2, "c"));
            Greenlet<?> joiner = Greenlets.spawn(() -> Greenlets.joinAllOrThrow(all));
            Greenlet<?> killed = Greenlets.spawn(() -> Greenlets.joinAllOrThrow(all));
            Greenlets.spawn(
                () -> {
                  Greenlets.sleep(Duration.ofSeconds(1));
                  killed.killAsync(); // when some have failed, perhaps
                });
            IllegalStateException thrown =
                assertThrows(IllegalStateException.class, joiner::result);
            told.add(String.valueOf(thrown.getMessage()));
            thrownFirst.add(told.getLast());
            killed.join();
            sleepSeconds(2);
          });
      assertTrue(new HashSet<>(told).equals(Set.of("a", "b", "c")), seed + ": " + told);
    }
    assertEquals(Set.of("a", "b"), thrownFirst);
  }

  @Test
  void endsOnOtherHubsAndOnAPlainThreadAreNotLost() throws TimeoutException {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      for (int round = 0; round < 200; round++) {
        List<Greenlet<?>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          all.add(Greenlet.spawn(i % 2 == 0 ? one : two, Greenlets::yieldNow));
        }
        assertEquals(8, Greenlets.waitAll(all).size());
        Greenlet<Integer> elsewhere = Greenlet.spawn(one, () -> Greenlets.waitAll(all, 5).size());
        assertEquals(5, elsewhere.result());
      }
    }
  }
}
