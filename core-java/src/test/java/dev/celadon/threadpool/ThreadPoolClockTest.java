package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a hub takes for idle, and for dead, while tasks run. */
class ThreadPoolClockTest {

  private final Reports reports = new Reports();

  private final Trail trail = new Trail();

  private final Gate gate = new Gate();

  @Test
  void anOutstandingTaskHoldsTheVirtualClock() throws Exception {
    VirtualClock clock = new VirtualClock();
    reports.run(
        HubOptions.defaults().withClock(clock),
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> task = gate.occupy(pool);
          Greenlet<?> sleeper =
              Greenlets.spawn(
                  () -> {
                    Greenlets.sleep(Duration.ofDays(1));
                    trail.step("slept");
                  });
          Greenlet<?> waiter =
              Greenlets.spawn(
                  () -> {
                    Greenlets.spawn(gate::open);
                    trail.step(task.result());
                    assertEquals(Duration.ZERO, clock.elapsed());
                  });
          waiter.result();
          sleeper.result();
          assertEquals(Duration.ofDays(1), clock.elapsed());
          pool.close();
        });
    trail.is("done slept");
  }

  @Test
  void whoWaitsForATaskOfAnotherHubIsNotTakenForDead() throws Exception {
    ThreadPool pool = new ThreadPool(1);
    gate.occupy(pool);
    reports.run(
        Simulation.options(0),
        () -> {
          List<Greenlet<?>> waiting =
              List.of(
                  Greenlets.spawn(() -> pool.apply(() -> "x")),
                  Greenlets.spawn(() -> pool.spawn(() -> "x").result()),
                  Greenlets.spawn(() -> pool.join()),
                  Greenlets.spawn(() -> pool.kill(Duration.ofDays(1))));
          Greenlets.spawn(
              () -> {
                Greenlets.yieldNow();
                Thread _ = Thread.ofPlatform().start(gate::open);
              });
          Greenlets.joinAll(waiting);
        });
  }

  @Test
  void whoCameWhenThereWasNoPlaceIsNotTakenForDeadOnceThereIsOne() throws Exception {
    ThreadPool pool = new ThreadPool(1);
    gate.occupy(pool); // by no hub
    pool.setMaxSize(0);
    reports.run(
        Simulation.options(0),
        () -> {
          Hub hub = Hub.current();
          Greenlet<String> waiting = Greenlets.spawn(() -> pool.apply(() -> "x"));
          while (pool.outstanding() < 2) {
            Greenlets.yieldNow();
          }
          pool.setMaxSize(1);
          Thread _ =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        while (!hub.loop().isSleeping() && !hub.isClosed()) {
                          Thread.onSpinWait();
                        }
                        gate.open();
                      });
          assertEquals("x", waiting.result());
        });
    pool.close();
  }

  @Test
  void aPoolThatNobodyWillEverEnlargeIsALoopExit() throws Exception {
    reports.run(
        Simulation.options(0),
        () -> {
          ThreadPool pool = new ThreadPool(0);
          assertThrows(LoopExit.class, () -> pool.apply(() -> "x"));
          assertThrows(LoopExit.class, () -> pool.spawn(() -> "x"));
          assertEquals(0, pool.outstanding());
          assertEquals(0, pool.waiting());
        });
  }
}
