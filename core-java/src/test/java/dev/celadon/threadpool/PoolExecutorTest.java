package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PoolExecutorTest {

  private final CountDownLatch gate = new CountDownLatch(1);
  private final Event running = new Event();
  private final Trail trail = new Trail();

  private String waitForGate() throws InterruptedException {
    running.set();
    gate.await();
    return "done";
  }

  @Test
  void submitNeverWaitsAndFuturesWaitAsGreenletsDo() throws Exception {
    Hub.run(
        () -> {
          try (ExecutorService executor = new ThreadPool(1).asExecutorService()) {
            Future<String> first = executor.submit(this::waitForGate);
            Future<String> second = executor.submit(() -> "second");
            Future<String> third = executor.submit(() -> trail.step("run"), "third");
            Greenlets.spawn(gate::countDown);
            assertEquals("done", first.get());
            assertEquals("second", second.get(1, TimeUnit.DAYS));
            assertEquals("third", third.get());
            assertEquals(Future.State.SUCCESS, third.state());
          }
        });
    trail.is("run");
  }

  @Test
  void aFailureOfASubmittedTaskStaysWithItsFutureAndOneOfExecuteIsReported() throws Exception {
    List<Throwable> reported = new ArrayList<>();
    Hub.run(
        HubOptions.defaults().withErrorHandler((_, failure) -> reported.add(failure)),
        () -> {
          ExecutorService executor = new ThreadPool(1).asExecutorService();
          IOException failure = new IOException("x");
          Future<?> future =
              executor.submit(
                  () -> {
                    throw failure;
                  });
          IllegalStateException lost = new IllegalStateException("y");
          executor.execute(
              () -> {
                throw lost;
              });
          executor.close();
          assertSame(failure, assertThrows(ExecutionException.class, future::get).getCause());
          for (int i = 0; i < 100; i++) {
            Greenlets.yieldNow();
          }
          assertEquals(List.of(lost), reported);
        });
  }

  @Test
  void cancelBeforeTheStartTakesTheTaskOutOfTheLine() throws Exception {
    ThreadPool pool = new ThreadPool(1);
    ExecutorService executor = pool.asExecutorService();
    Future<String> first = executor.submit(this::waitForGate);
    Future<?> second = executor.submit(() -> trail.step("never"));
    assertEquals(2, pool.outstanding());
    assertTrue(second.cancel(false));
    assertFalse(second.cancel(true));
    assertTrue(second.isCancelled());
    assertTrue(second.isDone());
    assertEquals(1, pool.outstanding());
    assertThrows(CancellationException.class, second::get);
    gate.countDown();
    assertEquals("done", first.get());
    assertFalse(first.cancel(true));
    executor.close();
    trail.is("");
  }

  @Test
  void cancelInterruptsATaskThatRunsOnlyIfItMay() throws Exception {
    ThreadPool pool = new ThreadPool(1);
    ExecutorService executor = pool.asExecutorService();
    Future<?> left = executor.submit(this::waitForGate);
    running.waitUntilSet();
    assertTrue(left.cancel(false));
    assertEquals(1, pool.outstanding(), "its thread goes on");
    gate.countDown();
    pool.join();

    running.clear();
    Future<?> interrupted =
        executor.submit(
            () -> {
              running.set();
              new CountDownLatch(1).await();
              return "never";
            });
    running.waitUntilSet();
    assertTrue(interrupted.cancel(true));
    assertThrows(CancellationException.class, interrupted::get);
    assertFalse(executor.submit(() -> Thread.currentThread().isInterrupted()).get());
    executor.close();
  }

  @Test
  void shutdownRefusesAndTerminates() throws Exception {
    ThreadPool pool = new ThreadPool(1);
    ExecutorService executor = pool.asExecutorService();
    Future<String> accepted = executor.submit(this::waitForGate);
    executor.shutdown();
    assertTrue(executor.isShutdown());
    assertFalse(executor.isTerminated());
    assertFalse(executor.awaitTermination(1, TimeUnit.MILLISECONDS));
    assertThrows(RejectedExecutionException.class, () -> executor.submit(() -> "x"));
    gate.countDown();
    assertTrue(executor.awaitTermination(1, TimeUnit.DAYS));
    assertTrue(executor.isTerminated());
    assertEquals("done", accepted.get());
    assertEquals(0, pool.size());
  }

  @Test
  void shutdownNowInterruptsWhatRunsAndGivesBackWhatDoesNot() throws Exception {
    ExecutorService executor = new ThreadPool(1).asExecutorService();
    Future<?> first = executor.submit(this::waitForGate);
    running.waitUntilSet();
    Future<?> second = executor.submit(() -> "never");
    Runnable third = () -> trail.step("never");
    executor.execute(third);
    assertEquals(List.of(third), executor.shutdownNow());
    assertTrue(executor.awaitTermination(1, TimeUnit.DAYS));
    assertTrue(first.isCancelled());
    assertTrue(second.isCancelled());
    trail.is("");
  }

  @Test
  void otherLibrariesMayUseIt() throws Exception {
    try (ExecutorService executor = new ThreadPool(2).asExecutorService()) {
      assertEquals(
          "ab", CompletableFuture.supplyAsync(() -> "a", executor).thenApply(a -> a + "b").get());
      List<Callable<Integer>> tasks = List.of(() -> 1, () -> 2, () -> 3);
      int sum = 0;
      for (Future<Integer> future : executor.invokeAll(tasks)) {
        sum += future.resultNow();
      }
      assertEquals(6, sum);
      assertTrue(executor.invokeAny(tasks) > 0);
    }
  }

  @Test
  void othersGoOnWhileAGreenletWaitsInInvokeAny() throws Exception {
    Hub.run(
        () -> {
          try (ThreadPool pool = new ThreadPool(2)) {
            CountDownLatch wentOn = new CountDownLatch(1);
            Greenlets.spawn(wentOn::countDown);
            Callable<Boolean> failing =
                () -> {
                  throw new IOException("one of them");
                };
            Callable<Boolean> waiting = () -> wentOn.await(5, TimeUnit.SECONDS);
            assertTrue(pool.asExecutorService().invokeAny(List.of(failing, waiting)));
            ExecutorService executor = pool.asExecutorService();
            assertThrows(ExecutionException.class, () -> executor.invokeAny(List.of(failing)));
          }
        });
  }
}
