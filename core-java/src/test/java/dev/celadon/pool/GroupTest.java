package dev.celadon.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GroupTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final List<Throwable> reported = new ArrayList<>();

  private void run(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withClock(new VirtualClock())
            .withErrorHandler((_, failure) -> reported.add(failure)),
        body);
  }

  private static boolean forever() {
    new Event().waitUntilSet();
    return true;
  }

  // --- Members

  @Test
  void aMemberLeavesByItself() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<String> fast = group.spawn(() -> "fast");
          Greenlet<?> slow = group.spawn(() -> Greenlets.sleep(SECOND));
          assertEquals(2, group.size());
          assertTrue(group.contains(fast));
          assertEquals(List.of(fast, slow), list(group));
          assertEquals("fast", fast.result());
          assertFalse(group.contains(fast), "it left before its joiner went on");
          assertEquals(1, group.size());
          group.join();
          assertTrue(group.isEmpty());
          assertTrue(group.isReady());
          assertTrue(slow.isReady());
        });
  }

  @Test
  void oneThatIsKilledBeforeItsFirstTurnLeavesToo() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> greenlet = group.spawn(() -> trail.step("never"));
          greenlet.killAsync();
          assertTrue(group.isEmpty());
          group.join();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("");
  }

  @Test
  void addsGreenletsThatRunAlready() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> greenlet = Greenlets.spawn(() -> Greenlets.sleep(SECOND));
          group.add(greenlet);
          group.add(greenlet);
          assertEquals(1, group.size());
          group.join();
          group.add(greenlet);
          assertTrue(group.isEmpty(), "it has ended");
        });
  }

  @Test
  void whoIsDiscardedRunsOn() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> greenlet = group.spawn(() -> Greenlets.sleep(SECOND));
          assertTrue(group.discard(greenlet));
          assertFalse(group.discard(greenlet));
          assertTrue(group.isEmpty());
          group.kill();
          greenlet.result();
          assertTrue(group.isEmpty());
        });
  }

  @Test
  void startsASubclassOfGreenlet() throws Exception {
    run(
        () -> {
          class Answer extends Greenlet<Integer> {
            @Override
            protected Integer run() {
              return 42;
            }
          }

          Group group = new Group();
          Answer answer = new Answer();
          group.start(answer);
          assertTrue(group.contains(answer));
          assertEquals(42, answer.result());
        });
  }

  @Test
  void aFailureThatNobodyTakesIsReportedOnceAsWithoutAGroup() throws Exception {
    IOException failure = new IOException("x");
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> greenlet =
              group.spawn(
                  () -> {
                    throw failure;
                  });
          group.join();
          assertSame(failure, greenlet.exception());
          assertTrue(greenlet.spawnSite().contains("GroupTest.java"), greenlet.spawnSite());
        });
    assertEquals(List.of(failure), reported);
  }

  @Test
  void refusesASpawnAfterTheHubsEndAndKeepsNothing() throws Exception {
    Group group = new Group();
    Hub hub = Hub.start("short");
    hub.close();
    assertThrows(HubClosedException.class, () -> group.spawn(hub, () -> forever()));
    assertTrue(group.isEmpty());
    assertTrue(group.join(Duration.ZERO));
  }

  // --- Joining

  @Test
  void joinGivesUpInTimeAndHarmsNobody() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> greenlet = group.spawn(() -> Greenlets.sleep(SECOND.multipliedBy(2)));
          assertFalse(group.join(SECOND));
          assertFalse(group.join(Duration.ZERO));
          assertFalse(greenlet.isReady());
          assertTrue(group.join(SECOND.multipliedBy(5)));
        });
  }

  @Test
  void joinOrThrowTakesTheFailuresOfThoseWhoArePresent() throws Exception {
    IOException first = new IOException("eldest");
    IOException second = new IOException("quickest");
    run(
        () -> {
          Group group = new Group();
          group.spawn(
              () -> {
                Greenlets.sleep(SECOND);
                throw first;
              });
          group.spawn(
              () -> {
                throw second;
              });
          group.spawn(() -> "fine");
          Greenlet<?> killed = group.spawn(() -> forever());
          killed.killAsync();
          IOException thrown = assertThrows(IOException.class, group::joinOrThrow);
          assertSame(first, thrown);
          assertEquals(List.of(second), List.of(thrown.getSuppressed()));
          group.joinOrThrow();
          assertTrue(group.joinOrThrow(SECOND));
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void joinOrThrowThatGivesUpTakesNoFailure() throws Exception {
    IOException failure = new IOException("late");
    run(
        () -> {
          Group group = new Group();
          group.spawn(
              () -> {
                Greenlets.sleep(SECOND.multipliedBy(2));
                throw failure;
              });
          assertFalse(group.joinOrThrow(SECOND));
          group.join();
        });
    assertEquals(List.of(failure), reported);
  }

  // --- Killing

  @Test
  void killsInTheOrderOfComingAndWaitsForCleanUp() throws Exception {
    run(
        () -> {
          Group group = new Group();
          for (String name : List.of("a", "b", "c")) {
            group.spawn(
                () -> {
                  try {
                    forever();
                  } finally {
                    Greenlets.sleep(SECOND);
                    trail.step(name);
                  }
                });
          }
          Greenlets.yieldNow();
          group.spawn(() -> trail.step("never"));
          group.kill();
          trail.step("killed");
          assertTrue(group.isEmpty());
        });
    trail.is("a b c killed");
  }

  @Test
  void aMemberThatIgnoresTheKillGetsItOnce() throws Exception { // gevent's row 55
    run(
        () -> {
          Group group = new Group();
          int[] exits = new int[1];
          Event end = new Event();
          group.spawn(
              () -> {
                while (!end.isSet()) {
                  try {
                    end.waitUntilSet();
                  } catch (GreenletExit e) {
                    exits[0]++;
                  }
                }
              });
          Greenlets.yieldNow();
          assertFalse(group.kill(SECOND));
          assertFalse(group.kill(SECOND));
          group.killAsync();
          assertFalse(group.join(Duration.ZERO));
          assertEquals(1, exits[0]);
          end.set();
          group.kill();
          assertEquals(1, exits[0]);
        });
  }

  @Test
  void killsWhoIsSpawnedDuringTheKill() throws Exception {
    run(
        () -> {
          Group group = new Group();
          int[] left = {5};
          class Hydra implements Body {
            @Override
            public void run() {
              try {
                forever();
              } finally {
                trail.step("x");
                if (left[0]-- > 0) {
                  Greenlets.sleep(SECOND);
                  group.spawn(new Hydra());
                  Greenlets.sleep(SECOND);
                }
              }
            }
          }

          group.spawn(new Hydra());
          Greenlets.yieldNow();
          group.kill();
          assertTrue(group.isEmpty());
        });
    assertTrue(trail.toString().startsWith("x"));
  }

  @Test
  void killsWithSomethingOfOnesOwn() throws Exception {
    IOException reason = new IOException("reason");
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> greenlet = group.spawn(() -> forever());
          Greenlets.yieldNow();
          assertTrue(group.kill(reason, SECOND));
          assertSame(reason, greenlet.exception());
          Greenlet<?> fresh = group.spawn(() -> forever());
          group.killAsync(reason);
          group.join();
          assertSame(reason, fresh.exception());
        });
  }

  @Test
  void aMemberThatKillsItsGroupTellsTheOthersAndEndsItself() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> other = group.spawn(() -> forever());
          Greenlet<?> killer =
              group.spawn(
                  () -> {
                    group.kill();
                    trail.step("never");
                  });
          Greenlet<?> third = group.spawn(() -> forever());
          group.join();
          assertTrue(other.isCancelled() && killer.isCancelled() && third.isCancelled());
        });
    trail.is("");
  }

  @Test
  void killsOneMemberButNoStranger() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<?> member = group.spawn(() -> forever());
          Greenlet<?> other = group.spawn(() -> forever());
          Greenlet<?> stranger = Greenlets.spawn(() -> forever());
          assertTrue(group.killOne(member));
          assertTrue(member.isCancelled());
          assertFalse(group.killOne(member));
          assertFalse(group.killOne(stranger));
          assertFalse(stranger.isReady());
          assertEquals(List.of(other), list(group));
        });
  }

  @Test
  void aKillSeesAnEldestNewcomerBehindOneThatWasKilledAlone() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Event end = new Event();
          group.spawn(
              () -> {
                try {
                  forever();
                } catch (GreenletExit e) {
                  group.spawn(() -> forever());
                  Greenlet<?> last = group.spawn(() -> forever());
                  group.killOne(last);
                  end.set();
                }
              });
          Greenlets.yieldNow();
          group.kill();
          assertTrue(end.isSet());
          assertTrue(group.isEmpty());
        });
  }

  // --- One piece of work

  @Test
  void applyGivesTheResultOrTheFailureItself() throws Exception {
    IOException failure = new IOException();
    run(
        () -> {
          Group group = new Group();
          assertEquals(7, group.apply(() -> 7));
          assertNull(group.apply(() -> null));
          assertSame(
              failure,
              assertThrows(
                  IOException.class,
                  () ->
                      group.apply(
                          () -> {
                            throw failure;
                          })));
          assertThrows(
              CancellationException.class,
              () ->
                  group.apply(
                      () -> {
                        throw new GreenletExit();
                      }));
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void theCallbackOfApplyAsyncHearsOfSuccessOnly() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Greenlet<String> good = group.applyAsync(() -> "good", value -> trail.step(value));
          Greenlet<String> bad =
              group.applyAsync(
                  () -> {
                    throw new IOException();
                  },
                  value -> trail.step("never:" + value));
          Greenlet<String> killed =
              group.applyAsync(() -> "killed", value -> trail.step("never:" + value));
          killed.killAsync();
          assertEquals("good", good.result());
          bad.join();
          Greenlets.sleep(SECOND);
        });
    trail.is("good");
  }

  // --- Orders and threads

  @Test
  void nothingIsLeftInAnyOrder() {
    Simulation.explore(
        1_000,
        () -> {
          Random random = new Random(7);
          Group group = new Group();
          int[] ended = new int[1];
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            all.add(
                group.spawn(
                    () -> {
                      try {
                        Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
                        Greenlet<?> child = group.spawn(() -> Greenlets.yieldNow());
                        Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
                        group.discard(child);
                      } finally {
                        ended[0]++;
                      }
                    }));
          }
          Greenlet<?> joiner = Greenlets.spawn(() -> group.join());
          Greenlets.sleep(Duration.ofNanos(random.nextInt(30)));
          all.get(random.nextInt(all.size())).killAsync();
          if (random.nextBoolean()) {
            assertTrue(group.kill(SECOND));
          }
          joiner.result();
          Greenlet.joinAll(all);
          assertTrue(group.isEmpty());
          assertTrue(group.isReady());
          assertTrue(all.stream().allMatch(Greenlet::isSuccessful));
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void hasMembersOnSeveralHubs() throws Exception {
    Group group = new Group();
    AtomicInteger ran = new AtomicInteger();
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      for (int i = 0; i < 500; i++) {
        group.spawn(i % 2 == 0 ? one : two, () -> ran.incrementAndGet());
      }
      group.join();
      assertEquals(500, ran.get());
      Greenlet<?> last = group.spawn(one, () -> forever());
      group.spawn(two, () -> forever());
      group.kill();
      assertTrue(last.isCancelled());
      assertTrue(group.isEmpty());
    }
  }

  private static List<Greenlet<?>> list(Group group) {
    List<Greenlet<?>> all = new ArrayList<>();
    group.forEach(all::add);
    return all;
  }
}
