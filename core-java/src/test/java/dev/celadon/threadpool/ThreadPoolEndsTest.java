package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.sync.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** How pools grow, shrink and end, and what is refused. */
class ThreadPoolEndsTest {

  private final Reports reports = new Reports();

  private final Trail trail = new Trail();

  private final Gate gate = new Gate();

  // --- Size

  @Test
  void growingLetsTheWaitingGoOnAndShrinkingLeavesWhatRuns() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(0);
          assertNull(pool.trySpawn(() -> "x"));
          List<Greenlet<Task<String>>> spawners = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            spawners.add(Greenlets.spawn(() -> gate.occupy(pool)));
          }
          Greenlets.yieldNow();
          assertEquals(3, pool.waiting());
          pool.setMaxSize(2);
          assertEquals(1, pool.waiting());
          assertEquals(2, pool.outstanding());
          pool.setMaxSize(1);
          assertEquals(2, pool.outstanding());
          assertEquals(1, pool.maxSize());
          gate.open();
          for (Greenlet<Task<String>> spawner : spawners) {
            assertEquals("done", spawner.result().result());
          }
          pool.join();
          assertTrue(pool.size() <= 1);
          pool.setMaxSize(0);
          assertEquals(0, pool.size());
          pool.close();
        });
  }

  @Test
  void misuseIsTold() throws Exception {
    assertEquals(
        "maxSize must not be negative: -1; 0 stops the pool",
        assertThrows(IllegalArgumentException.class, () -> new ThreadPool(-1)).getMessage());
    ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withName("p"));
    assertThrows(IllegalArgumentException.class, () -> pool.setMaxSize(-2));
    assertThrows(
        IllegalArgumentException.class,
        () -> ThreadPoolOptions.defaults().withIdleTimeout(Duration.ofSeconds(-1)));
    assertEquals(
        "task",
        assertThrows(NullPointerException.class, () -> pool.spawn((Body) null)).getMessage());
    assertInstanceOf(
        IllegalStateException.class,
        assertThrows(IllegalStateException.class, () -> pool.apply(() -> pool.close())));
    assertThrows(IllegalStateException.class, () -> pool.apply(() -> pool.join()));
    pool.close();
    String refused = "ThreadPool[p] is shut down and takes no more tasks: use another pool";
    for (Body late :
        List.<Body>of(
            () -> pool.spawn(() -> "x"),
            () -> pool.trySpawn(() -> "x"),
            () -> pool.apply(() -> "x"),
            () -> pool.map(List.of(1), i -> i))) {
      RejectedExecutionException e = assertThrows(RejectedExecutionException.class, late::run);
      assertEquals(refused, e.getMessage());
    }
  }

  @Test
  void aCallbackMustNotWaitButMaySpawn() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withName("p"));
          AsyncResult<Throwable> refused = new AsyncResult<>();
          AsyncResult<Task<String>> spawned = new AsyncResult<>();
          Hub hub = Hub.current();
          hub.runCallback(
              () -> {
                refused.set(assertThrows(BlockingSwitchOut.class, () -> pool.apply(() -> "x")));
                assertThrows(
                    BlockingSwitchOut.class, () -> ThreadPool.offload(() -> trail.step("no")));
                spawned.set(pool.spawn(() -> "y"));
              });
          assertEquals(
              "a callback of Hub[hub] must not wait for a task of ThreadPool[p]: use"
                  + " applyAsync(task), or spawn a greenlet for what waits",
              refused.result().getMessage());
          assertEquals("y", spawned.result().result());
          pool.close();
          assertEquals(0, pool.outstanding());
        });
    trail.is("");
  }

  // --- The end

  @Test
  void closeWaitsForWhatWasAcceptedAndForWhatWaits() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> running = gate.occupy(pool);
          Greenlet<?> spawner = Greenlets.spawn(() -> pool.spawn(() -> "late").result());
          Greenlet<?> applier = Greenlets.spawn(() -> pool.apply(() -> "queued"));
          Greenlets.yieldNow();
          Greenlet<?> closer =
              Greenlets.spawn(
                  () -> {
                    pool.close();
                    assertTrue(running.isReady());
                    trail.step("closed");
                  });
          Greenlets.yieldNow();
          assertTrue(pool.isShutdown());
          trail.step("waiting");
          gate.open();
          closer.result();
          assertEquals("late", spawner.result());
          assertEquals("queued", applier.result());
          pool.close();
          assertEquals(0, pool.size());
        });
    trail.is("waiting closed");
  }

  @Test
  void killWaitsForWhatRunsAndDropsTheRest() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> running = gate.occupy(pool);
          Greenlet<?> spawner =
              Greenlets.spawn(
                  () ->
                      assertThrows(RejectedExecutionException.class, () -> pool.spawn(() -> "no")));
          Greenlet<?> applier =
              Greenlets.spawn(
                  () -> assertThrows(CancellationException.class, () -> pool.apply(() -> "no")));
          Greenlets.yieldNow();
          assertFalse(pool.kill(Duration.ZERO));
          spawner.result();
          applier.result();
          gate.open();
          pool.kill();
          assertEquals("done", running.result());
        });
  }

  @Test
  void closingAPoolOfSizeZeroDoesNotWaitForWhatWillNeverRun() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(0);
          Greenlet<?> applier =
              Greenlets.spawn(
                  () -> assertThrows(CancellationException.class, () -> pool.apply(() -> "no")));
          Greenlets.yieldNow();
          pool.close();
          applier.result();
        });
  }
}
