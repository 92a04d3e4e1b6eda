package dev.celadon.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.LoopExit;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

class HubTestTest {

  private static final String HUB = "dev.celadon.hub.Hub";

  @BeforeEach
  void clear() {
    Samples.TRAIL.clear();
  }

  private static EngineExecutionResults run(DiscoverySelector selector) {
    return EngineTestKit.engine("junit-jupiter").selectors(selector).execute();
  }

  private static EngineExecutionResults run(Class<?> samples) {
    return run(selectClass(samples));
  }

  private static EngineExecutionResults run(Class<?> samples, String method) {
    return run(selectMethod(samples, method));
  }

  private static EngineExecutionResults run(Class<?> samples, String method, String parameter) {
    return run(selectMethod(samples, method, parameter));
  }

  private static Throwable failureOf(Class<?> samples, String method) {
    return only(failures(run(samples, method)));
  }

  private static Throwable failureOf(Class<?> samples, String method, String parameter) {
    return only(failures(run(samples, method, parameter)));
  }

  private static Throwable only(List<Throwable> failures) {
    assertEquals(1, failures.size());
    return failures.getFirst();
  }

  private static List<Throwable> failures(EngineExecutionResults results) {
    return results.allEvents().failed().stream()
        .map(event -> event.getRequiredPayload(TestExecutionResult.class))
        .map(result -> Objects.requireNonNull(result.getThrowable().orElse(null)))
        .toList();
  }

  @Test
  void whatIsRightPasses() {
    EngineExecutionResults results = run(Samples.Passing.class);
    assertEquals(List.of(), failures(results));
    assertEquals(7, results.testEvents().succeeded().count());
  }

  @Test
  void allMethodsRunInOneGreenletOfOneHub() {
    assertEquals(List.of(), failures(run(Samples.AllInOneHub.class)));
    assertEquals(List.of("before", "spawned before", "test", "after"), Samples.TRAIL);
  }

  @Test
  void anInterruptOfATestIsNotForTheMethodsAfterIt() {
    assertEquals(List.of(), failures(run(Samples.LeavingThingsBehind.class)));
    assertEquals(List.of("after"), Samples.TRAIL);
  }

  @Test
  void whoCannotRunAnyMoreBecauseTheTestWasKilledIsNotWaitedFor() {
    List<Throwable> failures = failures(run(Samples.Killed.class));
    assertTrue(!failures.isEmpty());
    assertTrue(
        failures.stream().noneMatch(each -> String.valueOf(each).contains("not over after")),
        failures.toString());
  }

  @Test
  void aTestMayShutItsHubDownAsItsLastAct() {
    for (int i = 0; i < 20; i++) {
      assertEquals(List.of(), failures(run(Samples.ShuttingDown.class, "inRealTime", HUB)));
    }
    assertEquals(List.of(), failures(run(Samples.ShuttingDown.class, "asItsLastAct", HUB)));
    assertEquals(List.of(), failures(run(Samples.ShuttingDown.class, "andTakingTheKill", HUB)));
    assertEquals(Collections.nCopies(50, "killed"), Samples.TRAIL);
  }

  @Test
  void whoGoesOnAfterItHasShutItsHubDownIsKilledAtItsNextSwitch() {
    for (int i = 0; i < 20; i++) {
      List<Throwable> failures = failures(run(Samples.ShuttingDown.class, "inTheMiddle", HUB));
      assertEquals(1, failures.size());
      assertInstanceOf(GreenletExit.class, failures.getFirst());
      assertEquals(0, failures.getFirst().getSuppressed().length);
    }
    assertEquals(Collections.nCopies(20, "goes on"), Samples.TRAIL);
  }

  @Test
  void methodsThatComeAfterAShutdownFailAtOnce() {
    for (int i = 0; i < 20; i++) {
      Throwable failure = failureOf(Samples.ShutDownBefore.class, "test", HUB);
      assertInstanceOf(AssertionError.class, failure);
      assertTrue(failure.getMessage().contains("shut its hub down"), failure.getMessage());
      assertEquals(0, failure.getSuppressed().length);
    }
    assertEquals(List.of(), Samples.TRAIL);
  }

  @Test
  void aFailureIsThrownUnchanged() {
    Throwable failure = failureOf(Samples.Failing.class, "itsOwnFailure");
    assertInstanceOf(Samples.Failing.Boom.class, failure);
  }

