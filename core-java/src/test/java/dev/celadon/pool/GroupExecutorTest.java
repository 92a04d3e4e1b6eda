package dev.celadon.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class GroupExecutorTest {

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

  private static Callable<Integer> sleepFor(int seconds) {
    return () -> {
      Greenlets.sleep(SECOND.multipliedBy(seconds));
      return seconds;
    };
  }

  private static <T> Callable<T> failing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  @Test
  void tasksAreGreenletsOfThePoolAndSubmissionNeverWaits() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(2);
          ExecutorService executor = pool.asExecutorService();
          List<Future<Integer>> futures = new ArrayList<>();
          for (int i = 1; i <= 4; i++) {
            futures.add(executor.submit(sleepFor(i)));
          }
          assertEquals(2, pool.size());
          assertEquals(2, pool.waiting());
          for (int i = 1; i <= 4; i++) {
            assertEquals(i, futures.get(i - 1).get());
          }
          assertEquals("x", executor.submit(() -> trail.step("ran"), "x").get());
          executor.submit(() -> assertTrue(RawGreenlet.currentOrNull() != null)).get();
        });
    trail.is("ran");
  }

  @Test
  void aFailureBelongsToTheFuture() throws Exception {
    IOException failure = new IOException();
    RuntimeException unheld = new IllegalStateException();
    run(
        () -> {
          ExecutorService executor = new Group().asExecutorService();
          Future<String> future = executor.submit(GroupExecutorTest.<String>failing(failure));
          Greenlets.sleep(SECOND);
          ExecutionException thrown = assertThrows(ExecutionException.class, future::get);
          assertSame(failure, thrown.getCause());
          executor.execute(
              () -> {
                throw unheld;
              });
          Greenlets.sleep(SECOND);
        });
    assertEquals(List.of(unheld), reported);
  }

  @Test
  void invokeAllWaitsForAllAndCancelsTheLate() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(3);
          ExecutorService executor = pool.asExecutorService();
          IOException failure = new IOException();
          List<Future<Integer>> futures =
              executor.invokeAll(List.of(sleepFor(3), failing(failure), sleepFor(1), sleepFor(2)));
          assertTrue(futures.stream().allMatch(Future::isDone));
          assertEquals(3, futures.get(0).resultNow());
          assertSame(failure, futures.get(1).exceptionNow());
          futures =
              executor.invokeAll(
                  List.of(sleepFor(1), sleepFor(9), sleepFor(9), sleepFor(9)), 2, TimeUnit.SECONDS);
          assertTrue(futures.stream().allMatch(Future::isDone));
          assertEquals(1, futures.get(0).resultNow());
          assertTrue(futures.get(1).isCancelled() && futures.get(3).isCancelled());
          pool.join(); // it hears of the ends a turn later
          assertTrue(pool.isEmpty());
          assertEquals(3, pool.free());
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void invokeAnyGivesTheFirstSuccessAndCancelsTheRest() throws Exception {
    IOException failure = new IOException();
    run(
        () -> {
          Pool pool = new Pool(4);
          ExecutorService executor = pool.asExecutorService();
          assertEquals(2, executor.invokeAny(List.of(sleepFor(5), failing(failure), sleepFor(2))));
          pool.join();
          ExecutionException thrown =
              assertThrows(
                  ExecutionException.class, () -> executor.invokeAny(List.of(failing(failure))));
          assertSame(failure, thrown.getCause());
          assertThrows(
              TimeoutException.class,
              () -> executor.invokeAny(List.of(sleepFor(5)), 1, TimeUnit.SECONDS));
          assertThrows(
              IllegalArgumentException.class,
              () -> executor.invokeAny(List.<Callable<Integer>>of()));
          pool.join();
          assertEquals(4, pool.free());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void shutdownRefusesNewTasksAndFinishesTheOldOnes() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<?> bystander = pool.spawn(() -> Greenlets.sleep(SECOND));
          ExecutorService executor = pool.asExecutorService();
          Future<Integer> inLine = executor.submit(sleepFor(2));
          assertFalse(executor.awaitTermination(0, TimeUnit.SECONDS));
          executor.shutdown();
          assertTrue(executor.isShutdown());
          assertFalse(executor.isTerminated());
          assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
          assertThrows(RejectedExecutionException.class, () -> executor.submit(sleepFor(1)));
          assertFalse(executor.awaitTermination(1, TimeUnit.SECONDS));
          assertTrue(executor.awaitTermination(9, TimeUnit.SECONDS));
          assertTrue(executor.isTerminated());
          assertEquals(2, inLine.resultNow());
          assertTrue(bystander.isReady());
          assertEquals(1, pool.free());
        });
  }

  @Test
  void shutdownNowKillsWhatRunsAndGivesBackWhatHasNotBegun() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(2);
          Greenlet<?> bystander = pool.spawn(() -> new Event().waitUntilSet());
          ExecutorService executor = pool.asExecutorService();
          Future<?> running = executor.submit(sleepFor(9));
          Runnable later = () -> trail.step("later");
          executor.execute(later);
          Future<Integer> inLine = executor.submit(sleepFor(1));
          Greenlets.yieldNow();
          List<Runnable> neverCommenced = executor.shutdownNow();
          assertEquals(2, neverCommenced.size());
          assertSame(later, neverCommenced.getFirst());
          assertTrue(executor.awaitTermination(1, TimeUnit.SECONDS));
          assertTrue(running.isCancelled() && inLine.isCancelled());
          assertFalse(bystander.isReady());
          assertEquals(1, pool.free());
          assertEquals(0, pool.waiting());
          neverCommenced.getFirst().run();
        });
    trail.is("later");
  }

  @Test
  void aTaskMayShutItsOwnExecutorDown() throws Exception {
    run(
        () -> {
          ExecutorService executor = new Group().asExecutorService();
          Future<?> future =
              executor.submit(
                  () -> {
                    trail.step("rest:" + executor.shutdownNow().size());
                    Greenlets.yieldNow();
                    trail.step("never");
                  });
          executor.execute(() -> trail.step("never"));
          assertTrue(executor.awaitTermination(9, TimeUnit.SECONDS));
          assertTrue(future.isCancelled());
        });
    trail.is("rest:1");
  }

  @Test
  void closeWaitsForTheTasks() throws Exception {
    run(
        () -> {
          Future<Integer> future;
          try (ExecutorService executor = new Pool(1).asExecutorService()) {
            executor.submit(sleepFor(1));
            future = executor.submit(sleepFor(2));
          }
          assertEquals(2, future.resultNow());
        });
  }

  @Test
  void runsTheStagesOfACompletableFuture() throws Exception {
    run(
        () -> {
          ExecutorService executor = new Pool(1).asExecutorService();
          AsyncResult<Integer> result = new AsyncResult<>();
          CompletableFuture<Void> _ =
              CompletableFuture.supplyAsync(
                      () -> {
                        Greenlets.sleep(SECOND);
                        return 20;
                      },
                      executor)
                  .thenApplyAsync(value -> value + 1, executor)
                  .thenAccept(result::set);
          assertEquals(21, result.result());
        });
  }

  @Test
  void takesTasksOfPlainThreadsOntoItsHub() throws Exception {
    try (Hub hub = Hub.start("one")) {
      Pool pool = new Pool(2);
      ExecutorService executor = pool.asExecutorService(hub);
      List<Callable<Hub>> tasks = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        tasks.add(
            () -> {
              Greenlets.yieldNow();
              return Hub.current();
            });
      }
      for (Future<Hub> future : executor.invokeAll(tasks)) {
        assertSame(hub, future.get());
      }
      executor.close();
      pool.join(); // another thread may be quicker than the turn in which the last member leaves
      assertEquals(2, pool.free());
      assertTrue(hub.toString().contains("one"));
    }
  }

  @Test
  void refusesTasksAfterTheHubsEnd() {
    Pool pool = new Pool(1);
    Hub hub = Hub.start("short");
    ExecutorService executor = pool.asExecutorService(hub);
    hub.close();
    assertThrows(RejectedExecutionException.class, () -> executor.execute(() -> {}));
    assertEquals(1, pool.free());
    executor.shutdown();
    assertTrue(executor.isTerminated());
  }
}
