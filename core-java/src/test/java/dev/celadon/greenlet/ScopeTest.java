package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** Greenlets that end with a block, with their spawner, or before their first turn. */
class ScopeTest extends VirtualTimeTest {

  // --- joinAfter

  @Test
  void aBodyThatReturnsIsFollowedByAJoin() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = after(5, "done");
          assertEquals("body", greenlet.joinAfter(() -> "body"));
          assertEquals("done", greenlet.value());
          assertEquals("body", failingAfter(1, "unseen").joinAfter(() -> "body"));
        });
    assertEquals(1, reports.size(), "a join takes no failure");
  }

  @Test
  void aBodyThatThrowsKillsWithWhatItThrewAndThatWins() throws Exception {
    run(
        () -> {
          IllegalStateException failure = new IllegalStateException("body");
          Callable<String> failing =
              () -> {
                Greenlets.yieldNow();
                throw failure;
              };
          Greenlet<String> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } finally {
                      sleepSeconds(1);
                      trail.step("cleaned");
                    }
                    return "never";
                  });
          assertSame(
              failure,
              assertThrows(IllegalStateException.class, () -> greenlet.joinAfter(failing)));
          trail.step("out");
          assertSame(failure, greenlet.exception());
          assertArrayEquals(new Throwable[0], failure.getSuppressed());
        });
    trail.is("cleaned out");
    assertEquals(List.of(), reports, "the caller has it");
  }

  @Test
  void aBugInTheCleanUpIsSuppressedByTheBodysFailure() throws Exception {
    run(
        () -> {
          IllegalStateException failure = new IllegalStateException("body");
          Callable<String> failing =
              () -> {
                Greenlets.yieldNow();
                throw failure;
              };
          Greenlet<String> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } catch (IllegalStateException e) {
                      throw new IllegalArgumentException("bug", e);
                    }
                    return "never";
                  });
          assertThrows(IllegalStateException.class, () -> greenlet.joinAfter(failing));
          assertSame(greenlet.exception(), failure.getSuppressed()[0]);
        });
    assertEquals(List.of(), reports);
  }

  @Test
  void aJoinThatIsCutShortKills() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = after(50, "slow");
          assertThrows(
              TimeoutExpired.class,
              () ->
                  Greenlets.withTimeout(
                      Duration.ofSeconds(1), () -> greenlet.joinAfter(() -> "body")));
          assertTrue(greenlet.isCancelled());
          Greenlet<String> inner = after(50, "inner");
          Greenlet<?> outer =
              Greenlets.spawn(
                  () ->
                      inner.joinAfter(
                          () -> {
                            forever();
                            return "never";
                          }));
          Greenlets.yieldNow();
          outer.kill();
          assertTrue(outer.isCancelled());
          assertTrue(inner.isCancelled());
        });
    assertEquals(List.of(), reports);
  }

  // --- killOnClose

  @Test
  void theEndOfATryBlockKillsWhatStillRuns() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } finally {
                      sleepSeconds(1);
                      trail.step("cleaned");
                    }
                    return "never";
                  });
          try (GreenletScope scope = greenlet.killOnClose()) {
            Greenlets.yieldNow();
            assertSame(greenlet, scope.greenlet());
          }
          trail.step("after");
          Greenlet<String> done = after(1, "done");
          try (GreenletScope _ = done.killOnClose()) {
            trail.step(done.result());
          }
        });
    trail.is("cleaned after done");
  }

  // --- Before the first turn

  @Test
  void cancelBeforeFirstTurnSparesWhatHasRun() throws Exception {
    run(
        () -> {
          Greenlet<String> running = after(1, "running");
          Greenlets.yieldNow();
          Greenlet<String> never = after(1, "never");
          Greenlet<?> later = Greenlets.spawnLater(Duration.ofDays(1), () -> trail.step("never"));
          Greenlet<String> unstarted = new Greenlet<>(Hub.current(), () -> "never");
          for (Greenlet<?> greenlet : List.of(never, later, unstarted)) {
            assertTrue(greenlet.cancelBeforeFirstTurn());
            assertTrue(greenlet.isCancelled());
            assertFalse(greenlet.cancelBeforeFirstTurn());
          }
          assertFalse(running.cancelBeforeFirstTurn());
          assertEquals("running", running.result());
          assertFalse(running.cancelBeforeFirstTurn());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
    trail.is("");
  }

  @Test
  void cancelBeforeFirstTurnFromAnotherThreadTellsTheTruth() {
    int ran = 0;
    Hub hub = Hub.start("other");
    try (hub) {
      for (int round = 0; round < 500; round++) {
        int[] turns = new int[1];
        Greenlet<Integer> greenlet = Greenlet.spawn(hub, () -> ++turns[0]);
        boolean cancelled = greenlet.cancelBeforeFirstTurn();
        greenlet.join();
        assertEquals(cancelled ? 0 : 1, turns[0]);
        assertEquals(cancelled, greenlet.isCancelled());
        ran += turns[0];
      }
    }
    assertTrue(ran <= 500);
    Greenlet<String> late = new Greenlet<>(hub, () -> "never");
    assertTrue(late.cancelBeforeFirstTurn());
  }

  @Test
  void aLocalOneNeverRunsIfItsSpawnerEndsBefore() throws Exception {
    run(
        () -> {
          Greenlet<Greenlet<String>> ends =
              Greenlets.spawn(
                  () -> Greenlets.spawnLaterLocal(Duration.ofSeconds(2), () -> "never"));
          Greenlet<String> orphan = ends.result();
          orphan.join();
          assertTrue(orphan.isCancelled());
          assertEquals(0, Hub.current().loop().pendingTimers());
          Greenlet<Greenlet<String>> stays =
              Greenlets.spawn(
                  () -> {
                    Greenlet<String> child =
                        Greenlets.spawnLaterLocal(
                            Duration.ofSeconds(1),
                            () -> {
                              sleepSeconds(2);
                              return "ran";
                            });
                    sleepSeconds(2); // ends after the first turn: that is no reason to die
                    return child;
                  });
          assertEquals("ran", stays.result().result());
          assertEquals(
              "ran", Greenlets.spawnLaterLocal(Duration.ofSeconds(1), () -> "ran").result());
        });
  }

  @Test
  void eitherItRunsOrItWasCancelledInAnyOrder() {
    Simulation.explore(
        1_000,
        () -> {
          int[] turns = new int[1];
          Greenlet<?> greenlet = Greenlets.spawn(() -> turns[0]++);
          Greenlet<Boolean> canceller = Greenlets.spawn(() -> greenlet.cancelBeforeFirstTurn());
          greenlet.join();
          assertEquals(canceller.result() ? 0 : 1, turns[0]);
          assertEquals(canceller.result(), greenlet.isCancelled());
        });
  }
}
