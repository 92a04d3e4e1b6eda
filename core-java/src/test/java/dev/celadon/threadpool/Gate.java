package dev.celadon.threadpool;

import dev.celadon.sync.Event;
import java.util.concurrent.CountDownLatch;

/** Holds tasks until the test lets them go. Safe for use from any thread. */
final class Gate {

  private final CountDownLatch opened = new CountDownLatch(1);

  void open() {
    opened.countDown();
  }

  void await() throws InterruptedException {
    opened.await();
  }

  /** A task that runs until the gate opens; returns once it runs. */
  Task<String> occupy(ThreadPool pool) {
    Event running = new Event();
    Task<String> task =
        pool.spawn(
            () -> {
              running.set();
              opened.await();
              return "done";
            });
    running.waitUntilSet();
    return task;
  }
}
