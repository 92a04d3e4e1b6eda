package dev.celadon.threadpool;

import dev.celadon.hub.Hub;
import org.jspecify.annotations.Nullable;

/** A thread of a pool: runs one task after the other, as the pool gives them out. */
final class Worker extends Thread {

  private final Workers workers;
  private final Task<?> first;

  Worker(Workers workers, String name, Task<?> first) {
    super(null, null, name, 0, false); // what the spawner's thread-locals hold is not for the pool
    this.workers = workers;
    this.first = first;
    setDaemon(true);
  }

  /** Whether the calling code is a task of this pool. */
  static boolean isOf(Workers workers) {
    return Thread.currentThread() instanceof Worker worker && worker.workers == workers;
  }

  @Override
  public void run() {
    Task<?> task = first;
    while (task != null) {
      Object outcome = task.work();
      task = workers.next(task, outcome);
    }
    closeOwnHub();
  }

  /** A task that waited or spawned here may have made this thread a hub. */
  private static void closeOwnHub() {
    @Nullable Hub hub = Hub.currentOrNull();
    if (hub != null) {
      hub.close();
    }
  }
}
