package dev.celadon.threadpool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.Event;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The hub's own pool. */
class HubsPoolTest {

  private final Reports reports = new Reports();

  private final Trail trail = new Trail();

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
    reports.run(
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
}