  @Test
  void noWrapperIsTakenOffAFailure() {
    assertInstanceOf(CompletionException.class, failureOf(Samples.Wrapped.class, "failure"));
  }

  @Test
  void aFailureOfAGreenletThatNobodyTookFailsTheTest() {
    Throwable failure = failureOf(Samples.Failing.class, "aGreenletsFailure");
    assertInstanceOf(Samples.Failing.Boom.class, failure);
  }

  @Test
  void furtherFailuresAreSuppressed() {
    Throwable failure = failureOf(Samples.Failing.class, "twoGreenletsFailures");
    assertInstanceOf(Samples.Failing.Boom.class, failure.getSuppressed()[0]);
  }

  @Test
  void aDeadlockIsToldAtOnce() {
    Throwable failure = failureOf(Samples.Failing.class, "deadlock");
    LoopExit exit = assertInstanceOf(LoopExit.class, failure);
    assertTrue(exit.getMessage().contains("the other one"), exit.getMessage());
  }

  @Test
  void aLeakIsTold() {
    Throwable failure = failureOf(Samples.Failing.class, "leak");
    assertInstanceOf(AssertionError.class, failure);
    assertTrue(failure.getMessage().contains("the forgotten one"), failure.getMessage());
    assertTrue(failure.getMessage().contains("Samples"), failure.getMessage());
  }

  @Test
  void aTestThatTakesTooLongTellsWhatItDoes() {
    Throwable failure = failureOf(Samples.Failing.class, "tooLong");
    assertInstanceOf(AssertionError.class, failure);
    assertTrue(failure.getMessage().contains("not over after 1 s"), failure.getMessage());
    assertTrue(failure.getMessage().contains("main greenlet"), failure.getMessage());
  }

  @Test
  void aTestThatHoldsItsThreadIsInterrupted() {
    Throwable failure = failureOf(Samples.Failing.class, "holdsItsThread");
    assertTrue(failure.getMessage().contains("not over after 1 s"), failure.getMessage());
    assertTrue(failure.getMessage().contains("holdsItsThread"), failure.getMessage());
  }

  @Test
  void realTimeHasNoVirtualClock() {
    List<Throwable> failures =
        failures(
            run(
                selectMethod(
                    Samples.Failing.class,
                    "noClockInRealTime",
                    "dev.celadon.simulation.VirtualClock")));
    assertInstanceOf(ParameterResolutionException.class, failures.getFirst());
  }

  @Test
  void attributesOutOfRangeAreRefused() {
    Throwable failure = failureOf(Samples.Failing.class, "lessThanNoSeeds");
    assertInstanceOf(IllegalArgumentException.class, failure);
  }

  @Test
  void aFailedAssumptionSkipsTheTest() {
    assertEquals(1, run(Samples.Aborted.class).testEvents().aborted().count());
  }

  @Test
  void everySeedIsARunOfItsOwn() {
    EngineExecutionResults results = run(Samples.Seeded.class, "aThousandOrders");
    assertEquals(List.of(), failures(results));
    assertEquals(1_000, results.testEvents().succeeded().count());
    assertEquals(24, new HashSet<>(Samples.TRAIL).size()); // all orders of four
  }

  @Test
  void aSeedReplays() {
    assertEquals(List.of(), failures(run(Samples.Seeded.class, "chosenSeeds")));
    assertEquals(3, Samples.TRAIL.size());
    assertEquals(Samples.TRAIL.get(0), Samples.TRAIL.get(1));
    assertNotEquals(Samples.TRAIL.get(1), Samples.TRAIL.get(2));
  }

  @Test
  void theFirstSeedThatFailsIsTheLastAndIsTold() {
    EngineExecutionResults results = run(Samples.SeededFailing.class, "failsWithTheFourth");
    assertEquals(3, results.testEvents().succeeded().count());
    assertEquals(4, Samples.TRAIL.size());
    assertEquals(
        List.of("it failed with seed 3: replay it with @HubTest(seed = 3L)"),
        hints(failures(results).getFirst()));
  }

  @Test
  void theSeedOfAFailureInTheBackgroundIsTold() {
    assertEquals(
        List.of("it failed with seed 17: replay it with @HubTest(seed = 17L)"),
        hints(failureOf(Samples.SeededFailing.class, "failsInTheBackground")));
  }

  private static List<String> hints(Throwable failure) {
    return Stream.of(failure.getSuppressed()).map(Throwable::getMessage).toList();
  }
}
