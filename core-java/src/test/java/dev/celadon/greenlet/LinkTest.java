package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Body;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Who is called after the end. */
class LinkTest extends VirtualTimeTest {

  @Test
  void linksRunInOrderOnceAndMayWait() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = Greenlets.spawn(() -> "x");
          greenlet.link(
              g -> {
                Greenlets.sleep(Duration.ofSeconds(1));
                trail.step("slow:" + g.value());
              });
          greenlet.linkValue(g -> trail.step("value"));
          greenlet.linkException(g -> trail.step("never"));
          greenlet.rawLink(g -> trail.step("raw"));
          Consumer<Greenlet<String>> removed = g -> trail.step("never");
          greenlet.link(removed);
          greenlet.unlink(removed);
          greenlet.unlink(g -> {});
          greenlet.join();
          trail.step("joined");
          greenlet.link(g -> trail.step("late"));
          trail.step("main");
          Greenlets.sleep(Duration.ofSeconds(2));
        });
    trail.is("value raw joined main late slow:x");
  }

  @Test
  void aLinkThatTakesFailuresKeepsTheReportAway() throws Exception {
    run(
        () -> {
          Body fail =
              () -> {
                throw new IllegalStateException("boom");
              };
          Greenlets.spawn(fail)
              .linkException(g -> trail.step("taken:" + g.exception().getMessage()));
          Greenlets.spawn(fail).linkValue(g -> trail.step("never"));
          Greenlets.yieldNow();
          Greenlets.yieldNow();
        });
    trail.is("taken:boom");
    assertEquals(1, reports.size(), "a link for values takes no failure");
  }

  @Test
  void aFailingLinkIsReportedAndTheOthersRun() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlets.spawn(() -> "x");
          greenlet.link(
              g -> {
                throw new IllegalStateException("link");
              });
          greenlet.link(g -> trail.step("second"));
          greenlet.join();
          Greenlets.yieldNow();
        });
    trail.is("second");
    assertEquals(1, reports.size());
  }

  /** gevent's own case: the second throws, the first takes back the third and adds a fifth. */
  @Test
  void linksMayTakeBackAndAddLinksWhileTheyAreCalled() throws Exception {
    for (boolean raw : List.of(false, true)) {
      Trail called = new Trail();
      reports.clear();
      run(
          () -> {
            Greenlet<String> greenlet = Greenlets.spawn(() -> "x");
            Consumer<Greenlet<String>> third = _ -> called.step("3");
            Consumer<Greenlet<String>> first =
                g -> {
                  called.step("1");
                  g.unlink(third);
                  link(g, raw, _ -> called.step("5"));
                };
            link(greenlet, raw, first);
            link(
                greenlet,
                raw,
                _ -> {
                  called.step("2");
                  throw new IllegalStateException("second");
                });
            link(greenlet, raw, third);
            link(greenlet, raw, _ -> called.step("4"));
            greenlet.join();
            Greenlets.yieldNow();
            Greenlets.yieldNow();
          });
      called.is("1 2 4 5");
      assertEquals(1, reports.size());
      assertTrue(reports.getFirst().endsWith("IllegalStateException: second"));
    }
  }

  private static void link(
      Greenlet<String> greenlet, boolean raw, Consumer<Greenlet<String>> link) {
    if (raw) {
      greenlet.rawLink(link);
    } else {
      greenlet.link(link);
    }
  }

  @Test
  void aLinkThatIsAddedTwiceIsTakenBackOnceAtATime() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = Greenlets.spawn(() -> "x");
          Consumer<Greenlet<String>> twice = _ -> trail.step("called");
          greenlet.link(twice);
          greenlet.link(twice);
          greenlet.unlink(twice);
          greenlet.join();
          Greenlets.yieldNow();
        });
    trail.is("called");
  }

  @Test
  void unlinkAllTakesBackLinksButNoWaiters() throws Exception {
    run(
        () -> {
          Greenlet<String> greenlet = after(1, "x");
          Greenlet<?> joiner =
              Greenlets.spawn(
                  () -> {
                    greenlet.join();
                    trail.step("joined");
                  });
          greenlet.link(_ -> trail.step("never"));
          greenlet.rawLink(_ -> trail.step("never"));
          Greenlets.yieldNow();
          greenlet.unlinkAll();
          joiner.join();
          greenlet.link(_ -> trail.step("never"));
          greenlet.unlinkAll(); // also those that came after the end
          Greenlets.yieldNow();
        });
    trail.is("joined");
  }

  @Test
  void aFailureWhoseOnlyTakerIsTakenBackIsReported() throws Exception {
    for (boolean another : List.of(true, false)) {
      run(
          () -> {
            Greenlet<String> greenlet = failingAfter(1, "lost");
            Consumer<Greenlet<String>> link = _ -> trail.step("never");
            Greenlet<?> early =
                Greenlets.spawn(
                    () -> {
                      greenlet.join();
                      greenlet.unlink(link); // between the end and the call
                    });
            Greenlets.yieldNow(); // it joins before there is a link
            greenlet.link(link);
            if (another) {
              greenlet.linkException(g -> trail.step(g.exceptionNow().getMessage()));
            }
            early.join();
            Greenlets.yieldNow();
          });
      trail.is("lost");
      assertEquals(another ? 0 : 1, reports.size());
    }
    assertTrue(reports.getFirst().startsWith("lost spawned at"), reports.getFirst());
  }

  @Test
  void resultsAndQueuesAreTargetsOfLinks() throws Exception {
    run(
        () -> {
          Queue<Greenlet<String>> queue = new Queue<>();
          Greenlet<String> good = after(1, "good");
          Greenlet<String> bad = failingAfter(2, "bad");
          for (Greenlet<String> greenlet : List.of(good, bad)) {
            AsyncResult<String> result = new AsyncResult<>();
            greenlet.link(queue::put);
            greenlet.rawLink(
                ended -> {
                  if (ended.isSuccessful()) {
                    result.set(ended.resultNow());
                  } else {
                    result.setException(ended.exceptionNow());
                  }
                });
            greenlet.linkValue(_ -> trail.step("value"));
            greenlet.linkException(_ -> trail.step("exception"));
            assertSame(greenlet, queue.get());
            if (greenlet == good) {
              assertEquals("good", result.result());
            } else {
              assertSame(
                  bad.exception(), assertThrows(IllegalStateException.class, result::result));
            }
          }
          Greenlets.yieldNow();
        });
    trail.is("value exception");
    assertEquals(List.of(), reports);
  }

  @Test
  void linksAddedAndTakenBackInEveryOrderAreCalledAtMostOnceAndNoFailureIsLost() {
    Simulation.explore(
        1_000,
        () -> {
          int[] called = new int[1];
          Greenlet<String> greenlet = Greenlets.spawn(() -> "x");
          List<Greenlet<?>> users = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            boolean stays = i % 2 == 0;
            users.add(
                Greenlets.spawn(
                    () -> {
                      int[] mine = new int[1];
                      Consumer<Greenlet<String>> link =
                          _ -> {
                            called[0]++;
                            mine[0]++;
                          };
                      greenlet.link(link);
                      Greenlets.yieldNow();
                      if (!stays) {
                        int before = mine[0];
                        greenlet.unlink(link);
                        sleepSeconds(1);
                        assertEquals(before, mine[0]);
                      } else {
                        sleepSeconds(1);
                        assertEquals(1, mine[0]);
                      }
                    }));
          }
          Greenlets.joinAllOrThrow(users);
          assertTrue(called[0] >= 2 && called[0] <= 4, "called " + called[0]);
        });
  }
}
