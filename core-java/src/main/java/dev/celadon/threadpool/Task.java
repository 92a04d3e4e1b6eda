package dev.celadon.threadpool;

import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work for a thread of a {@link ThreadPool}, and its result.
 *
 * <p>Made by {@link ThreadPool#spawn}. It is a {@link Future}: {@link #get()} keeps that contract;
 * {@link #result()} gives the value, or the task's own exception, unchanged.
 *
 * <p>A failure reaches whoever waits for the result at that moment, or else the error handler of
 * the hub that spawned the task; a task of a thread without a hub has its failure logged.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the result
 */
public final class Task<T extends @Nullable Object> implements Future<T>, Waitable {
  /*
   * `state` is where the work is:
   *
   *   WAITING       no thread has it          -> RUNNING by a worker, OVER by cancel: it never runs
   *   RUNNING       a worker is in the body   -> OVER by the worker, INTERRUPTING by cancel(true)
   *   INTERRUPTING  for the time of one call of Thread.interrupt, for which the worker waits: so no later task gets it
   *                                           -> OVER by the one that cancels
   *   OVER
   *
   * `content` is the result, set once: by the worker after the body, or by cancel at any time. So a task that was cancelled
   * while it ran has its result before its thread is free.
   */
  private static final int WAITING = 0;
  private static final int RUNNING = 1;
  private static final int INTERRUPTING = 2;
  private static final int OVER = 3;

  private static final Object NOTHING = new Object();
  private static final Object CANCELLED = new Object();

  /** What a waiter carries that would get a failure. */
  private static final Object RECEIVER = new Object();

  private record Failure(Throwable thrown) {}

  /** What {@link #settle} found, for {@link #announce} outside the lock. */
  record Settled(Object outcome, boolean first, boolean kept, @Nullable Waiter granted) {}

  /** The hub was not told, was told of the work, was told that it is over. */
  private static final int UNKNOWN = 0;

  private static final int COUNTED = 1;
  private static final int DISCOUNTED = 2;

  private static final VarHandle STATE;
  private static final VarHandle COUNT;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      STATE = lookup.findVarHandle(Task.class, "state", int.class);
      COUNT = lookup.findVarHandle(Task.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ThreadPool pool;

  /** A Callable, a Body or a Runnable. */
  private final Object body;

  private final Strand spawner;
  private final @Nullable Hub hub;
  private final WaitQueue waiters = new WaitQueue(this);

  /** In the line before the pool, if it had to stand there. Written before the task is shared. */
  @Nullable Waiter ticket;

  /** A thread has it, or is on its way to it, or has had it. Guarded by the pool's lock. */
  boolean hasThread;

  private volatile int state = WAITING;

  @SuppressWarnings("UnusedVariable") // through COUNT
  private volatile int count = UNKNOWN;

  /** Written by the worker before RUNNING. */
  private @Nullable Thread runner;

  /** Written before {@code content} becomes CANCELLED. */
  private volatile boolean interrupted;

  /** Somebody is going to take the failure, whenever it comes. Guarded by {@code waiters}. */
  private boolean kept;

  /**
   * Null until it is known, then the value (NOTHING for null), a Failure or CANCELLED. Written
   * under the lock of {@code waiters}.
   */
  private volatile @Nullable Object content;

  Task(ThreadPool pool, Object body, boolean kept) {
    this.pool = pool;
    this.body = Objects.requireNonNull(body, "task");
    this.spawner = Strand.current();
    this.hub = spawner.hubOrNull();
    this.kept = kept;
  }

  // --- The pool's side

  /** The body, on a worker: what it came to, or null if the task was cancelled before. */
  @Nullable Object work() {
    runner = Thread.currentThread();
    if (!STATE.compareAndSet(this, WAITING, RUNNING)) {
      return null;
    }
    Object outcome;
    try {
      Object value = callBody();
      outcome = value == null ? NOTHING : value;
    } catch (Throwable thrown) {
      outcome = new Failure(thrown);
    }
    if (!STATE.compareAndSet(this, RUNNING, OVER)) {
      while (state == INTERRUPTING) {
        Thread.onSpinWait();
      }
    }
    boolean _ = Thread.interrupted(); // a task's interrupt ends with it
    return outcome;
  }

  private @Nullable Object callBody() throws Exception {
    switch (body) {
      case Callable<?> callable -> {
        return callable.call();
      }
      case Body action -> action.run();
      default -> ((Runnable) body).run();
    }
    return null;
  }

  static Object failure(Throwable thrown) {
    return new Failure(thrown);
  }

  /** Sets the result, if there is none. May be called under the pool's lock. */
  Settled settle(Object outcome) {
    waiters.lock();
    boolean first = content == null;
    Waiter granted = null;
    if (first) {
      content = outcome;
      granted = waiters.grantAll(null);
    }
    Settled settled = new Settled(outcome, first, kept, granted);
    waiters.unlock();
    return settled;
  }

  /** The rest of settle, outside all locks. */
  void announce(Settled settled) {
    boolean received = WaitQueue.anyOf(settled.granted(), waiter -> waiter.payload() == RECEIVER);
    WaitQueue.wakeAll(settled.granted());
    if (settled.outcome() instanceof Failure failure) {
      Throwable thrown = failure.thrown();
      boolean taken = settled.first() ? settled.kept() || received : isMadeByCancel(thrown);
      if (!taken) {
        pool.report(hub, describe(), thrown);
      }
    }
  }

  private boolean isMadeByCancel(Throwable thrown) {
    return interrupted
        && (thrown instanceof InterruptedException
            || thrown instanceof InterruptedWaitException
            || thrown instanceof InterruptedIOException
            || thrown instanceof ClosedByInterruptException);
  }

  /** Until {@link #discount}, the hub of the spawner knows that a thread works for it. */
  void count() {
    if (hub != null && count == UNKNOWN) {
      hub.ref();
      if (!COUNT.compareAndSet(this, UNKNOWN, COUNTED)) {
        hub.unref();
      }
    }
  }

  void discount() {
    if ((int) COUNT.getAndSet(this, DISCOUNTED) == COUNTED) {
      Objects.requireNonNull(hub).unref();
    }
  }

  /** Whoever wanted the result does not wait for it any more. */
  void abandon() {
    if (cancelBeforeStart()) {
      return;
    }
    release();
    if (pool.options().interruptible()) {
      boolean _ = cancel(true);
    }
  }

  /** Nobody takes the failure any more, be it here or still to come. */
  void release() {
    waiters.lock();
    kept = false;
    Object now = content;
    waiters.unlock();
    if (now instanceof Failure failure) {
      pool.report(hub, describe(), failure.thrown());
    }
  }

  /** The task of {@link java.util.concurrent.Executor#execute}, or null. */
  @Nullable Runnable runnable() {
    return body instanceof Runnable runnable ? runnable : null;
  }

  // --- Waiting for the end

  /**
   * Waits for the end, whatever it is; never throws the task's failure. Switches unless it has
   * ended.
   */
  public void join() {
    boolean _ = awaitEnd(Long.MAX_VALUE, null);
  }

  /**
   * Waits for the end for a limited time. Switches unless it has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it has ended, false if time was over first
   */
  public boolean join(Duration timeout) {
    return awaitEnd(Clock.waitNanos(timeout), null);
  }

  /**
   * Waits for the end and gives the result. Switches unless the task has ended.
   *
   * @return the value; the task's failure is thrown unchanged, whatever its type
   * @throws CancellationException if the task was cancelled
   */
  public T result() {
    boolean _ = awaitEnd(Long.MAX_VALUE, RECEIVER);
    return resultOfEnd();
  }

  /**
   * Waits for the end for a limited time and gives the result. Switches unless the task has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the value; the task's failure is thrown unchanged, whatever its type
   * @throws TimeoutException if time was over first; the task goes on
   * @throws CancellationException if the task was cancelled
   */
  public T result(Duration timeout) throws TimeoutException {
    if (!awaitEnd(Clock.waitNanos(timeout), RECEIVER)) {
      throw new TimeoutException(this + " has not ended within " + timeout);
    }
    return resultOfEnd();
  }

  boolean awaitEnd(long nanos, @Nullable Object role) {
    if (content != null) {
      return true;
    }
    Waiter waiter = Waiter.current();
    waiter.carry(role);
    if (!register(waiter)) {
      return true;
    }
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
    }
  }

  /** The value or the failure of a task that has ended. */
  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // NOTHING stands for the null of a T that may be null
  T resultOfEnd() {
    Object end = content;
    if (end instanceof Failure failure) {
      throw Task.<RuntimeException>unchecked(failure.thrown());
    }
    if (end == CANCELLED) {
      throw new CancellationException(this + " was cancelled");
    }
    return end == NOTHING ? null : (T) end;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  /**
   * Adds a waiter of one's own, such as a suspended coroutine. Never switches.
   *
   * @param waiter granted with null at the end; to be taken back with {@link #unregister}
   * @return false if the task has ended: the waiter was not added
   */
  @Override
  public boolean register(Waiter waiter) {
    waiters.lock();
    boolean wait = content == null;
    if (wait) {
      waiters.add(waiter);
    }
    waiters.unlock();
    return wait;
  }

  @Override
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  // --- Future

  /**
   * Waits for the end and gives the result, by the rules of {@link Future}. Switches unless the
   * task has ended.
   *
   * @throws CancellationException if the task was cancelled
   * @throws ExecutionException with the failure as its cause, if it failed
   * @throws InterruptedException if the calling thread is interrupted
   */
  @Override
  public T get() throws InterruptedException, ExecutionException {
    try {
      return get(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: a wait without end is over", e);
    }
  }

  /**
   * Waits for the end for a limited time and gives the result, by the rules of {@link Future}.
   * Switches unless the task has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @param unit the unit of {@code timeout}
   * @throws CancellationException if the task was cancelled
   * @throws ExecutionException with the failure as its cause, if it failed
   * @throws InterruptedException if the calling thread is interrupted
   * @throws TimeoutException if time was over first; the task goes on
   */
  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    boolean ended;
    try {
      ended = awaitEnd(unit.toNanos(timeout), RECEIVER);
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted();
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    }
    if (!ended) {
      throw new TimeoutException(this + " has not ended within " + timeout + " " + unit);
    }
    if (content instanceof Failure failure) {
      throw new ExecutionException(failure.thrown());
    }
    return resultOfEnd();
  }

  /**
   * Cancels the task, by the rules of {@link Future}: one that no thread has taken yet never runs;
   * one that runs has its result thrown away, and goes on with its thread until it ends by itself.
   * Never switches.
   *
   * @param mayInterruptIfRunning whether the thread of a task that runs is interrupted
   * @return false if the task had ended before
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (cancelBeforeStart()) {
      return true;
    }
    if (mayInterruptIfRunning && content == null) {
      interrupted = true;
    }
    Settled settled = settle(CANCELLED);
    if (!settled.first()) {
      return false;
    }
    announce(settled);
    if (mayInterruptIfRunning && STATE.compareAndSet(this, RUNNING, INTERRUPTING)) {
      Objects.requireNonNull(runner).interrupt();
      state = OVER;
    }
    return true;
  }

  boolean cancelBeforeStart() {
    if (!STATE.compareAndSet(this, WAITING, OVER)) {
      return false;
    }
    Settled settled = settle(CANCELLED);
    boolean isThreads = pool.workers().withdraw(this);
    announce(settled);
    if (!isThreads) {
      discount(); // else its thread does, after it has called the next in line
    }
    return true;
  }

  @Override
  public boolean isCancelled() {
    return content == CANCELLED;
  }

  @Override
  public boolean isDone() {
    return content != null;
  }

  // --- Looking

  /**
   * Whether this task is over: ended, failed or cancelled.
   *
   * @return true after the end
   */
  @Override
  public boolean isReady() {
    return content != null;
  }

  /**
   * Whether this task has ended with a value.
   *
   * @return true after a good end
   */
  public boolean isSuccessful() {
    Object end = content;
    return end != null && end != CANCELLED && !(end instanceof Failure);
  }

  /**
   * The result, if there is one.
   *
   * @return the value; null before the end, after a failure and after {@link #cancel}
   */
  @SuppressWarnings("unchecked")
  public @Nullable T value() {
    Object end = content;
    return isSuccessful() && end != NOTHING ? (T) end : null;
  }

  /**
   * The failure, if there is one.
   *
   * @return what the task threw; null before the end, after a value and after {@link #cancel}
   */
  public @Nullable Throwable exception() {
    return content instanceof Failure failure ? failure.thrown() : null;
  }

  private String describe() {
    return this + ", spawned by " + spawner + ",";
  }

  @Override
  public String toString() {
    return "a task of " + pool;
  }
}
