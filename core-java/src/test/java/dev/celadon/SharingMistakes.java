package dev.celadon;

import static dev.celadon.Mistakes.inOther;
import static dev.celadon.Mistakes.offload;

import dev.celadon.pool.Group;
import dev.celadon.pool.Pool;
import dev.celadon.pool.TaskGroup;
import dev.celadon.queue.Queue;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Barrier;
import dev.celadon.sync.BoundedSemaphore;
import dev.celadon.sync.Condition;
import dev.celadon.sync.CountDownLatch;
import dev.celadon.sync.RLock;
import dev.celadon.sync.ReadWriteLock;
import dev.celadon.sync.Semaphore;
import dev.celadon.threadpool.Offloaded;
import dev.celadon.threadpool.ThreadPool;
import dev.celadon.threadpool.ThreadPoolOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Lock;

/** Mistakes with what greenlets share. */
@SuppressWarnings({"NullAway", "LockNotBeforeTry", "WaitNotInLoop", "try"}) // mistakes
final class SharingMistakes {

  private SharingMistakes() {}

  static void addTo(Mistakes all) {
    flagsAndPermits(all);
    locks(all);
    queues(all);
    pools(all);
    threadPools(all);
  }

  private static void flagsAndPermits(Mistakes all) {
    all.onAThread("a semaphore below zero", () -> new Semaphore(-1));
    all.inAGreenlet("release too often", () -> new BoundedSemaphore(2).release());
    all.onAThread("a barrier for nobody", () -> new Barrier(0));
    all.onAThread("a latch below zero", () -> new CountDownLatch(-1));
    all.inAGreenlet(
        "link a result to what runs",
        () -> new AsyncResult<>().accept(Greenlets.spawn(() -> "x").named("other")));
  }

  private static void locks(Mistakes all) {
    all.inAGreenlet("release a free lock", () -> new RLock().release());
    all.inAGreenlet(
        "release somebody else's lock",
        () -> {
          RLock lock = new RLock();
          lock.acquire();
          inOther(lock::release);
        });
    all.inAGreenlet(
        "wait for a condition without its lock", () -> new Condition().waitUntilSignalled());
    all.inAGreenlet("signal without the lock", () -> new Condition().signal());
    all.inAGreenlet(
        "go from reading to writing",
        () -> {
          ReadWriteLock lock = new ReadWriteLock();
          lock.readLock().lock();
          lock.writeLock().lock();
        });
    all.inAGreenlet("unlock what is not locked", () -> new ReadWriteLock().readLock().unlock());
    all.inAGreenlet(
        "a condition of a read-write lock",
        () -> {
          Lock lock = new ReadWriteLock().writeLock();
          lock.newCondition();
        });
  }

  private static void queues(Mistakes all) {
    all.onAThread("a queue of no capacity", () -> new Queue<>(0));
    all.inAGreenlet("`setCapacity(-1)`", () -> new Queue<>(2).setCapacity(-1));
    all.inAGreenlet("more items than fit", () -> new Queue<>(1, List.of("a", "b")));
    all.inAGreenlet("put null", () -> new Queue<>().put(null));
    all.inAGreenlet(
        "put after the shutdown",
        () -> {
          Queue<String> queue = new Queue<>();
          queue.shutdown();
          queue.put("late");
        });
    all.inAGreenlet(
        "get after the shutdown",
        () -> {
          Queue<String> queue = new Queue<>();
          queue.shutdown();
          queue.get();
        });
    all.inAGreenlet("`taskDone` too often", () -> new Queue<>().taskDone());
    all.inAGreenlet(
        "drain a queue into itself",
        () -> {
          BlockingQueue<String> face = new Queue<String>().asBlockingQueue();
          face.drainTo(face);
        });
  }

  private static void pools(Mistakes all) {
    all.onAThread("a pool below zero", () -> new Pool(-1));
    all.inAGreenlet("resize below zero", () -> new Pool(1).resize(-1));
    all.inAGreenlet("a bound of nothing", () -> new Group().imap(List.of(1), item -> item, 0));
    all.inAGreenlet(
        "go on behind the last result", () -> new Group().imap(List.of(), item -> item).next());
    all.inAGreenlet(
        "spawn behind the end of a task group",
        () -> {
          TaskGroup over = TaskGroup.call(tasks -> tasks);
          over.spawn(() -> "late");
        });
    all.inAGreenlet(
        "submit to a group's executor after its shutdown",
        () -> {
          ExecutorService executor = new Group().asExecutorService();
          executor.shutdown();
          executor.execute(() -> {});
        });
  }

  private static void threadPools(Mistakes all) {
    all.onAThread("a thread pool below zero", () -> new ThreadPool(-1));
    all.onAThread(
        "a negative idle timeout",
        () -> ThreadPoolOptions.defaults().withIdleTimeout(Duration.ofSeconds(-1)));
    all.onAThread(
        "a task after the shutdown",
        () -> {
          ThreadPool pool = offload("p", 1);
          pool.shutdown();
          pool.spawn(() -> "late");
        });
    all.onAThread(
        "a task that waits for its own pool",
        () -> {
          try (ThreadPool pool = offload("p", 1)) {
            pool.apply(() -> pool.join());
          }
        });
    all.onAThread("wrap what is no interface", () -> Offloaded.proxy(String.class, "x"));
  }
}
