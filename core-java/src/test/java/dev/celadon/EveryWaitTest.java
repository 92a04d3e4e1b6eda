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
import dev.celadon.queue.Queue;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What must hold for every call that waits: its own time limit ends it, a foreign timeout comes out
 * by identity, a kill and an interrupt end it, and nothing of the wait is left behind in any case.
 */
class EveryWaitTest {

  /**
   * A fresh object to wait on.
   *
   * @param call waits for the given time; true if it got what it waited for
   * @param satisfy lets the longest waiter go on
   */
  record Wait(String name, Timed call, Runnable satisfy) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Timed {
    boolean within(Duration timeout) throws Exception;
  }

  static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  static Stream<Supplier<Wait>> waits() {
    return Stream.<Supplier<Wait>>of(
        () -> {
          Event event = new Event();
          return new Wait("Event.waitUntilSet", event::waitUntilSet, event::set);
        },
        () -> {
          Semaphore semaphore = new Semaphore(0);
          return new Wait("Semaphore.acquire", semaphore::acquire, semaphore::release);
        },
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.result",
              timeout -> {
                try {
                  result.result(timeout);
                  return true;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              () -> result.set("x"));
        },
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.waitUntilReady", result::waitUntilReady, () -> result.set("x"));
        },
        () -> {
          Queue<String> queue = new Queue<>();
          return new Wait("Queue.get", timeout -> queue.get(timeout) != null, () -> queue.put("x"));
        },
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("first");
          return new Wait("Queue.put", timeout -> queue.put("x", timeout), queue::tryGet);
        },
        () -> {
          Event gate = new Event();
          Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
          return new Wait("Greenlet.join", greenlet::join, gate::set);
        },
        () -> {
          Event gate = new Event();
          Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
          return new Wait(
              "Greenlet.get",
              timeout -> {
                try {
                  greenlet.get(timeout.toSeconds(), TimeUnit.SECONDS);
                  return true;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              gate::set);
        },
        () -> {
          Event gate = new Event();
          Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
          return new Wait(
              "Greenlets.joinAll",
              timeout -> Greenlets.joinAll(List.of(greenlet), timeout),
              gate::set);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void endsInTime(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          assertFalse(wait.call().within(Duration.ofSeconds(3)), wait.name());
          assertFalse(wait.call().within(Duration.ZERO));
          assertFalse(wait.call().within(Duration.ofSeconds(-1)));
          nothingIsLeftOf(wait);
        });
  }

  @ParameterizedTest
  @MethodSource("waits")
  void letsAForeignTimeoutOut(Supplier<Wait> make) throws Exception {
    inVirtualTime(
        () -> {
          Wait wait = make.get();
          for (Duration own : List.of(Duration.ofSeconds(5), FOREVER)) {
            Timeout foreign = Timeout.start(Duration.ofSeconds(2));
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
          Greenlets.sleep(Duration.ofSeconds(1));
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
          Greenlets.sleep(Duration.ofSeconds(1));
          boolean atOnce = !wait.name().startsWith("Greenlet"); // others pass through a greenlet
          wait.satisfy().run();
          if (!atOnce) {
            Greenlets.yieldNow();
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
          Greenlets.sleep(Duration.ofSeconds(1));
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
    Greenlet<Boolean> next = Greenlets.spawn(() -> wait.call().within(Duration.ofSeconds(1)));
    Greenlets.yieldNow();
    wait.satisfy().run();
    assertTrue(next.result(), "nothing is left of " + wait.name());
    assertEquals(0, Hub.current().loop().pendingTimers());
  }

  private static void inVirtualTime(dev.celadon.hub.Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }
}
