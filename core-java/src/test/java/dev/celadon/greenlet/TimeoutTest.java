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
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeoutTest {

  private final Trail trail = new Trail();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  private static void sleepSeconds(int seconds) {
    Greenlets.sleep(Duration.ofSeconds(seconds));
  }

  @Test
  void endsWhatTakesTooLong() throws Exception {
    run(
        () -> {
          Timeout timeout = Timeout.start(Duration.ofSeconds(1));
          assertTrue(timeout.isPending());
          TimeoutExpired expired = assertThrows(TimeoutExpired.class, () -> sleepSeconds(2));
          assertSame(timeout, expired.timeout());
          assertEquals("Timeout[PT1S] expired", expired.getMessage());
          assertTrue(
              java.util.Arrays.stream(expired.getStackTrace())
                  .anyMatch(frame -> frame.getMethodName().equals("sleepSeconds")),
              "its stack is the one it hit");
          assertFalse(timeout.isPending());
          timeout.close();
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void closedInTimeItLeavesNothingBehind() throws Exception {
    run(
        () -> {
          assertEquals("fast", Timeout.withTimeout(Duration.ofSeconds(1), () -> "fast"));
          assertEquals(0, Hub.current().loop().pendingTimers());
          sleepSeconds(2);
        });
  }

  @Test
  void theOuterOnePassesThroughTheInnerByIdentity() throws Exception {
    run(
        () -> {
          Timeout outer = Timeout.start(Duration.ofSeconds(1));
          TimeoutExpired expired =
              assertThrows(
                  TimeoutExpired.class,
                  () ->
                      Timeout.withTimeout(
                          Duration.ofSeconds(5),
                          "fallback",
                          () -> {
                            sleepSeconds(10);
                            return "slept";
                          }));
          assertSame(outer, expired.timeout());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void theInnerOneGivesItsFallbackAndTheOuterGoesOn() throws Exception {
    run(
        () -> {
          Timeout outer = Timeout.start(Duration.ofSeconds(5));
          String inner =
              Timeout.withTimeout(
                  Duration.ofSeconds(1),
                  "fallback",
                  () -> {
                    sleepSeconds(10);
                    return "slept";
                  });
          assertEquals("fallback", inner);
          assertTrue(outer.isPending());
          outer.close();
        });
  }

  @Test
  @DirectModeOnly("a timeout reaches a wait of the JDK")
  void aClosedOneThatHasFiredButNotArrivedIsTakenBack() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet =
              Greenlets.spawn(
                  () -> {
                    Timeout timeout = Timeout.start(Duration.ofSeconds(1));
                    // The JDK's wait: the timeout interrupts it, and stays on its way.
                    try {
                      Thread.sleep(Duration.ofDays(1));
                    } catch (InterruptedException e) {
                      trail.step("interrupted");
                    }
                    timeout.close();
                    sleepSeconds(1);
                    trail.step("slept");
                  });
          greenlet.join();
          assertTrue(greenlet.isSuccessful());
        });
    trail.is("interrupted slept");
  }

  @Test
  void zeroFiresAtTheNextWaitAndHugeNever() throws Exception {
    run(
        () -> {
          Timeout zero = Timeout.start(Duration.ZERO);
          trail.step("computed");
          assertThrows(TimeoutExpired.class, () -> sleepSeconds(1));
          zero.close();
          Timeout negative = Timeout.start(Duration.ofSeconds(-5));
          assertThrows(TimeoutExpired.class, () -> sleepSeconds(1));
          negative.close();
          Timeout cancelled = Timeout.start(Duration.ZERO);
          cancelled.close();
          sleepSeconds(1);
          Timeout never = Timeout.start(Duration.ofSeconds(Long.MAX_VALUE));
          assertFalse(never.isPending());
          sleepSeconds(1000);
          never.close();
        });
    trail.is("computed");
  }

  @Test
  void endsAWaitOfAPlainThreadToo() {
    Timeout timeout = Timeout.start(Duration.ofMillis(5));
    TimeoutExpired expired = assertThrows(TimeoutExpired.class, () -> sleepSeconds(100));
    assertSame(timeout, expired.timeout());
    timeout.close();
  }

  @Test
  void catchExceptionDoesNotEatIt() throws Exception {
    run(
        () ->
            assertThrows(
                TimeoutExpired.class,
                () ->
                    Timeout.withTimeout(
                        Duration.ofSeconds(1),
                        () -> {
                          while (true) {
                            try {
                              sleepSeconds(10);
                            } catch (Exception ignored) {
                              trail.step("eaten");
                            }
                          }
                        })));
    trail.is("");
  }

  @Test
  @DirectModeOnly("a timeout reaches a wait of the JDK")
  void endsWaitsOfTheJdkWithItsOwnExpiry() throws Exception {
    run(
        () -> {
          TimeoutExpired expired =
              assertThrows(
                  TimeoutExpired.class,
                  () ->
                      Timeout.withTimeout(
                          Duration.ofSeconds(1),
                          () -> {
                            Thread.sleep(Duration.ofDays(1));
                            return "slept";
                          }));
          assertEquals(1, expired.getSuppressed().length);
          assertEquals(
              "fallback",
              Timeout.withTimeout(
                  Duration.ofSeconds(1),
                  "fallback",
                  () -> {
                    Thread.sleep(Duration.ofDays(1));
                    return "slept";
                  }));
          assertFalse(Thread.currentThread().isInterrupted());
          sleepSeconds(1);
        });
  }

  @Test
  void belongsToTheOneThatStartedIt() throws Exception {
    run(
        () -> {
          Timeout timeout = Timeout.start(Duration.ofSeconds(1));
          Greenlet<?> stranger = Greenlets.spawn(timeout::close);
          assertThrows(IllegalStateException.class, stranger::result);
          timeout.close();
        });
  }

  @Test
  void aKillThatIsOnItsWayIsNotTakenForTheExpiry() throws Exception {
    Hub.run(
        () -> {
          Greenlet<String> victim =
              Greenlets.spawn(
                  () ->
                      Timeout.withTimeout(
                          Duration.ofMillis(20),
                          "fallback",
                          () -> {
                            sleepSeconds(10);
                            return "slept";
                          }));
          Greenlets.yieldNow();
          victim.killAsync();
          long end = System.nanoTime() + 60_000_000;
          while (System.nanoTime() < end) {
            Thread.onSpinWait(); // until the timeout is due, too
          }
          victim.join();
          assertTrue(victim.isReady());
          assertSame(null, victim.value(), "killed, and not ended with the fallback");
        });
  }

  @Test
  void aFailureBehindAShieldIsNotTakenForTheExpiry() throws Exception {
    run(
        () -> {
          IllegalStateException thrown =
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      Timeout.withTimeout(
                          Duration.ofSeconds(1),
                          "fallback",
                          () -> {
                            try (var _ = Shield.open()) {
                              sleepSeconds(2);
                              throw new IllegalStateException("disk full");
                            }
                          }));
          assertEquals("disk full", thrown.getMessage());
          sleepSeconds(5); // the expiry was taken back
        });
  }
}
