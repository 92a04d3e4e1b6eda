package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.loop.EventLoop;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Barrier;
import dev.celadon.sync.Event;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every call that takes a time takes any: zero and less is no time at all, and what is longer than
 * anybody lives is for ever.
 */
class DurationTest {

  private static final Duration HUGE = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
  private static final Duration DAY = Duration.ofDays(1);

  /** None of these lets time pass. */
  private static final List<Duration> NO_TIME =
      List.of(
          Duration.ZERO,
          Duration.ofNanos(-1),
          Duration.ofSeconds(-1),
          Duration.ofSeconds(Long.MIN_VALUE));

  static Stream<Supplier<Wait>> waits() {
    return EveryWaitTest.waits();
  }

  @ParameterizedTest
  @MethodSource("waits")
  void aWaitOfNoTimeOnlyLooksAndAHugeOneIsForEver(Supplier<Wait> make) throws Exception {
    VirtualClock clock = new VirtualClock();
    Hub.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          Wait wait = make.get();
          for (Duration none : NO_TIME) {
            assertFalse(wait.call().within(none), () -> wait + " of " + none);
          }
          assertEquals(Duration.ZERO, clock.elapsed(), wait.name());
          Greenlet<Boolean> patient = Greenlets.spawn(() -> wait.call().within(HUGE));
          Greenlets.yieldNow();
          // Beside work elsewhere, such as a child process or a channel, time does not jump.
          EventLoop loop = Hub.current().loop();
          boolean real = loop.references() > 0 || loop.waitsForChannels();
          Greenlets.sleep(real ? Duration.ofMillis(20) : DAY);
          assertFalse(patient.isReady(), wait.name());
          assertEquals(0, loop.pendingTimers(), "for ever needs no timer");
          wait.satisfy().run();
          assertTrue(patient.result(), wait.name());
        });
  }

  /**
   * A call that takes a time and is no wait of {@link EveryWaitTest}.
   *
   * @param none checks the call with no time
   * @param huge checks it with a huge one
   */
  record Call(String name, Check none, Check huge) {

    interface Check {
      void with(Duration duration) throws Exception;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Call> calls() {
    return Stream.of(
        new Call("sleep", DurationTest::sleepsNotAtAll, DurationTest::sleepsForEver),
        starts("Greenlets.spawnLater", (delay, body) -> Greenlets.spawnLater(delay, body)),
        starts(
            "Greenlets.spawnLaterLocal",
            (delay, body) ->
                Greenlets.spawnLaterLocal(
                    delay,
                    () -> {
                      body.run();
                      return true;
                    })),
        starts(
            "Greenlet.startLater",
            (delay, body) -> {
              Greenlet<?> greenlet = Greenlet.unstarted(Hub.current(), body);
              greenlet.startLater(delay);
              return greenlet;
            }),
        new Call("Timeout", DurationTest::firesAtTheNextSwitch, DurationTest::neverFires),
        new Call(
            "withTimeout",
            none -> assertEquals("over", Greenlets.withTimeout(none, "over", () -> slept())),
            huge -> assertEquals("slept", Greenlets.withTimeout(huge, "over", () -> slept()))),
        new Call(
            "withTimeoutOrNull",
            none -> assertEquals(null, Timeout.withTimeoutOrNull(none, () -> slept())),
            huge -> assertEquals("slept", Timeout.withTimeoutOrNull(huge, () -> slept()))),
        new Call(
            "Hub.join",
            none -> assertFalse(whileOneSleeps(() -> Hub.current().join(none))),
            huge -> assertTrue(whileOneSleeps(() -> Hub.current().join(huge)))),
        new Call(
            "Barrier.waitForAll",
            none -> assertThrows(TimeoutException.class, () -> new Barrier(2).waitForAll(none)),
            huge -> {
              Barrier barrier = new Barrier(2);
              Greenlet<?> other = Greenlets.spawn(() -> barrier.waitForAll(huge));
              Greenlets.sleep(DAY);
              assertEquals(0, barrier.waitForAll(huge), "the last one to come");
              other.result();
            }),
        new Call(
            "Hub.runCallbackLater",
            _ -> assertTrue(isCalledWithin(DAY, Long.MIN_VALUE)),
            _ -> assertFalse(isCalledWithin(DAY, Long.MAX_VALUE))),
        new Call(
            "HubOptions.withBatchLimit",
            none ->
                assertThrows(
                    IllegalArgumentException.class,
                    () -> HubOptions.defaults().withBatchLimit(none)),
            huge -> runsAProgram(HubOptions.defaults().withBatchLimit(huge))),
        new Call(
            "HubOptions.withCloseTimeout",
            none -> {
              if (none.isZero()) {
                runsAProgram(HubOptions.defaults().withCloseTimeout(none));
              } else {
                assertThrows(
                    IllegalArgumentException.class,
                    () -> HubOptions.defaults().withCloseTimeout(none));
              }
            },
            huge -> runsAProgram(HubOptions.defaults().withCloseTimeout(huge))),
        new Call(
            "ThreadPoolOptions.withIdleTimeout",
            none -> {
              if (!none.isZero()) {
                assertThrows(
                    IllegalArgumentException.class,
                    () -> ThreadPoolOptions.defaults().withIdleTimeout(none));
              }
            },
            huge -> ThreadPoolOptions.defaults().withIdleTimeout(huge)));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void noTimeAndHugeOnesMeanWhatTheySay(Call call) throws Exception {
    for (Duration none : NO_TIME) {
      inVirtualTime(() -> call.none().with(none));
    }
    inVirtualTime(() -> call.huge().with(HUGE));
  }

  private interface Starter {
    Greenlet<?> start(Duration delay, Body body);
  }

  private static Call starts(String name, Starter starter) {
    return new Call(
        name,
        none -> {
          Trail trail = new Trail();
          starter.start(none, () -> trail.step("first"));
          Greenlets.spawn(() -> trail.step("second"));
          Greenlets.sleep(Duration.ofNanos(1));
          assertTrue(trail.toString().contains("first"), name);
        },
        huge -> {
          Greenlet<?> never = starter.start(huge, () -> {});
          assertTrue(never.isStarted());
          Greenlets.sleep(DAY);
          assertFalse(never.isReady(), name);
          never.kill();
          assertTrue(never.isCancelled());
        });
  }

  private static void sleepsNotAtAll(Duration none) {
    Trail trail = new Trail();
    Greenlets.spawn(() -> trail.step("other"));
    long before = Hub.current().loop().nanoTime();
    Greenlets.sleep(none);
    trail.step("main");
    trail.is("other main"); // it lets the others have their turn
    assertEquals(before, Hub.current().loop().nanoTime());
  }

  private static void sleepsForEver(Duration huge) {
    Greenlet<?> sleeper = Greenlets.spawn(() -> Greenlets.sleep(huge));
    Greenlets.sleep(DAY);
    assertFalse(sleeper.isReady());
    assertEquals(0, Hub.current().loop().pendingTimers());
    sleeper.kill();
  }

  private static void firesAtTheNextSwitch(Duration none) {
    Timeout timeout = Timeout.start(none);
    TimeoutExpired expired =
        assertThrows(TimeoutExpired.class, () -> new Event().waitUntilSet(HUGE));
    assertEquals(timeout, expired.timeout());
  }

  private static void neverFires(Duration huge) {
    try (Timeout timeout = Timeout.start(huge)) {
      Greenlets.sleep(DAY);
      assertFalse(timeout.isPending(), "it has no timer");
    }
  }

  private static String slept() {
    Greenlets.sleep(DAY);
    return "slept";
  }

  private static boolean whileOneSleeps(Supplier<Boolean> call) {
    Greenlet<?> sleeper = Greenlets.spawn(() -> Greenlets.sleep(DAY));
    boolean answer = call.get();
    sleeper.kill();
    return answer;
  }

  private static boolean isCalledWithin(Duration time, long delayNanos) {
    boolean[] called = new boolean[1];
    Hub.current().runCallbackLater(delayNanos, () -> called[0] = true);
    Greenlets.sleep(time);
    return called[0];
  }

  private static void runsAProgram(HubOptions options) {
    Hub hub = Hub.start(options);
    assertEquals("x", Greenlet.spawn(hub, () -> "x").result());
    hub.close();
  }

  private static void inVirtualTime(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }
}
