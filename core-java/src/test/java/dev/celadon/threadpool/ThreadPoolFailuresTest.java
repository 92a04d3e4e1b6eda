package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Body;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Tasks that fail, and those that nobody waits for any more. */
class ThreadPoolFailuresTest {

  private final Reports reports = new Reports();

  private final Trail trail = new Trail();

  private final Gate gate = new Gate();

  // --- Failures

  @Test
  void aFailureIsThrownUnchangedAndNotReportedWhenSomebodyTakesIt() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          IOException failure = new IOException("no");
          Body failing =
              () -> {
                throw failure;
              };
          assertSame(failure, assertThrows(IOException.class, () -> pool.apply(failing)));
          Task<?> task =
              pool.spawn(
                  () -> {
                    gate.await();
                    throw failure;
                  });
          Greenlet<?> taker =
              Greenlets.spawn(
                  () -> assertSame(failure, assertThrows(IOException.class, task::result)));
          Greenlets.yieldNow();
          gate.open();
          taker.result();
          assertSame(failure, task.exception());
          assertFalse(task.isSuccessful());
          pool.close();
          Greenlets.yieldNow();
        });
    assertEquals(List.of(), reports.failures());
  }

  @Test
  void aFailureThatNobodyTakesIsReportedOnce() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withName("p"));
          IOException failure = new IOException("no");
          pool.spawn(
              () -> {
                throw failure;
              });
          pool.close();
          reports.waitForOne();
          Greenlets.yieldNow();
          assertEquals(List.of(failure), reports.failures());
          assertTrue(
              reports.sources().getFirst().startsWith("a task of ThreadPool[p], spawned by "));
        });
  }

  @Test
  void aFailureAfterTheWaiterWasKilledIsReported() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Event running = new Event();
          IOException failure = new IOException("late");
          Greenlet<?> waiter =
              Greenlets.spawn(
                  () ->
                      pool.apply(
                          () -> {
                            running.set();
                            gate.await();
                            throw failure;
                          }));
          running.waitUntilSet();
          waiter.kill();
          trail.step("killed");
          assertEquals(1, pool.outstanding());
          gate.open();
          pool.close();
          reports.waitForOne();
          assertEquals(List.of(failure), reports.failures());
        });
    trail.is("killed");
  }

  @Test
  void aThreadThatFailedWorksOn() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Thread thread = pool.apply(Thread::currentThread);
          assertThrows(
              StackOverflowError.class,
              () ->
                  pool.apply(
                      () -> {
                        throw new StackOverflowError();
                      }));
          assertSame(thread, pool.apply(Thread::currentThread));
          pool.close();
        });
  }

  @Test
  void anInterruptEndsWithTheTaskThatItWasFor() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Thread thread = pool.apply(Thread::currentThread);
          pool.apply(() -> Thread.currentThread().interrupt());
          pool.apply(
              () -> {
                assertSame(thread, Thread.currentThread());
                assertFalse(Thread.currentThread().isInterrupted());
              });
          pool.close();
        });
  }

  // --- Giving up

  @Test
  void aTimeoutEndsApplyAtOnceAndATaskThatNobodyTookNeverRuns() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> running = gate.occupy(pool);
          Body never = () -> trail.step("never");
          Timeout foreign = Timeout.start(Duration.ofMillis(1));
          TimeoutExpired expired = assertThrows(TimeoutExpired.class, () -> pool.apply(never));
          assertSame(foreign, expired.timeout());
          assertThrows(
              TimeoutException.class, () -> pool.apply(() -> "never", Duration.ofMillis(1)));
          assertEquals(1, pool.outstanding());
          gate.open();
          assertEquals("done", running.result());
          pool.close();
        });
    trail.is("");
  }

  @Test
  void anInterruptiblePoolInterruptsTheTaskOfAKilledWaiter() throws Exception {
    reports.run(
        () -> {
          ThreadPoolOptions options = ThreadPoolOptions.defaults().withInterruptible(true);
          ThreadPool pool = new ThreadPool(options.withMaxSize(1));
          Event running = new Event();
          Greenlet<?> waiter =
              Greenlets.spawn(
                  () ->
                      pool.apply(
                          () -> {
                            running.set();
                            gate.await(); // for ever
                          }));
          running.waitUntilSet();
          waiter.kill();
          assertFalse(pool.apply(() -> Thread.currentThread().isInterrupted()));
          pool.close();
          Greenlets.yieldNow();
        });
    assertEquals(List.of(), reports.failures(), "an interrupt of ours is no failure");
  }

  @Test
  void aKilledSpawnerTakesNoPlace() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          gate.occupy(pool);
          Greenlet<?> victim = Greenlets.spawn(() -> pool.spawn(() -> trail.step("never")));
          Greenlet<?> next = Greenlets.spawn(() -> pool.spawn(() -> "x").result());
          Greenlets.yieldNow();
          victim.kill();
          assertEquals(1, pool.waiting());
          gate.open();
          assertEquals("x", next.result());
          pool.close();
        });
    trail.is("");
  }
}
