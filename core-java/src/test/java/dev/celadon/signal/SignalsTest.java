package dev.celadon.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code WINCH}, {@code URG} and {@code CONT}, which do nothing by default. */
class SignalsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicInteger before = new AtomicInteger();
  private final Object handlerBefore = JvmSignals.handler(before::incrementAndGet);
  private Object inheritedHandler;

  @BeforeEach
  void aHandlerIsThereBefore() {
    inheritedHandler = JvmSignals.handle("WINCH", handlerBefore);
  }

  @AfterEach
  void itIsThereAfterwards() {
    assertSame(handlerBefore, JvmSignals.handle("WINCH", inheritedHandler));
  }

  private static HubOptions waiting() {
    return HubOptions.defaults().withLoopExit(LoopExit.When.NEVER);
  }

  private static HubOptions virtual() {
    return HubOptions.defaults().withClock(new VirtualClock());
  }

  @Test
  void aHandlerRunsInAFreshGreenletOfItsHubAndMayWait() throws Exception {
    Hub.run(
        waiting(),
        () -> {
          Trail trail = new Trail();
          Event handled = new Event();
          try (SignalHandler handler =
              Signals.on(
                  "WINCH",
                  () -> {
                    trail.step(Greenlets.current().toString());
                    Greenlets.sleep(Duration.ofMillis(1));
                    handled.set();
                  })) {
            assertEquals("SignalHandler[WINCH]", handler.toString());
            Signals.raise("WINCH");
            trail.step("raised");
            handled.waitUntilSet();
          }
          trail.is("raised the handler of the signal WINCH");
          assertEquals(0, before.get());
        });
  }

  @Test
  void theHandlersOfASignalStartInTheirOrderAndEachOnItsHub() throws Exception {
    Hub.run(
        virtual(),
        () -> {
          Trail trail = new Trail();
          Signals.on("WINCH", () -> trail.step("a"));
          SignalHandler second = Signals.on("WINCH", () -> trail.step("b"));
          Signals.on("WINCH", () -> trail.step("c"));
          Arrivals.of("WINCH");
          Greenlets.yieldNow();
          second.cancel();
          Arrivals.of("WINCH");
          trail.step("|");
          Greenlets.yieldNow();
          trail.is("a b c | a c");
        });
  }

  @Test
  void aCancelledHandlerDropsWhatHasArrived() throws Exception {
    Hub.run(
        virtual(),
        () -> {
          Trail trail = new Trail();
          SignalHandler handler = Signals.on("WINCH", () -> trail.step("never"));
          Arrivals.of("WINCH");
          handler.cancel();
          handler.cancel();
          assertFalse(handler.isActive());
          assertEquals("SignalHandler[WINCH, cancelled]", handler.toString());
          Greenlets.yieldNow();
          trail.is("");
        });
  }

  @Test
  void theLastOneThatGoesPutsBackWhatWasThere() throws Exception {
    Hub.run(
        virtual(),
        () -> {
          SignalHandler one = Signals.on("WINCH", () -> {});
          SignalHandler two = Signals.on("WINCH", () -> {});
          one.cancel();
          Object installed = JvmSignals.handle("WINCH", handlerBefore);
          assertNotEquals(handlerBefore, installed, "still handled");
          assertSame(handlerBefore, JvmSignals.handle("WINCH", installed));
          two.cancel();
          assertSame(handlerBefore, JvmSignals.handle("WINCH", handlerBefore));
        });
  }

  @Test
  void whoCameLaterKeepsItsHandler() throws Exception {
    Hub.run(
        virtual(),
        () -> {
          SignalHandler handler = Signals.on("WINCH", () -> {});
          Object later = JvmSignals.handler(() -> {});
          Object _ = JvmSignals.handle("WINCH", later);
          handler.cancel();
          assertSame(later, JvmSignals.handle("WINCH", handlerBefore));
        });
  }

  @Test
  void aFailureGoesToTheErrorHandler() throws Exception {
    List<String> failures = new ArrayList<>();
    Hub.run(
        virtual().withErrorHandler((source, failure) -> failures.add(source + ": " + failure)),
        () -> {
          Signals.on(
              "WINCH",
              () -> {
                throw new Exception("no");
              });
          Arrivals.of("WINCH");
          Greenlets.yieldNow();
        });
    assertEquals(1, failures.size());
    assertTrue(
        failures.getFirst().startsWith("the handler of the signal WINCH")
            && failures.getFirst().endsWith("java.lang.Exception: no"),
        failures::toString);
  }

  @Test
  void aHandlerDoesNotKeepTheHubBusyAndGoesWithIt() throws Exception {
    SignalHandler[] handler = new SignalHandler[1];
    Hub ended =
        Hub.run(
            virtual(),
            () -> {
              handler[0] = Signals.on("WINCH", () -> {});
              assertTrue(Greenlets.currentHub().join(SECOND));
              return Greenlets.currentHub();
            });
    assertFalse(handler[0].isActive());
    Arrivals.of("WINCH"); // an arrival that was on its way
    assertThrows(HubClosedException.class, () -> ended.spawnRaw(() -> {}));
  }

  @Test
  void aNameIsChecked() throws Exception {
    Hub.run(
        () -> {
          for (String name : List.of("QUIT", "SEGV", "KILL", "SIGTERM", "NONSENSE")) {
            assertThrows(IllegalArgumentException.class, () -> Signals.on(name, () -> {}), name);
            assertThrows(IllegalArgumentException.class, () -> Signals.waitFor(SECOND, name), name);
          }
          assertThrows(IllegalArgumentException.class, () -> Signals.waitFor());
          assertThrows(IllegalArgumentException.class, () -> Signals.raise("NONSENSE"));
          assertThrows(
              IllegalArgumentException.class, () -> Signals.waitFor(SECOND, "WINCH", "QUIT"));
        });
  }

  @Test
  void aWaitEndsWithTheSignalThatArrives() throws Exception {
    Hub.run(
        () -> { // no LoopExit: the wait counts as something that may come
          Greenlet<String> waiter = Greenlets.spawn(() -> Signals.waitFor("URG", "WINCH"));
          Greenlets.sleep(Duration.ofMillis(1));
          Signals.raise("WINCH");
          assertEquals("WINCH", waiter.result());
          assertEquals(0, Greenlets.currentHub().loop().references());
        });
  }

  @Test
  void aPlainThreadWaits() throws Exception {
    AtomicBoolean waiting = new AtomicBoolean();
    Thread helper =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!waiting.get() || Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                  }
                  while (waiting.get()) {
                    Signals.raise("WINCH");
                    Thread.onSpinWait();
                  }
                });
    waiting.set(true);
    assertEquals("WINCH", Signals.waitFor("WINCH"));
    waiting.set(false);
    helper.join();
  }

  @Test
  void aWaitThatEndsEarlyLeavesNothing() throws Exception {
    Hub.run(
        virtual(),
        () -> {
          assertNull(Signals.waitFor(SECOND, "WINCH"));
          assertSame(handlerBefore, JvmSignals.handle("WINCH", handlerBefore));
          Greenlet<String> waiter = Greenlets.spawn(() -> Signals.waitFor("WINCH"));
          Greenlets.yieldNow();
          waiter.kill();
          assertSame(handlerBefore, JvmSignals.handle("WINCH", handlerBefore));
          assertNull(Signals.waitFor(Duration.ZERO, "WINCH"));
        });
  }

  @Test
  void everyArrivalReachesAllWhoWaitThenInEveryOrder() {
    Simulation.explore(
        1_000,
        () -> {
          List<Greenlet<String>> waiters = new ArrayList<>();
          AtomicInteger handled = new AtomicInteger();
          SignalHandler handler = Signals.on("WINCH", handled::incrementAndGet);
          for (int i = 0; i < 4; i++) {
            Duration patience = SECOND.multipliedBy(i);
            waiters.add(Greenlets.spawn(() -> Signals.waitFor(patience, "WINCH", "URG")));
          }
          Greenlet<String> killed = Greenlets.spawn(() -> Signals.waitFor("WINCH"));
          Greenlets.spawnLater(SECOND.dividedBy(2), () -> killed.kill());
          Greenlets.spawnLater(SECOND.multipliedBy(3).dividedBy(2), () -> Arrivals.of("WINCH"));
          Greenlets.joinAll(waiters);
          killed.join();
          assertTrue(killed.isCancelled());
          List<String> got = new ArrayList<>();
          for (Greenlet<String> waiter : waiters) {
            got.add("" + waiter.result());
          }
          assertEquals(List.of("null", "null", "WINCH", "WINCH"), got);
          Greenlets.yieldNow();
          assertEquals(1, handled.get());
          handler.cancel();
        });
  }

  @Test
  void handlersComeAndGoWhileSignalsArriveOnOtherThreads() throws Exception {
    AtomicBoolean going = new AtomicBoolean(true);
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      senders.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (going.get()) {
                      Arrivals.of("WINCH");
                      Thread.onSpinWait();
                    }
                  }));
    }
    Hub.run(
        waiting(),
        () -> {
          List<Greenlet<?>> greenlets = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            greenlets.add(
                Greenlets.spawn(
                    () -> {
                      for (int round = 0; round < 50; round++) {
                        Event once = new Event();
                        try (SignalHandler _ = Signals.on("WINCH", once::set)) {
                          once.waitUntilSet();
                        }
                        assertNotNull(Signals.waitFor("WINCH"));
                      }
                    }));
          }
          Greenlets.joinAllOrThrow(greenlets);
        });
    going.set(false);
    for (Thread sender : senders) {
      sender.join();
    }
  }

  @Test
  void aProcessThatIsKilledByItsSignalHandlesIt() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "handler");
    child.readTo("ready");
    child.kill("TERM");
    assertEquals(List.of("handled", "main ends"), child.end(0));
  }

  @Test
  void aProcessWaitsForItsSignal() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "wait");
    child.readTo("ready");
    Thread.sleep(500); // between the line and the wait, the signal would end the process
    child.kill("INT");
    assertEquals(List.of("waited for INT", "main ends"), child.end(0));
  }

  @Test
  void afterTheLastHandlerTheSignalEndsTheProcess() throws Exception {
    ChildJvm child = new ChildJvm(SignalPrograms.class, "default");
    child.readTo("ready");
    child.kill("TERM");
    assertEquals(List.of(), child.end(128 + 15));
  }

  @Test
  void withReducedSignalsTheRefusalSaysWhy() throws Exception {
    ChildJvm child = new ChildJvm(List.of("-Xrs"), SignalPrograms.class, "reduced");
    assertEquals(
        List.of(
            "the JVM or the system keeps the signal TERM for itself: use another one; HUP, INT and"
                + " TERM are free unless the JVM runs with -Xrs",
            "main ends"),
        child.end(0));
  }
}
