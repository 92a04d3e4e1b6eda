package dev.celadon.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Shield;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.LoopExit;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskGroupTest {

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

  /** Sleeps until it is killed, and then cleans up for a second. */
  private void sleeper(String name) {
    try {
      new Event().waitUntilSet();
    } finally {
      Greenlets.sleep(SECOND);
      trail.step(name);
    }
  }

  private static Body failing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void waitsForAllAndGivesTheValue() throws Exception {
    run(
        () -> {
          int sum =
              TaskGroup.call(
                  tasks -> {
                    Greenlet<Integer> one = tasks.spawn(() -> 1);
                    tasks.spawn(
                        () -> {
                          Greenlets.sleep(SECOND);
                          tasks.spawn(() -> trail.step("grandchild"));
                          trail.step("child");
                        });
                    return one.result() + 1;
                  });
          trail.step("out:" + sum);
          TaskGroup.run(_ -> trail.step("empty"));
        });
    trail.is("child grandchild out:2 empty");
  }

  @Test
  void theFirstFailureKillsTheSiblingsAndIsThrown() throws Exception {
    IOException failure = new IOException("first");
    run(
        () -> {
          IOException thrown =
              assertThrows(
                  IOException.class,
                  () ->
                      TaskGroup.run(
                          tasks -> {
                            tasks.spawn(() -> sleeper("a"));
                            tasks.spawn(() -> sleeper("b"));
                            tasks.spawn(
                                () -> {
                                  Greenlets.sleep(SECOND);
                                  throw failure;
                                });
                          }));
          trail.step("out");
          assertSame(failure, thrown);
          assertEquals(0, thrown.getSuppressed().length);
        });
    trail.is("a b out");
    assertEquals(List.of(), reported);
  }

  @Test
  void laterFailuresAreSuppressed() throws Exception {
    IOException failure = new IOException("first");
    IOException cleanUp = new IOException("clean-up");
    run(
        () -> {
          IOException thrown =
              assertThrows(
                  IOException.class,
                  () ->
                      TaskGroup.run(
                          tasks -> {
                            tasks.spawn(
                                () -> {
                                  try {
                                    new Event().waitUntilSet();
                                  } finally {
                                    failing(cleanUp).run();
                                  }
                                });
                            Greenlets.yieldNow();
                            tasks.spawn(failing(failure));
                          }));
          assertSame(failure, thrown);
          assertEquals(List.of(cleanUp), List.of(thrown.getSuppressed()));
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void aFailureInterruptsTheBodyThatWaits() throws Exception {
    IOException failure = new IOException();
    run(
        () -> {
          assertSame(
              failure,
              assertThrows(
                  IOException.class,
                  () ->
                      TaskGroup.run(
                          tasks -> {
                            tasks.spawn(failing(failure));
                            try {
                              new Event().waitUntilSet();
                            } catch (Exception e) {
                              trail.step("never: it is an Error");
                            } finally {
                              trail.step("interrupted");
                            }
                            trail.step("never");
                          })));
          Greenlets.sleep(SECOND);
          trail.step("no-trace");
        });
    trail.is("interrupted no-trace");
  }

  @Test
  void aBodyThatSwallowsTheInterruptChangesNothing() throws Exception {
    IOException failure = new IOException();
    run(
        () ->
            assertSame(
                failure,
                assertThrows(
                    IOException.class,
                    () ->
                        TaskGroup.run(
                            tasks -> {
                              tasks.spawn(failing(failure));
                              try {
                                new Event().waitUntilSet();
                              } catch (Throwable swallowed) {
                                trail.step("swallowed");
                              }
                              tasks.spawn(() -> trail.step("never"));
                              Greenlets.sleep(SECOND);
                            }))));
    trail.is("swallowed");
  }

  @Test
  void anInterruptThatHasNotArrivedIsTakenBack() throws Exception {
    IOException failure = new IOException();
    run(
        () -> {
          for (int turns = 0; turns < 6; turns++) {
            int yields = turns;
            assertThrows(
                IOException.class,
                () ->
                    TaskGroup.run(
                        tasks -> {
                          tasks.spawn(failing(failure));
                          for (int i = 0; i < yields; i++) {
                            Greenlets.yieldNow();
                          }
                        }));
            Greenlets.sleep(SECOND);
          }
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void anInterruptBehindTheEndOfTheBodysLastWaitIsTakenBack() throws Exception {
    IOException failure = new IOException();
    run(
        () -> {
          assertSame(
              failure,
              assertThrows(
                  IOException.class,
                  () ->
                      TaskGroup.run(
                          tasks -> {
                            Event event = new Event();
                            tasks.spawn(failing(failure));
                            tasks.spawn(() -> event.set()); // before the failure is heard of
                            event.waitUntilSet();
                            trail.step("through");
                          })));
          Greenlets.sleep(SECOND);
          trail.step("no-trace");
        });
    trail.is("through no-trace");
  }

  @Test
  void aFailingBodyKillsTheGreenletsAndItsFailureIsThrown() throws Exception {
    IOException failure = new IOException("body");
    IOException later = new IOException("later");
    run(
        () -> {
          IOException thrown =
              assertThrows(
                  IOException.class,
                  () ->
                      TaskGroup.run(
                          tasks -> {
                            tasks.spawn(() -> sleeper("a"));
                            tasks.spawn(
                                () -> {
                                  try {
                                    sleeper("b");
                                  } finally {
                                    failing(later).run();
                                  }
                                });
                            Greenlets.yieldNow();
                            tasks.spawn(() -> trail.step("never"));
                            throw failure;
                          }));
          assertSame(failure, thrown);
          assertEquals(List.of(later), List.of(thrown.getSuppressed()));
          trail.step("out");
        });
    trail.is("a b out");
    assertEquals(List.of(), reported);
  }

  @Test
  void aKillOfTheOwnerKillsTheGreenletsAndWaitsForThem() throws Exception {
    run(
        () -> {
          for (boolean inBody : new boolean[] {true, false}) {
            Greenlet<?> owner =
                Greenlets.spawn(
                    () ->
                        TaskGroup.run(
                            tasks -> {
                              tasks.spawn(() -> sleeper("a"));
                              tasks.spawn(() -> sleeper("b"));
                              if (inBody) {
                                new Event().waitUntilSet();
                              }
                            }));
            Greenlets.sleep(SECOND);
            owner.kill();
            trail.step("killed");
            assertTrue(owner.isCancelled());
          }
        });
    trail.is("a b killed a b killed");
  }

  @Test
  void aForeignTimeoutPassesWhenAllHaveEnded() throws Exception {
    IOException failure = new IOException();
    run(
        () -> {
          Timeout foreign = Timeout.start(SECOND);
          TimeoutExpired expired =
              assertThrows(
                  TimeoutExpired.class,
                  () ->
                      TaskGroup.run(
                          tasks ->
                              tasks.spawn(
                                  () -> {
                                    try {
                                      sleeper("a");
                                    } finally {
                                      failing(failure).run();
                                    }
                                  })));
          foreign.close();
          assertSame(foreign, expired.timeout());
          assertEquals(List.of(failure), List.of(expired.getSuppressed()));
        });
    trail.is("a");
  }

  @Test
  void aKillOfOneGreenletIsNoFailure() throws Exception {
    run(
        () ->
            TaskGroup.run(
                tasks -> {
                  Greenlet<?> one = tasks.spawn(() -> new Event().waitUntilSet());
                  Greenlet<?> two = tasks.spawn(() -> trail.step("goes-on"));
                  Greenlet<?> three = tasks.spawn(() -> trail.step("never"));
                  three.killAsync();
                  Greenlets.yieldNow();
                  one.kill();
                  assertTrue(two.isSuccessful());
                }));
    trail.is("goes-on");
  }

  @Test
  void nestedGroupsEndFromTheInside() throws Exception {
    IOException failure = new IOException("outer");
    run(
        () -> {
          IOException thrown =
              assertThrows(
                  IOException.class,
                  () ->
                      TaskGroup.run(
                          outer -> {
                            outer.spawn(
                                () -> {
                                  Greenlets.sleep(SECOND);
                                  throw failure;
                                });
                            TaskGroup.run(inner -> inner.spawn(() -> sleeper("inner")));
                            trail.step("never");
                          }));
          assertSame(failure, thrown);
          trail.step("out");
        });
    trail.is("inner out");
  }

  @Test
  void nothingCanBeSpawnedBehindTheEnd() throws Exception {
    run(
        () -> {
          List<TaskGroup> kept = new ArrayList<>();
          TaskGroup.run(kept::add);
          assertThrows(
              IllegalStateException.class, () -> kept.getFirst().spawn(() -> trail.step("never")));
        });
    trail.is("");
  }

  @Test
  void anInterruptOfTheOwnerEndsTheGreenletsAndStaysSet() throws Exception {
    run(
        () -> {
          Greenlet<?> owner =
              Greenlets.spawn(
                  () -> {
                    assertThrows(
                        InterruptedWaitException.class,
                        () -> TaskGroup.run(tasks -> tasks.spawn(() -> sleeper("a"))));
                    assertTrue(Thread.interrupted());
                    trail.step("out");
                  });
          Greenlets.sleep(SECOND);
          owner.thread().interrupt();
          owner.result();
        });
    trail.is("a out");
  }

  @Test
  void aThreadThatIsNoGreenletOwnsAGroupToo() {
    IOException failure = new IOException();
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () ->
                TaskGroup.run(
                    tasks -> {
                      tasks.spawn(() -> new Event().waitUntilSet());
                      tasks.spawn(failing(failure));
                      new Event().waitUntilSet();
                    })));
    Hub.current().close();
  }

  @Test
  void isRefusedInACallback() throws Exception {
    run(
        () -> {
          AsyncResult<Throwable> refused = new AsyncResult<>();
          Hub.current()
              .runCallback(
                  () -> {
                    try {
                      TaskGroup.run(_ -> trail.step("never"));
                    } catch (Throwable thrown) {
                      refused.set(thrown);
                    }
                  });
          assertSame(BlockingSwitchOut.class, refused.result().getClass());
        });
    trail.is("");
  }

  @Test
  void nobodySurvivesAndNoFailureIsLostInAnyOrder() {
    long[] seed = new long[1];
    Simulation.explore(
        1_000,
        () -> {
          Random random = new Random(seed[0]++);
          int[] living = new int[1];
          IOException failure = new IOException();
          boolean fails = random.nextBoolean();
          Greenlet<?> owner =
              Greenlets.spawn(
                  () ->
                      TaskGroup.run(
                          tasks -> {
                            for (int i = 0; i < 5; i++) {
                              boolean bad = fails && i == 2;
                              tasks.spawn(
                                  () -> {
                                    living[0]++;
                                    try {
                                      Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
                                      if (bad) {
                                        throw failure;
                                      }
                                      tasks.spawn(() -> Greenlets.yieldNow());
                                      Greenlets.sleep(Duration.ofNanos(random.nextInt(20)));
                                    } finally {
                                      try {
                                        Greenlets.yieldNow();
                                      } finally {
                                        living[0]--;
                                      }
                                    }
                                  });
                            }
                            Greenlets.sleep(Duration.ofNanos(random.nextInt(30)));
                          }));
          owner.rawLink(_ -> {}); // takes the failure
          boolean killed = random.nextInt(3) == 0;
          if (killed) {
            Greenlets.sleep(Duration.ofNanos(random.nextInt(40)));
            owner.killAsync();
          }
          owner.join();
          if (owner.isCancelled()) {
            assertTrue(killed);
          } else if (fails) {
            assertSame(failure, owner.exception());
          } else {
            assertTrue(owner.isSuccessful());
          }
          assertEquals(0, living[0]);
          assertEquals(0, Hub.current().loop().pendingTimers());
          assertEquals(1, Hub.current().liveGreenlets());
        });
  }

  @Test
  void aShieldAroundTheBlockDoesNotKeepItsOwnFailuresOut() throws Exception {
    run(
        () -> {
          IOException failure = new IOException("wire");
          try (var _ = Shield.open()) {
            Body block =
                () ->
                    TaskGroup.run(
                        tasks -> {
                          tasks.spawn(failing(failure));
                          new Event().waitUntilSet();
                        });
            assertSame(failure, assertThrows(IOException.class, block::run));
          }
        });
  }

  /** Two looks: the first one kills the member, the second one finds that it will never end. */
  @Test
  @SuppressWarnings("EmptyCatch") // the member survives its kill on purpose
  void aMemberThatNothingWillEverEndDoesNotHideTheLoopExit() throws Exception {
    Hub.run(
        Simulation.options(0),
        () ->
            assertThrows(
                LoopExit.class,
                () ->
                    TaskGroup.run(
                        group ->
                            group.spawn(
                                () -> {
                                  while (true) {
                                    try {
                                      new Event().waitUntilSet();
                                    } catch (GreenletExit swallowed) {
                                      // and waits on
                                    }
                                  }
                                }))));
  }
}
