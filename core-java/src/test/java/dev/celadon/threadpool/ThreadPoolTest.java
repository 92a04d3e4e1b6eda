package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Body;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.LoopExit;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class ThreadPoolTest {

  private final Trail trail = new Trail();

  /** What the hub's error handler heard of. */
  private final List<Throwable> reported = new ArrayList<>();

  private final List<String> sources = new ArrayList<>();

  /** Holds tasks until the test lets them go. */
  private final CountDownLatch gate = new CountDownLatch(1);

  private void run(Body body) throws Exception {
    run(HubOptions.defaults(), body);
  }

  private void run(HubOptions options, Body body) throws Exception {
    Hub.run(
        options.withErrorHandler(
            (source, failure) -> {
              sources.add(source);
              reported.add(failure);
            }),
        body);
  }

  /** A task that runs until the gate opens; returns once it runs. */
  private Task<String> occupy(ThreadPool pool) {
    Event running = new Event();
    Task<String> task =
        pool.spawn(
            () -> {
              running.set();
              gate.await();
              return "done";
            });
    running.waitUntilSet();
    return task;
  }

  /** What other threads have handed over has had its turn after this. */
  private static void passes() {
    for (int i = 0; i < 100; i++) {
      Greenlets.yieldNow();
    }
  }

  private static void awaitThreads(ThreadPool pool, int expected) {
    while (pool.size() != expected) {
      Greenlets.sleep(Duration.ofMillis(1));
    }
  }

  // --- Running

  @Test
  void othersGoOnWhileATaskBlocks() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Greenlet<?> other =
              Greenlets.spawn(
                  () -> {
                    trail.step("other");
                    gate.countDown();
                  });
          String result =
              pool.apply(
                  () -> {
                    gate.await();
                    return "x";
                  });
          trail.step(result);
          other.join();
          pool.close();
        });
    trail.is("other x");
  }

  @Test
  void spawnWaitsWhileAllThreadsAreTakenAndGoesOnInOrder() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(2);
          Task<String> first = occupy(pool);
          Task<String> second = occupy(pool);
          assertNull(pool.trySpawn(() -> "no"));
          assertNull(pool.spawn(() -> "no", Duration.ZERO));
          for (String name : List.of("a", "b", "c")) {
            Greenlets.spawn(
                () -> {
                  trail.step(name + "?");
                  pool.spawn(() -> name).join();
                });
          }
          Greenlets.yieldNow();
          assertEquals(3, pool.waiting());
          assertEquals(2, pool.outstanding());
          gate.countDown();
          assertEquals("done", first.result());
          assertEquals("done", second.result());
          pool.close();
          assertEquals(0, pool.outstanding());
          assertEquals(0, pool.waiting());
        });
    trail.is("a? b? c?");
  }

  @Test
  void tasksOfAPoolOfOneRunInTheOrderOfTheLineAndOnOneThread() throws Exception {
    List<String> order = new ArrayList<>(); // of the one thread
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          occupy(pool);
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            String name = "" + i;
            Body task =
                () -> {
                  order.add(name);
                  threads.add(Thread.currentThread());
                };
            all.add(
                i % 2 == 0
                    ? Greenlets.spawn(() -> pool.apply(task))
                    : Greenlets.spawn(() -> pool.spawn(task).join()));
          }
          Greenlets.yieldNow();
          gate.countDown();
          Greenlets.joinAll(all);
          for (int i = 0; i < 100; i++) {
            pool.apply(() -> threads.add(Thread.currentThread()));
          }
          assertEquals(1, pool.size());
          pool.close();
        });
    assertEquals("0 1 2 3 4 5 6 7 8 9", String.join(" ", order));
    assertEquals(1, threads.size());
  }

  @Test
  void threadsComeOnDemandAndAreDaemonsWithTheNameOfThePool() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withName("disk"));
          assertEquals(0, pool.size());
          for (int i = 0; i < 5; i++) {
            Thread thread = pool.apply(Thread::currentThread);
            assertEquals("disk-1", thread.getName());
            assertTrue(thread.isDaemon());
            assertFalse(thread.isVirtual());
          }
          assertEquals(1, pool.size());
          occupy(pool);
          occupy(pool);
          assertEquals(2, pool.size());
          gate.countDown();
          pool.close();
          assertEquals(0, pool.size());
        });
  }

  @Test
  void idleThreadsEndAndComeBack() throws Exception {
    run(
        () -> {
          ThreadPoolOptions options = ThreadPoolOptions.defaults().withMaxSize(1);
          ThreadPool pool = new ThreadPool(options.withIdleTimeout(Duration.ofMillis(1)));
          Thread first = pool.apply(Thread::currentThread);
          awaitThreads(pool, 0);
          assertNotEquals(first, pool.apply(Thread::currentThread));
          ThreadPool hasty = new ThreadPool(options.withIdleTimeout(Duration.ZERO));
          for (int i = 0; i < 100; i++) {
            assertEquals("x", hasty.apply(() -> "x"));
          }
          awaitThreads(hasty, 0);
        });
  }

  @Test
  void whoWorkedLastWorksNext() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(3);
          for (int i = 0; i < 3; i++) {
            occupy(pool);
          }
          gate.countDown();
          pool.join();
          Thread last = pool.apply(Thread::currentThread);
          for (int i = 0; i < 5; i++) {
            assertSame(last, pool.apply(Thread::currentThread));
          }
          pool.close();
        });
  }

  @Test
  void applyInATaskOfThePoolIsJustCalled() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Thread[] threads = new Thread[2];
          String result =
              pool.apply(
                  () -> {
                    threads[0] = Thread.currentThread();
                    return pool.apply(
                        () -> {
                          threads[1] = Thread.currentThread();
                          return String.join("", pool.map(List.of("a", "b"), s -> s + s));
                        });
                  });
          assertEquals("aabb", result);
          assertSame(threads[0], threads[1]);
          pool.close();
        });
  }

  @Test
  void aTaskMaySpawnIntoItsOwnFullPool() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          AsyncResult<Task<String>> inner = new AsyncResult<>();
          pool.apply(() -> inner.set(pool.spawn(() -> "inner")));
          assertEquals("inner", inner.result().result());
          pool.close();
        });
  }

  @Test
  void aPoolServesSeveralHubsAndPlainThreads() throws Exception {
    ThreadPool pool = new ThreadPool(2);
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      Greenlet<String> first = Greenlet.spawn(one, () -> pool.apply(() -> "one"));
      Greenlet<String> second = Greenlet.spawn(two, () -> pool.apply(() -> "two"));
      assertEquals("onetwothree", first.result() + second.result() + pool.apply(() -> "three"));
      assertEquals("four", pool.spawn(() -> "four").result());
    }
    pool.close();
  }

  @Test
  void mapKeepsTheOrder() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(3);
          List<Integer> items = List.of(5, 4, 3, 2, 1);
          assertEquals(List.of(25, 16, 9, 4, 1), pool.map(items, i -> i * i));
          assertEquals(List.of(), pool.map(List.of(), i -> i));
          pool.close();
        });
  }

  @Test
  void mapThrowsTheFirstFailureInOrderAndReportsTheOthers() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          RuntimeException first = new IllegalStateException("2");
          RuntimeException second = new IllegalStateException("3");
          Throwable thrown =
              assertThrows(
                  IllegalStateException.class,
                  () ->
                      pool.map(
                          List.of(1, 2, 3, 4),
                          i -> {
                            if (i == 2 || i == 3) {
                              throw i == 2 ? first : second;
                            }
                            return i;
                          }));
          assertSame(first, thrown);
          pool.close();
          passes();
          assertEquals(List.of(second), reported);
        });
  }

  @Test
  void applyAsyncNeverWaitsAndItsKillTakesTheTaskBack() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          occupy(pool);
          Greenlet<String> kept = pool.applyAsync(() -> "kept");
          Greenlet<String> killed =
              pool.applyAsync(
                  () -> {
                    throw new AssertionError("must not run");
                  });
          trail.step("here");
          Greenlets.yieldNow();
          assertEquals(3, pool.outstanding());
          killed.kill();
          assertEquals(2, pool.outstanding());
          gate.countDown();
          assertEquals("kept", kept.result());
          pool.close();
        });
    trail.is("here");
    assertEquals(List.of(), reported);
  }

  // --- Failures

  @Test
  void aFailureIsThrownUnchangedAndNotReportedWhenSomebodyTakesIt() throws Exception {
    run(
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
          gate.countDown();
          taker.result();
          assertSame(failure, task.exception());
          assertFalse(task.isSuccessful());
          pool.close();
          Greenlets.yieldNow();
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void aFailureThatNobodyTakesIsReportedOnce() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withName("p"));
          IOException failure = new IOException("no");
          pool.spawn(
              () -> {
                throw failure;
              });
          pool.close();
          passes();
          Greenlets.yieldNow();
          assertEquals(List.of(failure), reported);
          assertTrue(sources.getFirst().startsWith("a task of ThreadPool[p], spawned by "));
        });
  }

  @Test
  void aFailureAfterTheWaiterWasKilledIsReported() throws Exception {
    run(
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
          gate.countDown();
          pool.close();
          passes();
          assertEquals(List.of(failure), reported);
        });
    trail.is("killed");
  }

  @Test
  void aThreadThatFailedWorksOn() throws Exception {
    run(
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
    run(
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
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> running = occupy(pool);
          Body never = () -> trail.step("never");
          Timeout foreign = Timeout.start(Duration.ofMillis(1));
          TimeoutExpired expired = assertThrows(TimeoutExpired.class, () -> pool.apply(never));
          assertSame(foreign, expired.timeout());
          assertThrows(
              TimeoutException.class, () -> pool.apply(() -> "never", Duration.ofMillis(1)));
          assertEquals(1, pool.outstanding());
          gate.countDown();
          assertEquals("done", running.result());
          pool.close();
        });
    trail.is("");
  }

  @Test
  void anInterruptiblePoolInterruptsTheTaskOfAKilledWaiter() throws Exception {
    run(
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
    assertEquals(List.of(), reported, "an interrupt of ours is no failure");
  }

  @Test
  void aKilledSpawnerTakesNoPlace() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          occupy(pool);
          Greenlet<?> victim = Greenlets.spawn(() -> pool.spawn(() -> trail.step("never")));
          Greenlet<?> next = Greenlets.spawn(() -> pool.spawn(() -> "x").result());
          Greenlets.yieldNow();
          victim.kill();
          assertEquals(1, pool.waiting());
          gate.countDown();
          assertEquals("x", next.result());
          pool.close();
        });
    trail.is("");
  }

  // --- Size

  @Test
  void growingLetsTheWaitingGoOnAndShrinkingLeavesWhatRuns() throws Exception {
    run(
        () -> {
          ThreadPool pool = new ThreadPool(0);
          assertNull(pool.trySpawn(() -> "x"));
          List<Greenlet<Task<String>>> spawners = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            spawners.add(Greenlets.spawn(() -> occupy(pool)));
          }
          Greenlets.yieldNow();
          assertEquals(3, pool.waiting());
          pool.setMaxSize(2);
          assertEquals(1, pool.waiting());
          assertEquals(2, pool.outstanding());
          pool.setMaxSize(1);
          assertEquals(2, pool.outstanding());
          assertEquals(1, pool.maxSize());
          gate.countDown();
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
    run(
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
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> running = occupy(pool);
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
          gate.countDown();
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
    run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> running = occupy(pool);
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
          gate.countDown();
          pool.kill();
          assertEquals("done", running.result());
        });
  }

  @Test
  void closingAPoolOfSizeZeroDoesNotWaitForWhatWillNeverRun() throws Exception {
    run(
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

  // --- The hub's own pool

  @Test
  void offloadUsesTheHubsOwnPoolWhichEndsWithIt() throws Exception {
    ThreadPool[] pool = new ThreadPool[1];
    Thread[] thread = new Thread[1];
    Hub.run(
        HubOptions.defaults().withName("web"),
        () -> {
          thread[0] = ThreadPool.offload(Thread::currentThread);
          assertEquals("web-offload-1", thread[0].getName());
          pool[0] = ThreadPool.current();
          assertSame(pool[0], ThreadPool.current());
          assertEquals(ThreadPool.defaultSize(), pool[0].maxSize());
          ThreadPool.offload(() -> trail.step("body"));
        });
    thread[0].join();
    assertEquals(0, pool[0].size());
    trail.is("body");
  }

  @Test
  void aKilledGreenletMayOffloadItsCleanUp() throws Exception {
    run(
        () -> {
          Greenlets.spawn(
              () -> {
                try {
                  Greenlets.sleep(Duration.ofDays(1));
                } finally {
                  ThreadPool.offload(() -> trail.step("cleaned"));
                }
              });
          Greenlets.yieldNow();
        });
    trail.is("cleaned");
  }

  @Test
  void offloadOnAThreadWithoutAHubIsJustCalled() throws Exception {
    Thread[] threads = new Thread[1];
    Thread plain =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    threads[0] = ThreadPool.offload(Thread::currentThread);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
    plain.join();
    assertSame(plain, threads[0]);
  }

  @Test
  void theDefaultSizeCanBeSet() {
    assertTrue(ThreadPool.defaultSize() >= 10);
    System.setProperty("celadon.threadpool.size", "3");
    try {
      assertEquals(3, ThreadPool.defaultSize());
      System.setProperty("celadon.threadpool.size", "many");
      assertEquals(
          "the system property celadon.threadpool.size must be a positive number: many",
          assertThrows(IllegalArgumentException.class, ThreadPool::defaultSize).getMessage());
    } finally {
      System.clearProperty("celadon.threadpool.size");
    }
  }

  @Test
  void aHubThatATaskMadeEndsWithItsThread() throws Exception {
    ThreadPool pool = new ThreadPool(ThreadPoolOptions.defaults().withIdleTimeout(Duration.ZERO));
    Event ended = new Event();
    Greenlet<?> forgotten =
        pool.apply(
            () ->
                Greenlets.spawn(
                    () -> {
                      try {
                        Greenlets.sleep(Duration.ofDays(1));
                      } finally {
                        ended.set();
                      }
                    }));
    ended.waitUntilSet(Duration.ofMillis(1));
    forgotten.join();
    assertNotNull(forgotten);
    pool.close();
  }

  // --- Time

  @Test
  void anOutstandingTaskHoldsTheVirtualClock() throws Exception {
    VirtualClock clock = new VirtualClock();
    run(
        HubOptions.defaults().withClock(clock),
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Task<String> task = occupy(pool);
          Greenlet<?> sleeper =
              Greenlets.spawn(
                  () -> {
                    Greenlets.sleep(Duration.ofDays(1));
                    trail.step("slept");
                  });
          Greenlet<?> waiter =
              Greenlets.spawn(
                  () -> {
                    Greenlets.spawn(gate::countDown);
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
    occupy(pool);
    run(
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
                Thread _ = Thread.ofPlatform().start(gate::countDown);
              });
          Greenlets.joinAll(waiting);
        });
  }

  @Test
  void aPoolThatNobodyWillEverEnlargeIsALoopExit() throws Exception {
    run(
        Simulation.options(0),
        () -> {
          ThreadPool pool = new ThreadPool(0);
          assertThrows(LoopExit.class, () -> pool.apply(() -> "x"));
          assertThrows(LoopExit.class, () -> pool.spawn(() -> "x"));
          assertEquals(0, pool.outstanding());
          assertEquals(0, pool.waiting());
        });
  }

  // --- All together

  /** Kills and timeouts hit waits for a place, waits for a result and tasks that run. */
  @Test
  void nothingIsLostOrDoubledByKillsTimeoutsAndResizing() {
    Simulation.explore(
        1_000,
        () -> {
          Random random = new Random(Hub.current().name().hashCode());
          ThreadPoolOptions options =
              ThreadPoolOptions.defaults()
                  .withInterruptible(random.nextBoolean())
                  .withIdleTimeout(Duration.ofMillis(random.nextInt(2) * 100L));
          ThreadPool pool = new ThreadPool(options.withMaxSize(1 + random.nextInt(3)));
          AtomicInteger running = new AtomicInteger();
          AtomicInteger most = new AtomicInteger();
          AtomicInteger ran = new AtomicInteger();
          AtomicInteger got = new AtomicInteger();
          Callable<Integer> task =
              () -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.onSpinWait();
                running.decrementAndGet();
                return ran.incrementAndGet();
              };
          List<Greenlet<?>> users = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            int kind = random.nextInt(4);
            users.add(Greenlets.spawn(() -> use(pool, kind, task, got)));
          }
          for (int i = 0; i < 4; i++) {
            Greenlets.yieldNow();
            users.get(random.nextInt(users.size())).killAsync();
            pool.setMaxSize(random.nextInt(4));
          }
          pool.setMaxSize(3);
          Greenlets.joinAll(users);
          pool.close();
          assertEquals(0, pool.outstanding());
          assertEquals(0, pool.waiting());
          assertEquals(0, pool.size());
          assertEquals(0, running.get());
          assertTrue(most.get() <= 3);
          assertTrue(got.get() <= ran.get());
          assertTrue(users.stream().allMatch(Greenlet::isSuccessful));
          for (int i = 0; i < 1_000_000 && Hub.current().loop().references() > 0; i++) {
            Thread.onSpinWait(); // the last thread is just about to end
          }
          assertEquals(0, Hub.current().loop().references());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  private static void use(ThreadPool pool, int kind, Callable<Integer> task, AtomicInteger got)
      throws Exception {
    switch (kind) {
      case 0 -> pool.apply(task);
      case 1 -> pool.spawn(task).result();
      case 2 -> {
        try {
          pool.apply(task, Duration.ofNanos(1));
        } catch (TimeoutException e) {
          return;
        }
      }
      default -> {
        Task<Integer> spawned = pool.spawn(task, Duration.ofNanos(1));
        if (spawned == null) {
          return;
        }
        spawned.join();
      }
    }
    got.incrementAndGet();
  }

  @Test
  void hubsAndThreadsHammerOnePool() throws Exception {
    ThreadPool pool =
        new ThreadPool(
            ThreadPoolOptions.defaults().withMaxSize(3).withIdleTimeout(Duration.ofNanos(1)));
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Callable<Integer> task =
        () -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          ran.incrementAndGet();
          return running.decrementAndGet();
        };
    Body user =
        () -> {
          for (int i = 0; i < 500; i++) {
            if (i % 2 == 0) {
              pool.apply(task);
            } else {
              pool.spawn(task).result();
            }
          }
        };
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      List<Greenlet<?>> greenlets = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        greenlets.add(Greenlet.spawn(one, user));
        greenlets.add(Greenlet.spawn(two, user));
      }
      Thread thread = Thread.ofPlatform().start(() -> assertDoesNotThrow(user::run));
      for (int i = 0; i < 100; i++) {
        pool.setMaxSize(i % 4);
        Task<?> _ = pool.trySpawn(() -> 0);
      }
      pool.setMaxSize(3);
      for (Greenlet<?> greenlet : greenlets) {
        greenlet.result();
      }
      thread.join();
    }
    pool.close();
    assertEquals(3_500, ran.get());
    assertTrue(most.get() <= 3);
    assertEquals(0, pool.size());
  }

  /** A lock that the bare thread of the hub took would stop it for good. */
  @Test
  void aLockOfTasksGreenletsAndCallbacksDoesNotStopTheHub() throws Exception {
    int[] counter = new int[1];
    ReentrantLock lock = new ReentrantLock();
    Runnable step =
        () -> {
          lock.lock();
          try {
            counter[0]++;
          } finally {
            lock.unlock();
          }
        };
    run(
        () -> {
          Hub hub = Hub.current();
          assumeTrue(hub.carrierMode().kind() == CarrierMode.Kind.DIRECT);
          ThreadPool pool = new ThreadPool(2);
          List<Greenlet<?>> greenlets = new ArrayList<>();
          for (int i = 0; i < 200; i++) {
            greenlets.add(Greenlets.spawn(() -> pool.apply(step::run)));
            greenlets.add(Greenlets.spawn(step::run));
            hub.runCallback(step);
          }
          Greenlets.joinAll(greenlets);
          pool.close();
          Event last = new Event();
          hub.runCallback(last::set);
          last.waitUntilSet();
          assertEquals(600, counter[0]);
        });
  }
}
