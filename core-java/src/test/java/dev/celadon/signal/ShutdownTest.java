package dev.celadon.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShutdownTest {

  private static final Duration HOUR = Duration.ofHours(1);

  /** In this JVM, which must not end. */
  private static ShutdownOptions here() {
    return ShutdownOptions.defaults().withSignals("WINCH").withExits(false);
  }

  private static HubOptions waiting() {
    return HubOptions.defaults().withLoopExit(LoopExit.When.NEVER);
  }

  @Test
  void stopsRunInReverseOrderEachInAGreenletOfItsHub() throws Exception {
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    Hub other = Hub.start("other");
    Hub.run(
        waiting(),
        () -> {
          Shutdown shutdown = Shutdown.install(here());
          shutdown.register("a", left -> steps.add("a " + Greenlets.currentHub().name()));
          Event registered = new Event();
          other.spawnRaw(
              () -> {
                shutdown.register(
                    "b",
                    left -> {
                      Greenlets.yieldNow();
                      steps.add("b " + Greenlets.currentHub().name());
                    });
                registered.set();
              });
          registered.waitUntilSet();
          shutdown.register("c", left -> steps.add("c " + left.compareTo(Duration.ofSeconds(10))));
          Runnable back = shutdown.register("d", left -> steps.add("never"));
          back.run();
          Signals.raise("WINCH");
          shutdown.waitUntilBegun();
          assertTrue(shutdown.hasBegun());
          assertEquals(0, shutdown.waitUntilOver());
          assertTrue(shutdown.waitUntilOver(Duration.ZERO));
        });
    other.close();
    assertEquals(List.of("c -1", "b other", "a hub"), steps);
  }

  @Test
  void aFailureIsToldAndTheShutdownGoesOn() throws Exception {
    List<String> failures = new ArrayList<>();
    Hub.run(
        waiting().withErrorHandler((source, failure) -> failures.add(source + ": " + failure)),
        () -> {
          Trail trail = new Trail();
          Shutdown shutdown = Shutdown.install(here());
          AutoCloseable resource = () -> trail.step("closed");
          shutdown.register(resource);
          shutdown.register(
              "bad",
              _ -> {
                throw new IllegalStateException("no");
              });
          assertTrue(shutdown.begin());
          assertFalse(shutdown.begin());
          assertEquals(1, shutdown.waitUntilOver());
          trail.is("closed");
        });
    assertEquals(1, failures.size());
    assertTrue(failures.getFirst().startsWith("the stop of bad"), failures::toString);
  }

  @Test
  void whatIsLateIsKilledAndWhatStandsBehindItIsLeftOut() throws Exception {
    Hub.run(
        waiting(),
        () -> {
          Trail trail = new Trail();
          Event killed = new Event();
          Shutdown shutdown = Shutdown.install(here().withDeadline(Duration.ofMillis(50)));
          shutdown.register("behind", _ -> trail.step("never"));
          shutdown.register("late", _ -> sleepUntilKilled(killed));
          Signals.raise("WINCH");
          assertEquals(128 + JvmSignals.number("WINCH"), shutdown.waitUntilOver());
          killed.waitUntilSet();
          trail.is("");
        });
  }

  @Test
  void aSecondSignalCutsItShort() throws Exception {
    Hub.run(
        waiting(),
        () -> {
          Event killed = new Event();
          Event begun = new Event();
          Shutdown shutdown = Shutdown.install(here().withDeadline(HOUR));
          shutdown.register(
              "late",
              _ -> {
                begun.set();
                sleepUntilKilled(killed);
              });
          Signals.raise("WINCH");
          begun.waitUntilSet();
          Signals.raise("WINCH");
          assertEquals(128 + JvmSignals.number("WINCH"), shutdown.waitUntilOver());
          killed.waitUntilSet();
        });
  }

  private static void sleepUntilKilled(Event killed) {
    try {
      Greenlets.sleep(HOUR);
    } finally {
      killed.set();
    }
  }

  @Test
  void whatIsRegisteredMeanwhileIsStoppedAndAfterwardsItIsRefused() throws Exception {
    Hub.run(
        waiting(),
        () -> {
          Trail trail = new Trail();
          Shutdown shutdown = Shutdown.install(here());
          shutdown.register("a", _ -> trail.step("a"));
          shutdown.register(
              "b",
              _ -> {
                trail.step("b");
                shutdown.register("c", _ -> trail.step("c"));
              });
          shutdown.begin();
          assertEquals(0, shutdown.waitUntilOver());
          trail.is("b c a");
          assertThrows(IllegalStateException.class, () -> shutdown.register("d", _ -> {}));
        });
  }

  @Test
  void aClosedOneLeavesTheSignalAlone() throws Exception {
    Object before = JvmSignals.handler(() -> {});
    Object inherited = JvmSignals.handle("WINCH", before);
    Hub.run(
        () -> {
          try (Shutdown shutdown = Shutdown.install(here())) {
            assertFalse(shutdown.waitUntilBegun(Duration.ZERO));
            assertEquals("Shutdown[deadline=PT10S]", shutdown.toString());
          }
          assertEquals(before, JvmSignals.handle("WINCH", before));
          Shutdown _ = Shutdown.install(here()); // goes with the hub
        });
    assertEquals(before, JvmSignals.handle("WINCH", inherited));
  }

  @Test
  void aRefusedSignalLeavesNothingBehind() throws Exception {
    Object before = JvmSignals.handler(() -> {});
    Object inherited = JvmSignals.handle("WINCH", before);
    Hub.run(
        () ->
            assertThrows(
                IllegalArgumentException.class,
                () -> Shutdown.install(here().withSignals("WINCH", "QUIT"))));
    assertEquals(before, JvmSignals.handle("WINCH", inherited));
  }

  @Test
  void optionsRefuseWhatMakesNoSense() {
    assertThrows(IllegalArgumentException.class, () -> here().withDeadline(Duration.ZERO));
    assertThrows(IllegalArgumentException.class, () -> here().withHooksDeadline(HOUR.negated()));
    assertEquals(List.of("TERM", "INT"), ShutdownOptions.defaults().signals());
  }

  @Test
  void aProcessStopsInOrderWithStatusZero() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "order");
    child.readTo("ready");
    child.kill("TERM");
    List<String> lines = child.end(0);
    assertEquals(List.of("second stops", "first stops"), lines.subList(0, 2), lines::toString);
    assertTrue(lines.contains("status 0") && lines.contains("clean-up"), lines::toString);
  }

  @Test
  void aProcessDoesNotWaitForWhatIsLateAndNamesIt() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "late");
    child.readTo("ready");
    child.kill("TERM");
    List<String> lines = child.end(128 + 15);
    assertTrue(
        lines.stream().anyMatch(line -> line.endsWith("stopped in time was not: stubborn, first")),
        lines::toString);
  }

  @Test
  void aProcessEndsAtTheSecondSignal() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "again");
    child.readTo("ready");
    child.kill("INT");
    child.readTo("stubborn stops");
    child.kill("INT");
    List<String> lines = child.end(128 + 2);
    assertFalse(lines.contains("first stops"), lines::toString);
  }

  @Test
  void aHookThatWantsTheLockOfAParkedGreenletDoesNotHangTheProcess() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "hook");
    child.readTo("ready");
    child.kill("TERM");
    List<String> lines = child.end(1);
    assertTrue(lines.contains("first stops"), lines::toString);
  }

  @Test
  void anExitThatSomebodyElseBeginsRunsTheStopsAndDoesNotHang() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "exit");
    child.readTo("ready");
    List<String> lines = child.end(1);
    assertTrue(lines.contains("first stops"), lines::toString);
  }

  @Test
  void anExitInAGreenletRunsTheStopsOrSaysAtOnceWhyNot() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "exit in a greenlet");
    child.readTo("ready");
    List<String> lines = child.end(3); // long before the deadline
    boolean refused = lines.stream().anyMatch(line -> line.contains("in System.exit; let it call"));
    assertEquals(
        !"portable".equals(System.getProperty("celadon.carrier")),
        lines.contains("first stops"),
        lines::toString);
    assertEquals(!lines.contains("first stops"), refused, lines::toString);
  }

  @Test
  void aStuckHubDoesNotHangTheProcess() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "stuck");
    child.readTo("ready");
    child.kill("TERM");
    List<String> lines = child.end(128 + 15);
    assertFalse(lines.contains("first stops"), lines::toString);
  }

  @Test
  void aLogThatHangsDoesNotHangTheProcess() throws Exception {
    List<String> toFullPipe =
        List.of(
            "-Dorg.slf4j.simpleLogger.logFile=System.err",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
    ChildJvm child = new ChildJvm(toFullPipe, SignalPrograms.class, "log");
    child.readTo("ready");
    child.kill("TERM");
    assertEquals(List.of(), child.end(1));
  }

  @Test
  void whatIsRegisteredAtTheVeryEndIsStoppedOrRefused() throws Exception {
    Hub.run(
        waiting(),
        () -> {
          for (int i = 0; i < 300; i++) {
            Shutdown shutdown = Shutdown.install(here());
            AtomicInteger registered = new AtomicInteger();
            AtomicInteger stopped = new AtomicInteger();
            Thread late =
                Thread.ofPlatform().start(() -> registerOneByOne(shutdown, registered, stopped));
            boolean _ = shutdown.begin();
            int _ = shutdown.waitUntilOver();
            late.join();
            assertEquals(registered.get(), stopped.get());
          }
        });
  }

  private static void registerOneByOne(
      Shutdown shutdown, AtomicInteger registered, AtomicInteger stopped) {
    try {
      while (true) {
        Runnable _ = shutdown.register("late", _ -> stopped.incrementAndGet());
        int count = registered.incrementAndGet();
        while (stopped.get() < count && !shutdown.isOver()) {
          Thread.onSpinWait();
        }
      }
    } catch (IllegalStateException e) {
      return; // refused: it is over
    }
  }
}
