package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold for every call that waits: its own time limit ends it, a foreign timeout comes out
 * by identity, a kill and an interrupt end it, and nothing of the wait is left behind in any case.
 */
class EveryWaitTest {

  static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  /** Virtual time, but real where somebody outside is waited for. */
  private static final Duration TICK = Duration.ofMillis(20);

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
            GreenletWaits.waits(),
            SyncWaits.waits(),
            QueueWaits.waits(),
            PoolWaits.waits(),
            ThreadPoolWaits.waits(),
            DnsWaits.waits(),
            ProcessWaits.waits(),
            SignalWaits.waits(),
            FileWaits.waits(),
            SelectWaits.waits())
        .flatMap(waits -> waits);
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsInTime(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          assertFalse(wait.call().within(TICK.multipliedBy(3)), wait.name());
          assertFalse(wait.call().within(Duration.ZERO));
          assertFalse(wait.call().within(TICK.negated()));
          nothingIsLeftOf(wait);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void letsAForeignTimeoutOut(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          for (Duration own : List.of(TICK.multipliedBy(5), FOREVER)) {
            Timeout foreign = Timeout.start(TICK.multipliedBy(2));
            TimeoutExpired expired =
                assertThrows(TimeoutExpired.class, () -> wait.call().within(own), wait.name());
            assertSame(foreign, expired.timeout());
            foreign.close();
          }
          nothingIsLeftOf(wait);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsByKill(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          Greenlet<Boolean> victim = Greenlets.spawn(() -> wait.call().within(FOREVER));
          Greenlet<Boolean> next = Greenlets.spawn(() -> wait.call().within(FOREVER));
          Greenlets.sleep(TICK);
          victim.killAsync();
          wait.satisfy().run(); // the victim is dead already, although it has not run yet
          assertTrue(next.result(), wait.name());
          victim.join();
          assertTrue(victim.isCancelled());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void whatWasHandedOverBeforeAKillIsKept(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          Trail trail = new Trail();
          Greenlet<?> victim =
              Greenlets.spawn(
                  () -> {
                    trail.step("got:" + wait.call().within(FOREVER));
                    Greenlets.yieldNow();
                    trail.step("never");
                  });
          Greenlets.sleep(TICK);
          boolean atOnce = !wait.name().startsWith("Greenlet"); // others pass through a greenlet
          wait.satisfy().run();
          if (!atOnce) {
            Greenlets.yieldNow(); // the greenlet ends
            Greenlets.yieldNow(); // and its pool hears of it
          }
          victim.kill();
          trail.is("got:true");
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsByInterrupt(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          Greenlet<Boolean> greenlet =
              Greenlets.spawn(
                  () -> {
                    try {
                      return wait.call().within(FOREVER);
                    } catch (InterruptedWaitException e) {
                      assertTrue(Thread.interrupted(), "the status stays set");
                      return true;
                    } catch (InterruptedException e) {
                      assertFalse(
                          Thread.currentThread().isInterrupted(), "the checked twin clears it");
                      return true;
                    }
                  });
          Greenlets.sleep(TICK);
          greenlet.thread().interrupt();
          assertTrue(greenlet.result(), wait.name());
          nothingIsLeftOf(wait);
        });
  }

  /**
   * A waiter left behind would swallow what the next one is to get; a timer would still be armed.
   */
  private static void nothingIsLeftOf(Wait wait) {
    assertEquals(0, Hub.current().loop().pendingTimers());
    Greenlet<Boolean> next = Greenlets.spawn(() -> wait.call().within(TICK));
    Greenlets.yieldNow();
    wait.satisfy().run();
    assertTrue(next.result(), "nothing is left of " + wait.name());
    assertEquals(0, Hub.current().loop().pendingTimers());
  }

  private static void inVirtualTime(dev.celadon.hub.Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }
}
