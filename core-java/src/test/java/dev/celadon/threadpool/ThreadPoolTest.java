package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.sync.AsyncResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class ThreadPoolTest {

  private final Reports reports = new Reports();

  private final Trail trail = new Trail();

  private final Gate gate = new Gate();

  private static void awaitThreads(ThreadPool pool, int expected) {
    while (pool.size() != expected) {
      Greenlets.sleep(Duration.ofMillis(1));
    }
  }

  @Test
  void othersGoOnWhileATaskBlocks() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          Greenlet<?> other =
              Greenlets.spawn(
                  () -> {
                    trail.step("other");
                    gate.open();
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
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(2);
          Task<String> first = gate.occupy(pool);
          Task<String> second = gate.occupy(pool);
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
          gate.open();
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
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          gate.occupy(pool);
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
          gate.open();
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
    reports.run(
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
          gate.occupy(pool);
          gate.occupy(pool);
          assertEquals(2, pool.size());
          gate.open();
          pool.close();
          assertEquals(0, pool.size());
        });
  }

  @Test
  void idleThreadsEndAndComeBack() throws Exception {
    reports.run(
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
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(3);
          for (int i = 0; i < 3; i++) {
            gate.occupy(pool);
          }
          gate.open();
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
    reports.run(
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
    reports.run(
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
    reports.run(
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
    reports.run(
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
          reports.waitForOne();
          assertEquals(List.of(second), reports.failures());
        });
  }

  @Test
  void applyAsyncNeverWaitsAndItsKillTakesTheTaskBack() throws Exception {
    reports.run(
        () -> {
          ThreadPool pool = new ThreadPool(1);
          gate.occupy(pool);
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
          gate.open();
          assertEquals("kept", kept.result());
          pool.close();
        });
    trail.is("here");
    assertEquals(List.of(), reports.failures());
  }
}
