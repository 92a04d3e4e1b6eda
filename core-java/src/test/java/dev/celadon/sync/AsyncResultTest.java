package dev.celadon.sync;

import static dev.celadon.sync.Chaos.inVirtualTime;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AsyncResultTest {

  @Test
  void aParkedGetterSeesTheLastOfTwoValues() throws Exception {
    inVirtualTime(
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          assertFalse(result.isReady());
          List<Greenlet<String>> getters = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            getters.add(Greenlets.spawn(() -> result.result()));
          }
          Greenlets.yieldNow();
          assertEquals(3, result.waiting());
          result.set("first");
          result.set("second"); // gevent's way: no guard
          for (Greenlet<String> getter : getters) {
            assertEquals("second", getter.result());
          }
          assertFalse(result.trySet("third"));
          assertFalse(result.tryFail(new IOException()));
          assertEquals("second", result.result());
          assertEquals("second", result.value());
          assertTrue(result.isSuccessful());
        });
  }

  @Test
  void aFailureIsThrownUnchanged() throws Exception {
    inVirtualTime(
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          IOException failure = new IOException("no");
          assertTrue(result.tryFail(failure));
          assertSame(failure, assertThrows(IOException.class, result::result));
          assertSame(failure, assertThrows(IOException.class, result::tryResult));
          assertSame(failure, assertThrows(ExecutionException.class, result::get).getCause());
          assertTrue(result.waitUntilReady(Duration.ZERO));
          assertFalse(result.isSuccessful());
          assertNull(result.value());
          assertSame(failure, result.exception());
          assertEquals("AsyncResult[failed]", result.toString());
        });
  }

  @Test
  void aValueHidesTheFailureBeforeIt() {
    AsyncResult<Integer> result = new AsyncResult<>();
    IOException failure = new IOException("no");
    result.setException(failure);
    result.set(3);
    assertEquals(3, result.result());
    assertSame(failure, result.exception(), "it stays visible");
    assertTrue(result.isSuccessful());

    IOException second = new IOException("again");
    result.setException(second);
    assertEquals(3, result.result(), "the value wins, whatever was last");
    assertSame(second, result.exception());
  }

  @Test
  void nullIsAValue() throws Exception {
    AsyncResult<Object> result = new AsyncResult<>();
    assertThrows(TimeoutException.class, result::tryResult);
    assertEquals("AsyncResult[not set]", result.toString());
    result.set(null);
    assertTrue(result.isSuccessful());
    assertNull(result.result());
    assertNull(result.tryResult());
    assertNull(result.get());
    assertNull(result.toCompletableFuture().join());
    assertFalse(result.trySet("late"));
  }

  @Test
  void aResultIsAFutureThatCannotBeCancelled() throws Exception {
    AsyncResult<String> result = new AsyncResult<>();
    assertFalse(result.cancel(true));
    assertFalse(result.isCancelled());
    assertFalse(result.isDone());
    assertEquals(Future.State.RUNNING, result.state());
    result.set("x");
    assertTrue(result.isDone());
    assertEquals("x", result.get());
    assertEquals("x", result.resultNow());
    assertEquals(Future.State.SUCCESS, result.state());
  }

  @Test
  void asALinkItTakesOverHowAGreenletEnded() throws Exception {
    inVirtualTime(
        () -> {
          AsyncResult<String> good = new AsyncResult<>();
          Greenlets.spawn(() -> "x").link(done -> good.accept(done));
          assertEquals("x", good.result());

          IOException failure = new IOException("no");
          AsyncResult<String> bad = new AsyncResult<>();
          Greenlet<String> failing =
              Greenlets.spawn(
                  () -> {
                    throw failure;
                  });
          failing.link(bad);
          assertSame(failure, assertThrows(IOException.class, bad::result));

          AsyncResult<String> killed = new AsyncResult<>();
          Greenlet<String> victim = Greenlets.spawn(() -> "never");
          assertThrows(IllegalStateException.class, () -> killed.accept(victim));
          victim.link(killed);
          victim.killAsync();
          assertThrows(CancellationException.class, killed::result);
        });
  }

  @Test
  void aStageSetsAResult() {
    CompletableFuture<String> stage = new CompletableFuture<>();
    AsyncResult<String> result = AsyncResult.fromFuture(stage.thenApply(String::trim));
    assertFalse(result.isReady());
    stage.complete(" x ");
    assertEquals("x", result.result());

    IOException failure = new IOException("no");
    CompletableFuture<String> bad = new CompletableFuture<>();
    AsyncResult<String> failed = AsyncResult.fromFuture(bad.thenApply(String::trim));
    bad.completeExceptionally(failure);
    assertSame(failure, failed.exception(), "without the CompletionException around it");

    AsyncResult<String> cancelled = AsyncResult.fromFuture(cancelledFuture());
    assertInstanceOf(CancellationException.class, cancelled.exception());
  }

  private static CompletableFuture<String> cancelledFuture() {
    CompletableFuture<String> future = new CompletableFuture<>();
    future.cancel(true);
    return future;
  }

  @Test
  void aResultCompletesItsFutureInALaterTurn() throws Exception {
    inVirtualTime(
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          CompletableFuture<String> future = result.toCompletableFuture();
          result.set("x");
          assertFalse(future.isDone(), "what depends on it runs in the lane");
          Greenlets.yieldNow();
          assertEquals("x", future.getNow("not yet"));
          assertEquals("x", result.toCompletableFuture().getNow("not yet"));

          AsyncResult<String> failed = new AsyncResult<>();
          IOException failure = new IOException("no");
          CompletableFuture<String> failing = failed.toCompletableFuture();
          failed.setException(failure);
          Greenlets.yieldNow();
          assertSame(failure, failing.exceptionNow());
        });
  }

  @Test
  void aResultSetByAPlainThreadCompletesItsFuture() throws Exception {
    AsyncResult<String> result = new AsyncResult<>();
    CompletableFuture<String> future = result.toCompletableFuture();
    Thread.ofPlatform().start(() -> result.set("x")).join();
    assertEquals("x", future.get());
  }

  @Test
  void aFutureCompletedByAnotherSetsItsResult() {
    AsyncResult<String> result = new AsyncResult<>();
    CompletableFuture<String> future = result.toCompletableFuture();
    future.complete("x");
    assertEquals("x", result.result());
    assertEquals(0, result.waiting());

    AsyncResult<String> failed = new AsyncResult<>();
    IOException failure = new IOException("no");
    failed.toCompletableFuture().completeExceptionally(failure);
    assertSame(failure, failed.exception());
  }

  @Test
  void aCancelledFutureLeavesNoTraceInItsResult() {
    AsyncResult<String> result = new AsyncResult<>();
    CompletableFuture<String> future = result.toCompletableFuture();
    assertEquals(1, result.waiting());
    future.cancel(true);
    assertFalse(result.isReady());
    assertEquals(0, result.waiting());
    result.set("x");
    assertTrue(future.isCancelled());
  }

  @Test
  void allSeeTheFirstValueInEveryOrder() {
    Chaos.explore(
        () ->
            new Chaos.Program() {
              final AsyncResult<Integer> result = new AsyncResult<>();
              int setters;
              Integer seen;

              @Override
              public void work(Random random) {
                if (random.nextInt(6) == 0 && result.trySet(random.nextInt())) {
                  setters++;
                } else if (result.waitUntilReady(Chaos.nanos(random, 30))) {
                  seen = seen == null ? result.value() : seen;
                  assertEquals(seen, result.result());
                }
              }

              @Override
              public void check() {
                assertEquals(0, result.waiting());
                assertEquals(result.isReady() ? 1 : 0, setters);
              }
            });
  }

  @Test
  void oneOfManyThreadsSetsIt() throws Exception {
    List<AsyncResult<Object>> results = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      results.add(new AsyncResult<>());
    }
    AtomicInteger first = new AtomicInteger();
    Chaos.everywhere(
        () -> {
          Object mine = new Object();
          for (AsyncResult<Object> result : results) {
            if (result.trySet(mine)) {
              first.incrementAndGet();
              assertSame(mine, result.result());
            }
          }
        });
    assertEquals(300, first.get());
  }
}
