package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.loop.Timer;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Behaviours of gevent that no test of a single class shows. The register in
 * docs/reference/from-gevent.md has them all, with their tests.
 */
class GeventBehaviourTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final List<Throwable> reported = new ArrayList<>();

  private void run(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withClock(new VirtualClock())
            .withErrorHandler((_, failure) -> reported.add(failure)),
        body);
  }

  @Test
  void aSecondStartRunsNothing() throws Exception {
    run(
        () -> {
          Greenlet<?> greenlet = Greenlet.unstarted(Hub.current(), () -> trail.step("ran"));
          assertFalse(greenlet.isStarted());
          greenlet.start();
          greenlet.start();
          greenlet.startLater(SECOND);
          greenlet.join();
          greenlet.start();
          Greenlets.sleep(Duration.ofSeconds(2));
        });
    trail.is("ran");
  }

  @Test
  void killedBeforeItsFirstTurnItHasTheErrorOfTheKill() throws Exception {
    run(
        () -> {
          IllegalStateException own = new IllegalStateException("own");
          Greenlet<?> greenlet = Greenlets.spawn(() -> trail.step("never"));
          greenlet.link(ended -> trail.step("linked:" + ended.isReady()));
          greenlet.kill(own);
          assertSame(own, assertThrows(IllegalStateException.class, greenlet::result));
          assertSame(own, greenlet.exception());
          assertFalse(greenlet.isSuccessful());
          Greenlets.yieldNow();
        });
    trail.is("linked:true");
    assertEquals(List.of(), reported, "the link has it");
  }

  @Test
  void whoSwallowsAKillLivesOnAndReturnsItsOwnValue() throws Exception {
    run(
        () -> {
          Greenlet<String> stubborn =
              Greenlets.spawn(
                  () -> {
                    try {
                      new Event().waitUntilSet();
                    } catch (GreenletExit e) {
                      trail.step("swallowed");
                    }
                    Greenlets.sleep(SECOND);
                    return "value";
                  });
          Greenlets.yieldNow();
          assertFalse(stubborn.kill(Duration.ofMillis(10)), "time was over, quietly");
          assertFalse(stubborn.isReady());
          assertEquals("value", stubborn.result());
        });
    trail.is("swallowed");
  }

  @Test
  void killingTheDeadChangesNothing() throws Exception {
    run(
        () -> {
          Greenlet<String> done = Greenlets.spawn(() -> "value");
          done.join();
          done.kill();
          done.kill(new IllegalStateException("late"));
          assertTrue(done.kill(Duration.ZERO));
          assertEquals("value", done.result());
          Greenlet<?> killed = Greenlets.spawn(() -> new Event().waitUntilSet());
          killed.kill();
          killed.kill(new IllegalStateException("late"));
          assertThrows(CancellationException.class, killed::result);
          assertNull(killed.exception());
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void aLinkToTheDeadIsCalledAfterTheCallerHasGivenTheTurnAway() throws Exception {
    run(
        () -> {
          Greenlet<String> dead = Greenlets.spawn(() -> "value");
          dead.join();
          dead.link(ended -> trail.step("link:" + ended.value()));
          dead.rawLink(ended -> trail.step("raw:" + ended.value()));
          trail.step("main");
          Greenlets.yieldNow();
        });
    trail.is("main link:value raw:value");
  }

  @Test
  void whatIsNotCountedHoldsNobodyUp() throws Exception {
    run(
        () -> {
          Hub hub = Hub.current();
          Timer uncounted = hub.loop().scheduleUnreferenced(SECOND.toNanos(), () -> {});
          long before = hub.loop().nanoTime();
          assertTrue(Greenlets.waitAll(Duration.ofDays(1)), "nothing else is to be done");
          assertEquals(before, hub.loop().nanoTime());
          assertTrue(uncounted.isPending());
          Greenlet<?> sleeper = Greenlets.spawn(() -> Greenlets.sleep(Duration.ofDays(1)));
          assertFalse(Greenlets.waitAll(SECOND));
          sleeper.kill();
        });
  }

  /** gevent throws what ends a process into the main greenlet; a JVM ends by other means. */
  @Test
  void anErrorIsAFailureLikeAnyOtherAndAnExitIsSilent() throws Exception {
    List<Error> errors = List.of(new StackOverflowError("deep"), new OutOfMemoryError("full"));
    run(
        () -> {
          for (Error error : errors) {
            Greenlet<?> asked = Greenlets.spawn(() -> raise(error));
            assertSame(error, assertThrows(Error.class, asked::result), "who asks gets it");
            Greenlet<?> alone = Greenlets.spawn(() -> raise(error));
            Greenlets.sleep(SECOND);
            assertSame(error, alone.exception());
          }
          Greenlet<?> exits = Greenlets.spawn(() -> raise(new GreenletExit("done")));
          Greenlets.sleep(SECOND);
          assertTrue(exits.isReady());
          assertNull(exits.exception());
          trail.step("main goes on");
        });
    assertEquals(List.copyOf(errors), reported, "each one once, the exit never");
    trail.is("main goes on");
  }

  private static boolean raise(Error error) {
    Supplier<Error> thrown = () -> error;
    throw thrown.get();
  }
}
