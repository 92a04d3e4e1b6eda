package dev.celadon.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SwitchesTest {

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  @Test
  void whatDoesNotWaitDoesNotSwitch() throws Exception {
    run(
        () -> {
          Queue<String> queue = new Queue<>();
          Semaphore semaphore = new Semaphore(1);
          Event event = new Event();
          Switches.assertNoSwitch(
              () -> {
                var _ = Greenlets.spawn(() -> queue.get());
                queue.put("here");
                semaphore.acquire();
                semaphore.release();
                event.set();
                event.waitUntilSet();
              });
          assertEquals("value", Switches.assertNoSwitch(() -> "value"));
        });
  }

  @Test
  void aHiddenSwitchIsFoundWithItsPlace() throws Exception {
    run(
        () -> {
          AssertionError error =
              assertThrows(
                  AssertionError.class,
                  () -> Switches.assertNoSwitch(SwitchesTest::yieldsDeepInside));
          assertTrue(error.getMessage().contains("switched within PT0S where it must not"));
          assertNotNull(error.getCause());
          assertTrue(
              Arrays.stream(error.getCause().getStackTrace())
                  .anyMatch(frame -> frame.getMethodName().equals("yieldsDeepInside")));
        });
  }

  private static void yieldsDeepInside() {
    Greenlets.yieldNow();
  }

  @Test
  @DirectModeOnly("a call of the JDK that waits holds the hub, so nothing switches there")
  void aSwitchInACallOfTheJdkIsFoundToo() throws Exception {
    Hub.run(
        () -> {
          AssertionError error =
              assertThrows(
                  AssertionError.class, () -> Switches.assertNoSwitch(() -> Thread.sleep(1)));
          assertNull(error.getCause());
        });
  }

  @Test
  void whoMustSwitchAndDoesNotIsFound() throws Exception {
    run(
        () -> {
          Switches.assertSwitches(() -> Greenlets.sleep(Duration.ofDays(1)));
          AssertionError error =
              assertThrows(AssertionError.class, () -> Switches.assertSwitches(() -> {}));
          assertTrue(error.getMessage().contains("did not switch within PT0S"), error.getMessage());
        });
  }

  @Test
  void theBodysOwnFailureWins() throws Exception {
    run(
        () -> {
          IOException failure = new IOException("no");
          Body failsAfterASwitch =
              () -> {
                Greenlets.yieldNow();
                throw failure;
              };
          Body failsWithoutASwitch =
              () -> {
                throw failure;
              };
          assertSame(
              failure,
              assertThrows(IOException.class, () -> Switches.assertNoSwitch(failsAfterASwitch)));
          assertSame(
              failure,
              assertThrows(IOException.class, () -> Switches.assertSwitches(failsWithoutASwitch)));
        });
  }

  @Test
  void assertionsAreNestedAndTheInnermostSpeaks() throws Exception {
    run(
        () -> {
          Switches.assertSwitches(
              () -> {
                Switches.assertNoSwitch(() -> Switches.assertNoSwitch(() -> {}));
                Greenlets.yieldNow();
              });
          AssertionError error =
              assertThrows(
                  AssertionError.class,
                  () -> Switches.assertNoSwitch(() -> Switches.assertSwitches(() -> {})));
          assertTrue(error.getMessage().contains("did not switch"), error.getMessage());
        });
  }

  @Test
  void noStretchMayBeLongerThanTheLimit() throws Exception {
    ManualClock clock = new ManualClock();
    Duration limit = Duration.ofMillis(10);
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          Switches.assertSwitches(
              limit,
              () -> {
                for (int i = 0; i < 5; i++) {
                  clock.pass(limit);
                  Greenlets.sleep(Duration.ofDays(1)); // a wait is no stretch
                }
              });
          for (int longOne = 0; longOne < 3; longOne++) {
            int which = longOne;
            AssertionError error =
                assertThrows(
                    AssertionError.class,
                    () ->
                        Switches.assertSwitches(
                            limit,
                            () -> {
                              for (int i = 0; i < 3; i++) {
                                clock.pass(Duration.ofMillis(i == which ? 11 : 10));
                                if (i < 2) {
                                  Greenlets.yieldNow();
                                }
                              }
                            }));
            assertTrue(
                error.getMessage().contains("held its hub for PT0.011S"), error.getMessage());
            assertTrue(error.getMessage().endsWith("within PT0.031S"), error.getMessage());
          }
        });
  }

  @Test
  void stretchesOfOthersDoNotCount() throws Exception {
    ManualClock clock = new ManualClock();
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          var other = Greenlets.spawn(() -> clock.pass(Duration.ofSeconds(1)));
          Switches.assertSwitches(Duration.ofMillis(1), other::join);
        });
  }

  @Test
  void aThreadThatDrivesItsHubSwitchesLikeAGreenlet() throws Exception {
    Thread.ofPlatform()
        .start(
            () -> {
              try {
                Switches.assertNoSwitch(() -> {});
                Switches.assertSwitches(() -> Greenlets.spawn(() -> {}).join());
                assertThrows(
                    AssertionError.class,
                    () -> Switches.assertNoSwitch(() -> Greenlets.sleep(Duration.ofNanos(1))));
                trail.set("done");
              } catch (Throwable e) {
                trail.set(e);
              }
            })
        .join();
    assertEquals("done", trail.get());
  }

  private final AtomicReference<Object> trail = new AtomicReference<>();

  @Test
  void aKillPassesThroughAndLeavesNoObserver() throws Exception {
    run(
        () -> {
          var waiter =
              Greenlets.spawn(
                  () -> {
                    try {
                      Switches.assertNoSwitch(() -> Greenlets.sleep(Duration.ofDays(1)));
                    } catch (GreenletExit exit) {
                      trail.set("killed");
                    }
                  });
          Greenlets.yieldNow();
          waiter.kill();
          assertEquals("killed", trail.get());
        });
  }

  @Test
  void theAnswerIsRightInEveryOrder() {
    Simulation.explore(
        1_000,
        () -> {
          Queue<Integer> queue = new Queue<>(1);
          var producer =
              Greenlets.spawn(
                  () -> {
                    for (int i = 0; i < 3; i++) {
                      int item = i;
                      if (queue.isEmpty()) {
                        Switches.assertNoSwitch(() -> queue.put(item));
                      } else {
                        Switches.assertSwitches(() -> queue.put(item));
                      }
                    }
                  });
          for (int i = 0; i < 3; i++) {
            if (queue.isEmpty()) {
              Switches.assertSwitches(
                  () -> {
                    var _ = queue.get();
                  });
            } else {
              var _ = Switches.assertNoSwitch(() -> queue.get());
            }
          }
          producer.result();
        });
  }
}
