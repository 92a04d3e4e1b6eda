package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Many who use a pool at once. */
class ThreadPoolHammerTest {

  private final Reports reports = new Reports();

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
    reports.run(
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
