package dev.celadon.threadpool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.HubLocal;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Threads for the calls that would stop a hub: files, name look-ups, native code, long
 * computations.
 *
 * <p>The greenlet that asks for such a call waits; all the others of its hub go on. {@link
 * #offload} uses the hub's own pool and is what most programs need.
 *
 * <p>At most {@link #maxSize} tasks run at the same time, each on a thread of its own, and there
 * are never more threads than that: the tasks of a pool of one thread never meet. Who comes when
 * all are busy stands in one line, first come, first served. Threads are made when they are needed,
 * the one that worked last works next, and one without work ends after the {@code idleTimeout}.
 * They are daemons: a program does not wait for them at its end.
 *
 * <p>Safe for use from any thread.
 */
public final class ThreadPool implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static final HubLocal<ThreadPool> OF_HUB = new HubLocal<>(ThreadPool::makeFor);

  private final ThreadPoolOptions options;
  private final Workers workers;

  /**
   * Makes a pool with default options but for its size.
   *
   * @param maxSize how many tasks run at the same time; 0 or more
   * @throws IllegalArgumentException if {@code maxSize} is negative
   */
  public ThreadPool(int maxSize) {
    this(
        ThreadPoolOptions.defaults()
            .withMaxSize(maxSize)
            .withName("threadpool-" + NAMES.incrementAndGet()));
  }

  /**
   * Makes a pool.
   *
   * @param options how it is made
   */
  public ThreadPool(ThreadPoolOptions options) {
    this.options = Objects.requireNonNull(options, "options");
    this.workers = new Workers(this, options);
  }

  // --- The hub's own pool

  /**
   * How many threads the own pool of a hub has at most: the system property {@code
   * celadon.threadpool.size}, or else 10, or the number of processors if that is more.
   *
   * @return 1 or more
   * @throws IllegalArgumentException if the property is no such number
   */
  public static int defaultSize() {
    String given = System.getProperty("celadon.threadpool.size");
    if (given == null) {
      return Math.max(10, Runtime.getRuntime().availableProcessors());
    }
    if (!given.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "the system property celadon.threadpool.size must be a positive number: " + given);
    }
    return Integer.parseInt(given);
  }

  /**
   * The own pool of the current hub, made at its first use. When the hub ends, its threads end too,
   * as soon as they have nothing to do; a task that still runs then is left to finish.
   *
   * @return the pool
   */
  public static ThreadPool current() {
    return Hub.current().get(OF_HUB);
  }

  private static ThreadPool makeFor(Hub hub) {
    ThreadPool pool =
        new ThreadPool(ThreadPoolOptions.defaults().withName(hub.name() + "-offload"));
    try {
      Runnable _ = hub.onClose(pool.workers::retire);
    } catch (HubClosedException e) {
      pool.workers.retire(); // for the clean-up of greenlets that are being killed
    }
    return pool;
  }

  /**
   * Runs a blocking call on a thread of the hub's own pool and waits for its result, while other
   * greenlets go on. On a thread that has no hub it is just called: nobody else waits there.
   * Switches.
   *
   * <p>A kill or a timeout ends the wait at once; see {@link #apply(Callable)}.
   *
   * @param task the call
   * @param <T> the type of its result
   * @return what it returned
   * @throws Exception what it threw, unchanged
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static <T extends @Nullable Object> T offload(Callable<? extends T> task)
      throws Exception {
    Objects.requireNonNull(task, "task");
    return Hub.currentOrNull() == null ? task.call() : current().<T>apply(task);
  }

  /**
   * Runs a blocking call without a result on a thread of the hub's own pool and waits for its end;
   * see {@link #offload(Callable)}. Switches.
   *
   * @param task the call
   * @throws Exception what it threw, unchanged
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static void offload(Body task) throws Exception {
    boolean _ = offload(asCallable(task));
  }

  private static Callable<Boolean> asCallable(Body task) {
    Objects.requireNonNull(task, "task");
    return () -> {
      task.run();
      return true;
    };
  }

  // --- Running things

  /**
   * Runs a task on a thread. While {@link #maxSize} tasks run, waits for a place; a task of this
   * pool does not wait but leaves the new one in the line. Switches only if the pool is full.
   *
   * @param task what to do
   * @param <T> the type of its result
   * @return the started task
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public <T extends @Nullable Object> Task<T> spawn(Callable<? extends T> task) {
    return Objects.requireNonNull(this.<T>start(task, Long.MAX_VALUE));
  }

  /**
   * Runs a task without a result on a thread; see {@link #spawn(Callable)}. Switches only if the
   * pool is full.
   *
   * @param task what to do
   * @return the started task
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public Task<@Nullable Void> spawn(Body task) {
    return Objects.requireNonNull(this.<@Nullable Void>start(task, Long.MAX_VALUE));
  }

  /**
   * Runs a task on a thread, waiting for a place for a limited time. Switches only if the pool is
   * full.
   *
   * @param task what to do
   * @param timeout time to wait at most; zero or negative only looks
   * @param <T> the type of its result
   * @return the started task; null if time was over first, and then it will not run
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public <T extends @Nullable Object> @Nullable Task<T> spawn(
      Callable<? extends T> task, Duration timeout) {
    return start(task, Clock.waitNanos(timeout));
  }

  /**
   * Runs a task on a thread if there is a place. Never switches.
   *
   * @param task what to do
   * @param <T> the type of its result
   * @return the started task; null if {@link #maxSize} tasks run, and then it will not run
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public <T extends @Nullable Object> @Nullable Task<T> trySpawn(Callable<? extends T> task) {
    Task<T> made = new Task<>(this, task, false);
    return workers.enterNow(made) ? made : null;
  }

  /**
   * Runs a task without a result on a thread if there is a place. Never switches.
   *
   * @param task what to do
   * @return the started task; null if {@link #maxSize} tasks run, and then it will not run
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public @Nullable Task<@Nullable Void> trySpawn(Body task) {
    Task<@Nullable Void> made = new Task<>(this, task, false);
    return workers.enterNow(made) ? made : null;
  }

  private <T extends @Nullable Object> @Nullable Task<T> start(Object task, long nanos) {
    Task<T> made = new Task<>(this, task, false);
    if (isWorker()) {
      workers.enqueue(made);
      return made;
    }
    return workers.enter(made, nanos) ? made : null;
  }

  private boolean isWorker() {
    return Worker.isOf(workers);
  }

  /**
   * Runs a task on a thread and waits for its result. Switches; on a thread of this pool, where
   * waiting could stop the whole pool, the task is just called.
   *
   * <p>A kill or a timeout ends the wait at once. A task that no thread has taken by then never
   * runs; one that runs is left to finish, or interrupted if the pool is {@code interruptible}. If
   * it fails, the hub's error handler is told.
   *
   * @param task what to do
   * @param <T> the type of its result
   * @return what it returned
   * @throws Exception what it threw, unchanged
   * @throws RejectedExecutionException after {@link #shutdown}
   * @throws java.util.concurrent.CancellationException after {@link #kill}, if it had not started
   * @throws BlockingSwitchOut in a callback of a hub, which must not wait
   */
  public <T extends @Nullable Object> T apply(Callable<? extends T> task) throws Exception {
    Objects.requireNonNull(task, "task");
    if (isWorker()) {
      return task.call();
    }
    Task<T> made = submitKept(task);
    boolean _ = awaitOrAbandon(made, Long.MAX_VALUE);
    return made.resultOfEnd();
  }

  /**
   * Runs a task without a result on a thread and waits for its end; see {@link #apply(Callable)}.
   * Switches; on a thread of this pool, the task is just called.
   *
   * @param task what to do
   * @throws Exception what it threw, unchanged
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public void apply(Body task) throws Exception {
    boolean _ = apply(asCallable(task));
  }

  /**
   * Runs a task on a thread and waits for its result for a limited time; when that is over, the
   * task is given up as by a kill. Switches; on a thread of this pool, the task is just called and
   * takes the time that it needs.
   *
   * @param task what to do
   * @param timeout time to wait at most; zero or negative gives it up unless it ends at once
   * @param <T> the type of its result
   * @return what it returned
   * @throws Exception what it threw, unchanged
   * @throws TimeoutException if time was over first
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public <T extends @Nullable Object> T apply(Callable<? extends T> task, Duration timeout)
      throws Exception {
    Objects.requireNonNull(task, "task");
    long nanos = Clock.waitNanos(timeout);
    if (isWorker()) {
      return task.call();
    }
    Task<T> made = submitKept(task);
    if (!awaitOrAbandon(made, nanos)) {
      throw new TimeoutException(made + " has not ended within " + timeout);
    }
    return made.resultOfEnd();
  }

  /**
   * Runs a task on a thread for a new greenlet, which waits for its result as in {@link
   * #apply(Callable)}: its kill gives the task up. Never switches.
   *
   * @param task what to do
   * @param <T> the type of its result
   * @return the greenlet, on the current hub
   */
  public <T extends @Nullable Object> Greenlet<T> applyAsync(Callable<? extends T> task) {
    Objects.requireNonNull(task, "task");
    return Greenlet.spawn(new Application<T>(this, task));
  }

  /** A class with a name, so that each greenlet's place of spawning is looked up. */
  private record Application<T extends @Nullable Object>(
      ThreadPool pool, Callable<? extends T> task) implements Callable<T> {
    @Override
    public T call() throws Exception {
      return pool.<T>apply(task);
    }
  }

  /**
   * Runs a function for each item, on up to {@link #maxSize} threads, and waits for the results.
   * Switches; on a thread of this pool, the function is just called.
   *
   * <p>When one fails, the failure is thrown as soon as all before it have ended, and the others go
   * on; their failures go to the hub's error handler. A kill or a timeout gives up all, as in
   * {@link #apply(Callable)}.
   *
   * @param items what to work on
   * @param function what to do with each of them
   * @param <A> the type of the items
   * @param <R> the type of the results
   * @return the results, in the order of the items
   * @throws RejectedExecutionException after {@link #shutdown}
   */
  public <A extends @Nullable Object, R extends @Nullable Object> List<R> map(
      Collection<? extends A> items, Function<? super A, ? extends R> function) {
    Objects.requireNonNull(items, "items");
    Objects.requireNonNull(function, "function");
    List<R> results = new ArrayList<>(items.size());
    if (isWorker()) {
      items.forEach(item -> results.add(function.apply(item)));
      return results;
    }
    ArrayDeque<Task<R>> tasks = new ArrayDeque<>(items.size());
    boolean waiting = true;
    try {
      for (A item : items) {
        tasks.add(this.<R>submitKept(() -> function.apply(item)));
      }
      for (Task<R> task = tasks.peek(); task != null; task = tasks.peek()) {
        task.join();
        tasks.remove();
        waiting = task.isSuccessful();
        results.add(task.resultOfEnd());
      }
    } finally {
      tasks.forEach(waiting ? Task::abandon : Task::release);
    }
    return results;
  }

  private <T extends @Nullable Object> Task<T> submitKept(Callable<? extends T> task) {
    Hub hub = Hub.currentOrNull();
    if (hub != null && hub.inLane()) {
      throw new BlockingSwitchOut(
          "a callback of "
              + hub
              + " must not wait for a task of "
              + this
              + ": use applyAsync(task), or spawn a greenlet for what waits");
    }
    Task<T> made = new Task<>(this, task, true);
    workers.enqueue(made);
    return made;
  }

  private static boolean awaitOrAbandon(Task<?> task, long nanos) {
    boolean ended = false;
    try {
      ended = task.awaitEnd(nanos, null);
      return ended;
    } finally {
      if (!ended) {
        task.abandon();
      }
    }
  }

  /**
   * This pool as other libraries know one. Its {@code submit} and {@code execute} never wait: what
   * exceeds {@link #maxSize} is queued, without a bound, in the one line in which greenlets wait in
   * {@link #spawn}. The futures wait as all of Celadon does; a failure of a submitted task stays
   * with its future, one of {@code execute} goes to the hub's error handler. Its {@code shutdown}
   * shuts this pool down; its {@code shutdownNow} also cancels what is queued and cancels and
   * interrupts what runs.
   *
   * @return the executor
   */
  public ExecutorService asExecutorService() {
    return new PoolExecutor(this);
  }

  // --- Size

  /**
   * How many tasks may run at the same time.
   *
   * @return 0 or more
   */
  public int maxSize() {
    return workers.maxSize();
  }

  /**
   * Changes how many tasks may run at the same time. When it grows, those who wait go on; when it
   * shrinks, what runs is left to finish. Never switches.
   *
   * @param maxSize 0 or more; 0 runs nothing until it grows again
   * @throws IllegalArgumentException if {@code maxSize} is negative
   */
  public void setMaxSize(int maxSize) {
    ThreadPoolOptions.checkMaxSize(maxSize);
    workers.setMaxSize(maxSize);
  }

  /**
   * How many threads there are, idle ones included.
   *
   * @return 0 or more
   */
  public int size() {
    return workers.threads();
  }

  /**
   * How many tasks were accepted and have not ended: those that run, and those that are queued.
   * Greenlets that wait in {@link #spawn} do not count. With other threads around, the answer may
   * be old at once.
   *
   * @return 0 or more
   */
  public int outstanding() {
    return workers.outstanding();
  }

  /**
   * How many greenlets and tasks wait for a place.
   *
   * @return 0 or more
   */
  public int waiting() {
    return workers.waiting();
  }

  // --- The end

  /**
   * Waits until no task is outstanding. Switches unless there is none.
   *
   * @throws IllegalStateException in a task of this pool, which would wait for itself
   */
  public void join() {
    requireNoWorker();
    boolean _ = workers.join(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until no task is outstanding. Switches unless there is none.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if there is none, false if time was over first
   * @throws IllegalStateException in a task of this pool, which would wait for itself
   */
  public boolean join(Duration timeout) {
    requireNoWorker();
    return workers.join(Clock.waitNanos(timeout));
  }

  private void requireNoWorker() {
    if (isWorker()) {
      throw new IllegalStateException(
          "a task of "
              + this
              + " cannot wait for the end of the tasks of its own pool: call shutdown(), which"
              + " returns at once");
    }
  }

  /**
   * Refuses new tasks from now on. What was accepted runs to its end, and so does what waits in
   * {@link #spawn}; but a pool of size 0, which would never run it, drops it. Never switches.
   */
  public void shutdown() {
    workers.shutdown();
  }

  /**
   * Refuses new tasks and waits until all that were accepted have ended. Switches unless there are
   * none.
   *
   * @throws IllegalStateException in a task of this pool, which would wait for itself
   */
  @Override
  public void close() {
    requireNoWorker();
    workers.shutdown();
    boolean _ = workers.awaitTermination(Long.MAX_VALUE);
  }

  /**
   * Refuses new tasks, cancels those that no thread has taken yet, and waits for the end of those
   * that run, which are interrupted if the pool is {@code interruptible}. Switches unless none
   * runs.
   *
   * @throws IllegalStateException in a task of this pool, which would wait for itself
   */
  public void kill() {
    beginKill();
    boolean _ = workers.awaitTermination(Long.MAX_VALUE);
  }

  /**
   * As {@link #kill()}, but waits for a limited time. Switches unless none runs.
   *
   * @param timeout time to wait at most; zero or negative does not wait
   * @return true if all have ended, false if time was over first
   * @throws IllegalStateException in a task of this pool, which would wait for itself
   */
  public boolean kill(Duration timeout) {
    beginKill();
    return workers.awaitTermination(Clock.waitNanos(timeout));
  }

  private void beginKill() {
    requireNoWorker();
    workers.shutdown();
    List<Task<?>> _ = workers.drop();
    if (options.interruptible()) {
      workers.interruptActive();
    }
  }

  /**
   * Whether new tasks are refused.
   *
   * @return true from {@link #shutdown} on
   */
  public boolean isShutdown() {
    return workers.isShutdown();
  }

  Workers workers() {
    return workers;
  }

  ThreadPoolOptions options() {
    return options;
  }

  /** A failure that nobody took. */
  void report(@Nullable Hub hub, String source, Throwable failure) {
    if (hub != null) {
      try {
        new Report(hub, source, failure).start();
        return;
      } catch (HubClosedException e) {
        // It has nobody to tell any more.
      }
    }
    LoggerFactory.getLogger(ThreadPool.class).error("{} failed", source, failure);
  }

  @Override
  public String toString() {
    return "ThreadPool[" + options.name() + "]";
  }
}
