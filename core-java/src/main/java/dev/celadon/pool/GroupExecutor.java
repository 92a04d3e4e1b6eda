package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.queue.Queue;
import dev.celadon.sync.Event;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A group as the executor of other libraries.
 *
 * <p>Safe for use from any thread.
 */
final class GroupExecutor implements ExecutorService {
  /*
   * A task stands in two rosters: the group's, for its place, and `mine`, which has all tasks of this executor from their submission
   * to their end, those in line included. It comes into `mine` before the look at `shutdown`, so that whoever shuts down and then
   * looks at `mine` finds every task that was not refused.
   */
  private final Roster group;
  private final Hub hub;
  private final Roster mine = new Roster(this, Integer.MAX_VALUE);
  private final Event shutdown = new Event();

  GroupExecutor(Roster group, Hub hub) {
    this.group = group;
    this.hub = hub;
  }

  /**
   * The body of a task. Either its greenlet or shutdownNow claims it, so that what shutdownNow says
   * has not commenced never will.
   */
  private static final class Job<T extends @Nullable Object> implements Callable<T> {

    private final Callable<? extends T> body;
    private final Runnable submitted;
    private final AtomicBoolean claimed = new AtomicBoolean();

    Job(Callable<? extends T> body, Runnable submitted) {
      this.body = body;
      this.submitted = submitted;
    }

    boolean claim() {
      return claimed.compareAndSet(false, true);
    }

    @Override
    public T call() throws Exception {
      if (!claim()) {
        throw new GreenletExit("the executor was shut down");
      }
      return body.call();
    }
  }

  /** A greenlet that shutdownNow can ask for its job. */
  private static final class Task<T extends @Nullable Object> extends Greenlet<T> {

    private final Job<T> job;

    Task(Hub hub, Job<T> job) {
      super(hub, job);
      this.job = job;
    }
  }

  // --- Submitting

  @Override
  public void execute(Runnable task) {
    Task<@Nullable Void> fresh = task(task, null);
    begin(fresh);
  }

  @Override
  public Future<?> submit(Runnable task) {
    Task<@Nullable Void> fresh = task(task, null);
    hold(fresh);
    begin(fresh);
    return fresh;
  }

  @Override
  @SuppressWarnings("NullAway") // T may well be nullable: the interface does not say
  public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
    Task<T> fresh = task(task, result);
    hold(fresh);
    begin(fresh);
    return fresh;
  }

  @Override
  public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
    Task<T> fresh = task(task);
    hold(fresh);
    begin(fresh);
    return fresh;
  }

  private <T extends @Nullable Object> Task<T> task(Runnable task, T result) {
    Callable<T> body =
        () -> {
          task.run();
          return result;
        };
    return new Task<>(hub, new Job<>(body, Objects.requireNonNull(task, "task")));
  }

  private <T extends @Nullable Object> Task<T> task(Callable<T> task) {
    Objects.requireNonNull(task, "task");
    return new Task<>(hub, new Job<>(task, () -> call(task)));
  }

  private static void call(Callable<?> task) {
    try {
      var _ = task.call();
    } catch (Exception e) {
      throw Failures.<RuntimeException>unchecked(e);
    }
  }

  /** A failure belongs to the future, as with every executor of the JDK. */
  private static void hold(Task<?> task) {
    task.rawLink(_ -> {});
  }

  private void begin(Task<?> task) {
    boolean _ = mine.tryAcquire();
    boolean _ = mine.enter(task);
    if (shutdown.isSet()) {
      boolean _ = mine.discard(task);
      throw new RejectedExecutionException(
          this + " is shut down and takes no more tasks: use another executor");
    }
    try {
      group.startInTurn(task);
    } catch (HubClosedException e) {
      boolean _ = mine.discard(task);
      throw new RejectedExecutionException(hub + " is closed", e);
    }
  }

  // --- Several tasks

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks) throws InterruptedException {
    return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  @Override
  public <T extends @Nullable Object> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
      throws InterruptedException {
    Deadline deadline = Deadline.in(unit.toNanos(timeout));
    List<Future<T>> futures = new ArrayList<>();
    try {
      for (Callable<T> task : tasks) {
        futures.add(submit(task));
      }
      for (Future<T> future : futures) {
        awaitEnd(future, deadline);
      }
    } finally {
      cancelAll(futures); // those that have ended stay as they are
    }
    for (Future<T> future : futures) {
      awaitEnd(future, Deadline.in(Long.MAX_VALUE)); // all are done when this returns
    }
    return futures;
  }

  private static void awaitEnd(Future<?> future, Deadline deadline) throws InterruptedException {
    try {
      var _ = future.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      return; // the caller looks at the future
    }
  }

  private static void cancelAll(Collection<? extends Future<?>> futures) {
    for (Future<?> future : futures) {
      boolean _ = future.cancel(true);
    }
  }

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
    Deadline deadline = Deadline.in(unit.toNanos(timeout));
    Queue<Greenlet<T>> ended = new Queue<>();
    List<Task<T>> all = new ArrayList<>();
    try {
      for (Callable<T> task : tasks) {
        Task<T> fresh = task(task);
        fresh.rawLink(ended::put);
        all.add(fresh);
        begin(fresh);
      }
      return firstGood(ended, all.size(), deadline);
    } catch (InterruptedWaitException e) {
      throw interrupted(e);
    } finally {
      cancelAll(all);
    }
  }

  private static <T extends @Nullable Object> T firstGood(
      Queue<Greenlet<T>> ended, int count, Deadline deadline)
      throws InterruptedException, ExecutionException, TimeoutException {
    ExecutionException failure = null;
    for (int i = 0; i < count; i++) {
      Greenlet<T> next = ended.get(deadline.left());
      if (next == null) {
        throw new TimeoutException("no task has succeeded in time");
      }
      try {
        return next.get();
      } catch (ExecutionException e) {
        failure = e;
      } catch (CancellationException e) {
        failure = new ExecutionException(e);
      }
    }
    throw Objects.requireNonNull(failure);
  }

  private static InterruptedException interrupted(InterruptedWaitException e) {
    boolean _ = Thread.interrupted();
    return (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
  }

  // --- The end

  @Override
  public void shutdown() {
    shutdown.set();
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown.set();
    List<Runnable> neverCommenced = new ArrayList<>();
    for (Greenlet<?> greenlet : mine.snapshot()) {
      Task<?> task = (Task<?>) greenlet; // all of them are
      if (task.job.claim()) {
        neverCommenced.add(task.job.submitted);
      }
    }
    for (Greenlet<?> greenlet : mine.snapshot()) {
      greenlet.throwIn(new GreenletExit("the executor was shut down")); // also into the caller
    }
    return neverCommenced;
  }

  @Override
  public boolean isShutdown() {
    return shutdown.isSet();
  }

  @Override
  public boolean isTerminated() {
    return shutdown.isSet() && mine.isEmpty();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    Deadline deadline = Deadline.in(unit.toNanos(timeout));
    try {
      return shutdown.waitUntilSet(deadline.left()) && mine.join(deadline.leftNanos());
    } catch (InterruptedWaitException e) {
      throw interrupted(e);
    }
  }

  @Override
  public String toString() {
    return "Executor[" + mine.size() + " tasks on " + hub + "]";
  }
}
