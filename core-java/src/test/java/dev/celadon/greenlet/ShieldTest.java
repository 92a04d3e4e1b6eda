package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // a shield is there for its scope
class ShieldTest {

  private final Trail trail = new Trail();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  @Test
  void aKillWaitsUntilTheScopeEndsAndArrivesAtTheNextSwitchPoint() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try (var _ = Shield.open()) {
                      Greenlets.sleep(Duration.ofSeconds(10));
                      trail.step("inside");
                    }
                    trail.step("outside");
                    Greenlets.yieldNow();
                    trail.step("never");
                  });
          Greenlets.sleep(Duration.ofSeconds(1));
          greenlet.kill();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("inside outside");
  }

  @Test
  void whatWasOnItsWayBeforeTheScopeWaitsToo() throws Exception {
    run(
        () -> {
          Event event = new Event();
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    event.waitUntilSet();
                    try (var _ = Shield.open()) {
                      Greenlets.sleep(Duration.ofSeconds(10));
                      trail.step("cleaned");
                    }
                    assertThrows(TimeoutExpiredByTest.class, Greenlets::yieldNow);
                  });
          Greenlets.yieldNow();
          event.set();
          greenlet.throwIn(new TimeoutExpiredByTest()); // behind the event, so it is on its way
          greenlet.result();
        });
    trail.is("cleaned");
  }

  private static final class TimeoutExpiredByTest extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void aTimeoutFromOutsideWaitsAndOneFromInsideWorks() throws Exception {
    run(
        () -> {
          TimeoutExpired late =
              assertThrows(
                  TimeoutExpired.class,
                  () ->
                      Timeout.withTimeout(
                          Duration.ofSeconds(1),
                          () -> {
                            try (var _ = Shield.open()) {
                              assertThrows(
                                  TimeoutExpired.class,
                                  () ->
                                      Timeout.withTimeout(
                                          Duration.ofSeconds(5),
                                          () -> {
                                            Greenlets.sleep(Duration.ofHours(1));
                                            return null;
                                          }));
                              trail.step(
                                  "inner:" + Hub.current().loop().nanoTime() / 1_000_000_000);
                            }
                            Greenlets.yieldNow();
                            return null;
                          }));
          assertEquals(Duration.ofSeconds(1), late.timeout().duration());
          trail.step("outer");
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
    trail.is("inner:5 outer");
  }

  @Test
  void aTimeoutThatIsClosedInsideTheScopeNeverArrives() throws Exception {
    run(
        () -> {
          Timeout timeout = Timeout.start(Duration.ofSeconds(1));
          try (var _ = Shield.open()) {
            Greenlets.sleep(Duration.ofSeconds(2));
            timeout.close();
          }
          Greenlets.yieldNow();
        });
  }

  @Test
  void scopesNestAndTheOutermostLetsThingsIn() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try (var _ = Shield.open()) {
                      try (var _ = Shield.open()) {
                        Greenlets.sleep(Duration.ofSeconds(2));
                      }
                      Greenlets.yieldNow();
                      trail.step("still inside");
                    }
                    Greenlets.yieldNow();
                  });
          Greenlets.sleep(Duration.ofSeconds(1));
          greenlet.killAsync();
          greenlet.kill(); // a second one changes nothing
          assertTrue(greenlet.isCancelled());
        });
    trail.is("still inside");
  }

  @Test
  void closingTwiceOrByAnotherGreenletIsHarmlessOrRefused() throws Exception {
    run(
        () -> {
          Shield shield = Shield.open();
          Greenlet<?> other = Greenlets.spawn(() -> shield.close());
          assertThrows(IllegalStateException.class, other::result);
          shield.close();
          shield.close();
          assertEquals(0, Greenlets.current().shieldDepth());
          assertThrows(IllegalStateException.class, () -> Greenlets.current().unshield());
        });
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  void aWaitOfTheJdkInsideTheScopeIsNotInterrupted() throws Exception {
    Hub.run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    try (var _ = Shield.open()) {
                      Thread.sleep(20);
                      trail.step("slept");
                    }
                    Thread.sleep(100_000);
                  });
          Greenlets.sleep(Duration.ofMillis(5));
          greenlet.kill();
          assertTrue(greenlet.isCancelled());
        });
    trail.is("slept");
  }

  /** Everybody gives a permit back in a scope, whatever hits them wherever. */
  @Test
  void noPermitIsLostWhereverKillsHit() {
    Simulation.explore(
        1_000,
        () -> {
          Semaphore semaphore = new Semaphore(2);
          Event journal = new Event();
          List<Greenlet<?>> workers = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            workers.add(
                Greenlets.spawn(
                    () -> {
                      semaphore.acquire();
                      try {
                        Greenlets.yieldNow();
                        Greenlets.sleep(Duration.ofMillis(1));
                      } finally {
                        try (var _ = Shield.open()) {
                          Greenlets.sleep(Duration.ofMillis(1)); // clean-up that waits
                          assertFalse(journal.isSet());
                          semaphore.release();
                        }
                      }
                    }));
          }
          for (Greenlet<?> worker : workers) {
            Greenlets.yieldNow();
            worker.killAsync();
            worker.killAsync();
          }
          Greenlets.joinAll(workers);
          assertEquals(2, semaphore.availablePermits());
        });
  }

  @Test
  void aTimeoutMayThrowSomethingElseAndRunAgain() throws Exception {
    run(
        () -> {
          IllegalStateException mine = new IllegalStateException("mine");
          Timeout timeout = new Timeout(Duration.ofSeconds(1), mine);
          timeout.start();
          assertThrows(IllegalStateException.class, timeout::start);
          assertSame(
              mine,
              assertThrows(
                  IllegalStateException.class, () -> Greenlets.sleep(Duration.ofHours(1))));
          timeout.cancel();
          timeout.start();
          assertTrue(timeout.isPending());
          timeout.close();
          assertFalse(timeout.isPending());
          assertThrows(IllegalStateException.class, timeout::start);
        });
  }

  @Test
  void nullStandsForATimeoutOfOnesOwnOnly() throws Exception {
    run(
        () -> {
          assertEquals(
              null,
              Timeout.<String>withTimeoutOrNull(
                  Duration.ofSeconds(1),
                  () -> {
                    Greenlets.sleep(Duration.ofHours(1));
                    return "late";
                  }));
          assertEquals(
              "in time", Timeout.withTimeoutOrNull(Duration.ofSeconds(1), () -> "in time"));
          assertThrows(
              TimeoutExpired.class,
              () ->
                  Timeout.withTimeout(
                      Duration.ofSeconds(1),
                      () ->
                          Timeout.<String>withTimeoutOrNull(
                              Duration.ofSeconds(5),
                              () -> {
                                Greenlets.sleep(Duration.ofHours(1));
                                return "late";
                              })));
        });
  }
}
