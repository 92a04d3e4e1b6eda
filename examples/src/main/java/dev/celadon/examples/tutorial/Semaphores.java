package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.yieldNow;

import dev.celadon.pool.Group;
import dev.celadon.sync.BoundedSemaphore;
import java.util.List;

/** Workers of whom only two at a time have the semaphore. */
final class Semaphores {

  private Semaphores() {}

  static void run() throws Exception {
    BoundedSemaphore sem = new BoundedSemaphore(2);
    Group group = new Group();
    List<Integer> _ = group.map(List.of(0, 1), n -> worker(n, sem));
    List<Integer> _ = group.map(List.of(3, 4, 5), n -> worker(n, sem));
  }

  private static int worker(int n, BoundedSemaphore sem) {
    sem.acquire();
    try {
      IO.println("Worker " + n + " acquired semaphore");
      yieldNow();
    } finally {
      sem.release();
    }
    IO.println("Worker " + n + " released semaphore");
    return n;
  }
}
