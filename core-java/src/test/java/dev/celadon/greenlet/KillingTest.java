package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Several greenlets are killed at once. */
class KillingTest extends VirtualTimeTest {

  @Test
  void killAllSparesThoseThatNeverRanTheirFirstTurn() throws Exception {
    run(
        () -> {
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            all.add(Greenlets.spawn(VirtualTimeTest::forever));
          }
          Greenlets.yieldNow();
          all.add(Greenlets.spawn(() -> trail.step("never")));
          Greenlets.killAll(all);
          assertTrue(all.stream().allMatch(Greenlet::isCancelled));
          Greenlets.killAll(List.of());
        });
    trail.is("");
  }

  @Test
  void theFirstOnesToEndAreThoseThatNeverRan() throws Exception {
    run(
        () -> {
          Greenlet<?> waiting = after(100, "waiting");
          Greenlets.yieldNow();
          Greenlet<?> never = after(1, "never");
          for (Greenlet<?> greenlet : List.of(waiting, never)) {
            greenlet.link(ended -> trail.step(ended.name()));
          }
          Greenlets.killAll(List.of(waiting, never));
          Greenlets.yieldNow();
        });
    trail.is("never waiting");
  }

  @Test
  void aStubbornOneIsNamedWhenTimeIsOver() throws Exception {
    run(
        () -> {
          Greenlet<?> stubborn =
              Greenlets.spawn(
                      () -> {
                        try {
                          forever();
                        } catch (GreenletExit swallowed) {
                          sleepSeconds(10);
                        }
                      })
                  .named("stubborn");
          Greenlet<?> soft = after(100, "soft");
          Greenlets.yieldNow();
          TimeoutException over =
              assertThrows(
                  TimeoutException.class,
                  () -> Greenlets.killAll(List.of(stubborn, soft), Duration.ofSeconds(3)));
          assertEquals(
              "1 of 2 killed greenlets have not ended within PT3S: [stubborn]", over.getMessage());
          assertTrue(soft.isCancelled());
          stubborn.join();
          assertFalse(stubborn.isCancelled());
          Greenlets.killAll(List.of(stubborn), Duration.ZERO);
        });
  }

  @Test
  void oneThatIsGivenTwiceIsKilledOnceSoItsCleanUpIsSafe() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } finally {
                      sleepSeconds(1);
                      trail.step("cleaned");
                    }
                  });
          Greenlets.yieldNow();
          Greenlets.killAll(List.of(greenlet, greenlet));
          trail.step("dead");
        });
    trail.is("cleaned dead");
  }

  @Test
  void everyOneGetsItsOwnThrowable() throws Exception {
    run(
        () -> {
          List<Greenlet<String>> all = List.of(after(5, "a"), after(5, "b"));
          Greenlets.yieldNow();
          Greenlets.killAll(all, () -> new IllegalStateException("stop"));
          assertTrue(all.getFirst().exception() instanceof IllegalStateException);
          assertNotSame(all.getFirst().exception(), all.getLast().exception());
        });
  }

  @Test
  void rawGreenletsAreKilledToo() throws Exception {
    run(
        () -> {
          RawGreenlet waiting = Greenlets.spawnRaw(VirtualTimeTest::forever);
          Greenlets.yieldNow();
          RawGreenlet never = Greenlets.spawnRaw(() -> trail.step("never"));
          Greenlets.killAll(List.of(waiting, never));
          assertTrue(never.isReady());
          Greenlets.yieldNow();
          assertTrue(waiting.isReady());
          Greenlets.kill(waiting); // nothing happens
        });
    trail.is("");
    assertEquals(List.of(), reports);
  }

  @Test
  void theCallerEndsLastOnTheSpotWithoutWaiting() throws Exception {
    run(
        () -> {
          List<Greenlet<?>> all = new ArrayList<>();
          all.add(Greenlets.spawn(() -> Greenlets.killAll(all)));
          all.add(
              Greenlets.spawn(
                  () -> {
                    try {
                      forever();
                    } finally {
                      trail.step("other");
                    }
                  }));
          all.getLast().start();
          all.addFirst(all.removeLast());
          all.getLast().link(_ -> trail.step("caller"));
          Greenlets.joinAll(all);
          assertTrue(all.stream().allMatch(Greenlet::isCancelled));
        });
  }

  @Test
  void killAllAsyncDoesNotWait() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = after(10, "a");
          Greenlets.yieldNow();
          Greenlets.killAllAsync(List.of(greenlet));
          assertFalse(greenlet.isReady());
          Greenlets.yieldNow();
          assertTrue(greenlet.isCancelled());
        });
  }

  @Test
  void killsOnOtherHubsInOneGoEach() {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      for (int round = 0; round < 100; round++) {
        List<Greenlet<?>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          all.add(Greenlet.spawn(i % 2 == 0 ? one : two, VirtualTimeTest::forever));
        }
        Greenlets.killAll(all);
        assertTrue(all.stream().allMatch(Greenlet::isCancelled));
      }
    }
  }
}
