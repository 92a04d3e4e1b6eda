package dev.celadon.threadpool;

import dev.celadon.hub.InterruptedWaitException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
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
