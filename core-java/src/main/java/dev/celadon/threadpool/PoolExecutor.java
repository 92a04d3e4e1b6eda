package dev.celadon.threadpool;

import dev.celadon.greenlet.Iwait;
import dev.celadon.hub.InterruptedWaitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A thread pool as other libraries know one.
 *
 * <p>Safe for use from any thread.
 */
final class PoolExecutor extends AbstractExecutorService {

  private final ThreadPool pool;

  PoolExecutor(ThreadPool pool) {
    this.pool = pool;
  }

  /** A task whose future is out before it is on its way. */
  private record Submitted<T extends @Nullable Object>(Task<T> task) implements RunnableFuture<T> {

    @Override
    public void run() {
      Object outcome = task.work();
      if (outcome != null) {
        task.announce(task.settle(outcome));
        task.discount();
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return task.cancel(mayInterruptIfRunning);
    }

    @Override
    public boolean isCancelled() {
      return task.isCancelled();
    }

    @Override
    public boolean isDone() {
      return task.isDone();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
      return task.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit)
        throws InterruptedException, ExecutionException, TimeoutException {
      return task.get(timeout, unit);
    }

    @Override
    public String toString() {
      return task.toString();
    }
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Callable<T> callable) {
    return new Submitted<>(new Task<T>(pool, callable, true));
  }

  @Override
  protected <T extends @Nullable Object> RunnableFuture<T> newTaskFor(Runnable body, T value) {
    return newTaskFor(Executors.callable(body, value));
  }

  @Override
  public void execute(Runnable command) {
    Objects.requireNonNull(command, "command");
    Task<?> task =
        command instanceof Submitted<?> submitted
            ? submitted.task()
            : new Task<>(pool, command, false);
    pool.workers().enqueue(task);
  }

  // The inherited form waits in a queue of the JDK's, which would hold the hub in portable mode.

  @Override
  public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    try {
      return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: a wait without end is over", e);
    }
  }

  @Override
  public <T extends @Nullable Object> T invokeAny(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (tasks.isEmpty()) {
      throw new IllegalArgumentException("invokeAny needs at least one task");
    }
    List<Task<T>> all = new ArrayList<>();
    try {
      for (Callable<T> task : tasks) {
        Task<T> made = new Task<>(pool, task, true);
        pool.workers().enqueue(made);
        all.add(made);
      }
      return firstGood(all, Duration.ofNanos(unit.toNanos(timeout)));
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted();
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    } finally {
      all.forEach(task -> task.cancel(true)); // those that have ended stay as they are
    }
  }

  private static <T extends @Nullable Object> T firstGood(List<Task<T>> all, Duration timeout)
      throws InterruptedException, ExecutionException, TimeoutException {
    int failed = 0;
    ExecutionException failure = null;
    try (Iwait<Task<T>> ended = Iwait.of(all, all.size(), timeout)) {
      for (Task<T> task : ended) {
        failed++;
        try {
          return task.get();
        } catch (ExecutionException e) {
          failure = e;
        } catch (CancellationException e) {
          failure = new ExecutionException(e);
        }
      }
    }
    if (failed < all.size() || failure == null) {
      throw new TimeoutException("no task has succeeded in time");
    }
    throw failure;
  }

  @Override
  public void shutdown() {
    pool.shutdown();
  }

  /** Futures of what was dropped are cancelled; what came by execute is given back. */
  @Override
  public List<Runnable> shutdownNow() {
    pool.shutdown();
    List<Task<?>> dropped = pool.workers().drop();
    pool.workers().interruptActive();
    return dropped.stream().map(Task::runnable).filter(Objects::nonNull).toList();
  }

  @Override
  public boolean isShutdown() {
    return pool.isShutdown();
  }

  @Override
  public boolean isTerminated() {
    return pool.workers().isTerminated();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      return pool.workers().awaitTermination(unit.toNanos(timeout));
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted();
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
  }

  @Override
  public String toString() {
    return pool.toString();
  }
}
