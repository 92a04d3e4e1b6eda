package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.DirectModeOnly;
import dev.celadon.Greenlets;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Every state of a greenlet, killed in every way, with an exit and with something else. */
class KillMatrixTest extends VirtualTimeTest {

  private enum State {
    NOT_STARTED,
    NEVER_RUN,
    STARTS_LATER,
    READY,
    WAITS,
    WAITS_IN_THE_JDK,
    FINISHED,
    FAILED;

    boolean isOver() {
      return this == FINISHED || this == FAILED;
    }

    boolean neverRuns() {
      return this == NOT_STARTED || this == NEVER_RUN || this == STARTS_LATER;
    }
  }

  private enum Way {
    BLOCKING,
    ASYNC,
    PATIENT,
    IMPATIENT,
    ALL
  }

  @Test
  void everyStateEndsInEveryWay() throws Exception {
    for (State state : State.values()) {
      if (state != State.WAITS_IN_THE_JDK) {
        killInEveryWay(state);
      }
    }
  }

  @Test
  @DirectModeOnly("a kill reaches a wait of the JDK")
  void aWaitOfTheJdkEndsInEveryWay() throws Exception {
    killInEveryWay(State.WAITS_IN_THE_JDK);
  }

  private void killInEveryWay(State state) throws Exception {
    for (Way way : Way.values()) {
      for (Throwable thrown : List.of(new GreenletExit(), new IllegalStateException("own"))) {
        run(() -> kill(state, way, thrown));
      }
    }
  }

  private static void kill(State state, Way way, Throwable thrown) throws Exception {
    String label = state + " " + way + " " + thrown;
    AtomicBoolean ran = new AtomicBoolean();
    AtomicInteger linked = new AtomicInteger();
    Greenlet<String> victim = victim(state, ran);
    victim.link(_ -> linked.incrementAndGet());
    switch (way) {
      case BLOCKING -> {
        victim.kill(thrown);
        assertTrue(victim.isReady(), label);
      }
      case ASYNC -> victim.killAsync(thrown);
      case PATIENT -> assertTrue(victim.kill(thrown, Duration.ofSeconds(1)), label);
      case IMPATIENT ->
          assertEquals(
              state.neverRuns() || state.isOver(), victim.kill(thrown, Duration.ZERO), label);
      case ALL -> Greenlets.killAll(List.of(victim, victim), () -> thrown);
    }
    victim.join();
    sleepSeconds(1); // for the link
    assertEquals(1, linked.get(), label);
    assertEquals(!state.neverRuns(), ran.get(), label);
    boolean killed = !state.isOver() && thrown instanceof GreenletExit;
    assertEquals(killed, victim.isCancelled(), label);
    assertEquals(killed || state == State.FINISHED, victim.isSuccessful(), label);
    assertEquals(state == State.FINISHED ? "value" : null, victim.value(), label);
    if (!state.isOver() && !killed) {
      assertSame(thrown, victim.exception(), label);
      assertSame(thrown, victim.exceptionNow());
      assertEquals(Future.State.FAILED, victim.state());
    } else if (state != State.FAILED) {
      assertNull(victim.exception(), label);
    }
    victim.start(); // never again
    victim.startLater(Duration.ofSeconds(1));
    assertFalse(victim.isStarted(), label);
    assertEquals(1, Hub.current().liveGreenlets(), label);
    assertEquals(0, Hub.current().loop().pendingTimers(), label);
  }

  private static Greenlet<String> victim(State state, AtomicBoolean ran) throws Exception {
    Greenlet<String> victim =
        new Greenlet<>(
            Hub.current(),
            () -> {
              ran.set(true);
              switch (state) {
                case READY -> {
                  while (true) {
                    Greenlets.yieldNow();
                  }
                }
                case WAITS -> forever();
                case WAITS_IN_THE_JDK -> Thread.sleep(Duration.ofDays(1));
                case FAILED -> throw new IllegalArgumentException("before");
                default -> {}
              }
              return "value";
            });
    switch (state) {
      case NOT_STARTED -> {}
      case NEVER_RUN -> victim.start();
      case STARTS_LATER -> victim.startLater(Duration.ofDays(1));
      case FINISHED, FAILED -> {
        victim.start();
        victim.join();
      }
      default -> {
        victim.start();
        Greenlets.yieldNow();
        Greenlets.yieldNow();
      }
    }
    return victim;
  }

  @Test
  void aGreenletEndsItselfInEveryWay() throws Exception {
    for (Way way : Way.values()) {
      for (Throwable thrown : List.of(new GreenletExit(), new IllegalStateException("own"))) {
        run(
            () -> {
              Greenlet<?>[] self = new Greenlet<?>[1];
              self[0] =
                  Greenlets.spawn(
                      () -> {
                        switch (way) {
                          case BLOCKING -> self[0].kill(thrown);
                          case ASYNC -> Greenlets.kill(self[0], thrown);
                          case PATIENT -> self[0].kill(thrown, Duration.ofSeconds(1));
                          case IMPATIENT -> self[0].kill(thrown, Duration.ZERO);
                          case ALL -> Greenlets.killAll(List.of(self[0]), () -> thrown);
                        }
                        trail.step("never");
                      });
              self[0].join();
              assertEquals(thrown instanceof GreenletExit, self[0].isCancelled());
              assertEquals(thrown instanceof GreenletExit ? null : thrown, self[0].exception());
            });
      }
    }
    trail.is("");
  }

  @Test
  void inEveryOrderEverybodyEndsOnceAndNothingIsLeft() {
    Simulation.explore(
        1_000,
        () -> {
          Event gate = new Event();
          AtomicInteger ends = new AtomicInteger();
          List<Greenlet<?>> victims = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            int number = i;
            Greenlet<?> victim =
                Greenlets.spawn(
                    () -> {
                      Greenlets.yieldNow();
                      switch (number % 3) {
                        case 0 -> gate.waitUntilSet();
                        case 1 -> gate.waitUntilSet(Duration.ofSeconds(2));
                        default -> Greenlets.yieldNow();
                      }
                      return number;
                    });
            victim.link(_ -> ends.incrementAndGet());
            victims.add(victim);
          }
          List<Greenlet<?>> killers = new ArrayList<>();
          for (Greenlet<?> victim : victims) {
            killers.add(Greenlets.spawn(() -> victim.kill()));
            killers.add(Greenlets.spawn(() -> victim.kill(Duration.ofSeconds(1))));
          }
          killers.add(Greenlets.spawn(() -> Greenlets.killAll(victims)));
          killers.add(
              Greenlets.spawn(
                  () -> {
                    try {
                      Greenlets.killAll(victims, Duration.ofSeconds(1));
                    } catch (TimeoutException e) {
                      throw new AssertionError(e);
                    }
                  }));
          killers.add(Greenlets.spawn(gate::set));
          Greenlets.joinAllOrThrow(killers);
          for (Greenlet<?> victim : victims) {
            assertTrue(victim.isReady() && victim.isSuccessful());
            assertTrue(victim.isCancelled() == (victim.value() == null));
          }
          sleepSeconds(1);
          assertEquals(victims.size(), ends.get());
          assertEquals(1, Hub.current().liveGreenlets());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }
}
