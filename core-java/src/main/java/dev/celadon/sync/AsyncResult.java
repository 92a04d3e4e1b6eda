package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A value or failure that somebody sets and that any number of greenlets wait for.
 *
 * <p>{@link #trySet} and {@link #tryFail} keep what was first; {@link #set} and {@link
 * #setException} replace it, as in gevent: a value and a failure may both be set then, {@link
 * #result} gives the value, and {@link #exception} still shows the failure.
 *
 * <p>A result may be the link of a greenlet, whose value or failure it takes over then: {@code
 * greenlet.link(result)}. It is a {@link Future} to other libraries, one that cannot be cancelled.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the value
 */
public final class AsyncResult<T extends @Nullable Object>
    implements Waitable, Future<T>, Consumer<Future<? extends T>> {

  private static final Object NOTHING = new Object();

  /**
   * What is set; one of both at least.
   *
   * @param value null if there is none, NOTHING if it is null
   */
  private record Content(@Nullable Object value, @Nullable Throwable exception) {}

  private final WaitQueue waiters = new WaitQueue(this);

  /** Null until something is set. Written under the queue's lock. */
  private volatile @Nullable Content content;

  /** Makes a result that is not set. */
  public AsyncResult() {}

  /**
   * Makes a result that is set when a stage completes.
   *
   * @param stage its failure is taken over without the {@link CompletionException} around it
   * @param <T> the type of the value
   * @return the result
   */
  public static <T extends @Nullable Object> AsyncResult<T> fromFuture(
      CompletionStage<? extends T> stage) {
    Objects.requireNonNull(stage, "stage");
    AsyncResult<T> result = new AsyncResult<>();
    stage.whenComplete(result::complete);
    return result;
  }

  private void complete(T value, @Nullable Throwable failure) {
    if (failure == null) {
      boolean _ = trySet(value);
    } else if (failure instanceof CompletionException && failure.getCause() != null) {
      boolean _ = tryFail(failure.getCause());
    } else {
      boolean _ = tryFail(failure);
    }
  }

  /**
   * Makes a future that is completed when something is set, and that sets this result if it is
   * completed by somebody else. Cancelling it changes nothing here: this result goes on without it.
   * Never switches.
   *
   * <p>The future is completed in the lane of the hub on which something was set, where what
   * depends on it must not wait; in a virtual thread if it was set by a plain thread.
   *
   * @return a new future
   */
  public CompletableFuture<T> toCompletableFuture() {
    CompletableFuture<T> future = new CompletableFuture<>();
    Waiter waiter = new Waiter(() -> LaneCall.here(() -> copyTo(future)).run());
    if (!register(waiter)) {
      copyTo(future);
      return future;
    }
    future.whenComplete(
        (value, failure) -> {
          if (waiter.cancel()) {
            unregister(waiter);
            if (!future.isCancelled()) {
              complete(value, failure);
            }
          }
        });
    return future;
  }

  private void copyTo(CompletableFuture<T> future) {
    Content now = contentWhenSet();
    if (now.value() != null) {
      future.complete(valueOf(now));
    } else {
      future.completeExceptionally(failureOf(now));
    }
  }

  // --- Setting

  /**
   * Sets the value, in place of a value that was set before, and lets all who wait go on. Never
   * switches.
   *
   * @param value the value
   */
  public void set(T value) {
    boolean _ = put(new Content(value == null ? NOTHING : value, null), true);
  }

  /**
   * Sets a failure, in place of a failure that was set before, and lets all who wait go on. Never
   * switches.
   *
   * @param failure what {@link #result} throws, unchanged, unless there is a value
   */
  public void setException(Throwable failure) {
    boolean _ = put(new Content(null, Objects.requireNonNull(failure, "failure")), true);
  }

  /**
   * Sets the value if nothing is set. Never switches.
   *
   * @param value the value
   * @return true if it was the first
   */
  public boolean trySet(T value) {
    return put(new Content(value == null ? NOTHING : value, null), false);
  }

  /**
   * Sets a failure if nothing is set. Never switches.
   *
   * @param failure what {@link #result} throws, unchanged
   * @return true if it was the first
   */
  public boolean tryFail(Throwable failure) {
    return put(new Content(null, Objects.requireNonNull(failure, "failure")), false);
  }

  private boolean put(Content more, boolean replace) {
    waiters.lock();
    Content before = content;
    boolean accepted = replace || before == null;
    Waiter granted = null;
    if (accepted) {
      content = before == null ? more : merge(before, more);
      granted = waiters.grantAll(null);
    }
    waiters.unlock();
    WaitQueue.wakeAll(granted);
    return accepted;
  }

  private static Content merge(Content before, Content more) {
    return more.value() == null
        ? new Content(before.value(), more.exception())
        : new Content(more.value(), before.exception());
  }

  /**
   * Takes over how something has ended, such as a greenlet that this is a link of: the value, or
   * the failure, in place of what was set before. Never switches.
   *
   * @param done has ended; if it was killed or cancelled, a {@link CancellationException} is set
   * @throws IllegalStateException if it has not ended
   */
  @Override
  public void accept(Future<? extends T> done) {
    switch (Objects.requireNonNull(done, "done").state()) {
      case SUCCESS -> set(done.resultNow());
      case FAILED -> setException(done.exceptionNow());
      case CANCELLED -> setException(new CancellationException(done + " was cancelled"));
      case RUNNING ->
          throw new IllegalStateException(
              done + " has not ended: use it as a link, or take its result first");
    }
  }

  // --- Waiting

  /**
   * Waits for the value. Switches unless something is set.
   *
   * @return the value; a failure is thrown unchanged, whatever its type
   */
  public T result() {
    boolean _ = waitFor(Long.MAX_VALUE);
    return unwrap();
  }

  /**
   * Waits for the value for a limited time. Switches unless something is set.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the value; a failure is thrown unchanged, whatever its type
   * @throws TimeoutException if time was over first
   */
  public T result(Duration timeout) throws TimeoutException {
    if (!waitFor(Clock.waitNanos(timeout))) {
      throw new TimeoutException("nothing was set within " + timeout);
    }
    return unwrap();
  }

  /**
   * The value, without waiting for it. Never switches.
   *
   * @return the value; a failure is thrown unchanged, whatever its type
   * @throws TimeoutException if nothing is set
   */
  public T tryResult() throws TimeoutException {
    if (content == null) {
      throw new TimeoutException("nothing is set");
    }
    return unwrap();
  }

  /** Waits until something is set, and never throws a failure. Switches unless something is set. */
  public void waitUntilReady() {
    boolean _ = waitFor(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until something is set, and never throws a failure. Switches unless
   * something is set.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if something is set, false if time was over first
   */
  public boolean waitUntilReady(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
  }

  /**
   * Waits for the value, by the rules of {@link Future}. Switches unless something is set.
   *
   * @throws ExecutionException with the failure as its cause, if that is all that is set
   * @throws InterruptedException if the calling thread is interrupted
   */
  @Override
  public T get() throws InterruptedException, ExecutionException {
    boolean _ = isReady() || Interrupts.checked(() -> waitFor(Long.MAX_VALUE));
    return valueOrExecutionException();
  }

  /**
   * Waits for the value for a limited time, by the rules of {@link Future}. Switches unless
   * something is set.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @param unit the unit of {@code timeout}
   * @throws ExecutionException with the failure as its cause, if that is all that is set
   * @throws InterruptedException if the calling thread is interrupted
   * @throws TimeoutException if time was over first
   */
  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    if (!isReady() && !Interrupts.checked(() -> waitFor(unit.toNanos(timeout)))) {
      throw new TimeoutException("nothing was set within " + timeout + " " + unit);
    }
    return valueOrExecutionException();
  }

  private boolean waitFor(long nanos) {
    if (content != null) {
      return true;
    }
    Waiter waiter = Waiter.current();
    if (!register(waiter)) {
      return true;
    }
    try {
      return waiter.await(nanos);
    } finally {
      waiters.forget(waiter);
    }
  }

  /**
   * Adds a waiter of one's own, such as a suspended coroutine. Never switches.
   *
   * @param waiter granted with null when something is set; to be taken back with {@link
   *     #unregister}
   * @return false if something is set: the waiter was not added
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

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  @Override
  public void unregister(Waiter waiter) {
    waiters.forget(waiter);
  }

  private T unwrap() {
    Content now = contentWhenSet();
    if (now.value() == null) {
      throw AsyncResult.<RuntimeException>unchecked(failureOf(now));
    }
    return valueOf(now);
  }

  private T valueOrExecutionException() throws ExecutionException {
    Content now = contentWhenSet();
    if (now.value() == null) {
      throw new ExecutionException(failureOf(now));
    }
    return valueOf(now);
  }

  private Content contentWhenSet() {
    return Objects.requireNonNull(content, "bug in Celadon, please report: nothing is set");
  }

  private static Throwable failureOf(Content content) {
    return Objects.requireNonNull(content.exception());
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // NOTHING stands for the null of a T that may be null
  private T valueOf(Content content) {
    return content.value() == NOTHING ? null : (T) content.value();
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  // --- Facts

  /**
   * Whether something is set.
   *
   * @return true with a value or a failure
   */
  @Override
  public boolean isReady() {
    return content != null;
  }

  /**
   * Whether something is set, by the rules of {@link Future}.
   *
   * @return true with a value or a failure
   */
  @Override
  public boolean isDone() {
    return content != null;
  }

  /**
   * Does nothing: a result cannot be cancelled, as in gevent. Whoever has to give up sets a
   * failure.
   *
   * @param mayInterruptIfRunning has no meaning here
   * @return false
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return false;
  }

  /**
   * Whether this was cancelled, which cannot be.
   *
   * @return false
   */
  @Override
  public boolean isCancelled() {
    return false;
  }

  /**
   * Whether a value is set.
   *
   * @return true with a value
   */
  public boolean isSuccessful() {
    Content now = content;
    return now != null && now.value() != null;
  }

  /**
   * The value, if one is set. Never switches.
   *
   * @return the value, or null
   */
  public @Nullable T value() {
    Content now = content;
    return now == null || now.value() == null ? null : valueOf(now);
  }

  /**
   * The failure, if one is set, also behind a value. Never switches.
   *
   * @return the failure, or null
   */
  public @Nullable Throwable exception() {
    Content now = content;
    return now == null ? null : now.exception();
  }

  /**
   * How many wait here: greenlets, threads, coroutines and futures.
   *
   * @return 0 or more
   */
  public int waiting() {
    waiters.lock();
    int now = waiters.size();
    waiters.unlock();
    return now;
  }

  /** Tells what is set, but not the value: that may be anything. */
  @Override
  public String toString() {
    Content now = content;
    if (now == null) {
      return "AsyncResult[not set]";
    }
    return now.value() == null ? "AsyncResult[failed]" : "AsyncResult[set]";
  }
}
