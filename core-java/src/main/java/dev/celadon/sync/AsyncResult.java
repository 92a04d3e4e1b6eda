package dev.celadon.sync;

import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A value or failure that somebody sets and that any number of greenlets wait for.
 *
 * <p>{@link #trySet} and {@link #tryFail} keep what was first; {@link #set} and {@link
 * #setException} replace it, as in gevent.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the value
 */
public final class AsyncResult<T extends @Nullable Object> implements Waitable {

  private static final Object NOTHING = new Object();

  private record Failure(Throwable thrown) {}

  private final WaitQueue waiters = new WaitQueue(this);

  /**
   * Null until set, then the value (NOTHING for null) or a Failure. Written under the queue's lock.
   */
  private volatile @Nullable Object content;

  /** Makes a result that is not set. */
  public AsyncResult() {}

  /**
   * Sets the value, in place of whatever was set before, and lets all who wait go on. Never
   * switches.
   *
   * @param value the value
   */
  public void set(T value) {
    boolean _ = put(value == null ? NOTHING : value, true);
  }

  /**
   * Sets a failure, in place of whatever was set before, and lets all who wait go on. Never
   * switches.
   *
   * @param failure what {@link #result} throws, unchanged
   */
  public void setException(Throwable failure) {
    boolean _ = put(new Failure(failure), true);
  }

  /**
   * Sets the value if nothing is set. Never switches.
   *
   * @param value the value
   * @return true if it was the first
   */
  public boolean trySet(T value) {
    return put(value == null ? NOTHING : value, false);
  }

  /**
   * Sets a failure if nothing is set. Never switches.
   *
   * @param failure what {@link #result} throws, unchanged
   * @return true if it was the first
   */
  public boolean tryFail(Throwable failure) {
    return put(new Failure(failure), false);
  }

  private boolean put(Object newContent, boolean replace) {
    waiters.lock();
    boolean accepted = replace || content == null;
    Waiter granted = null;
    if (accepted) {
      content = newContent;
      granted = waiters.grantAll(null);
    }
    waiters.unlock();
    WaitQueue.wakeAll(granted);
    return accepted;
  }

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
   * Waits until something is set, and never throws a failure. Switches unless something is set.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if something is set, false if time was over first
   */
  public boolean waitUntilReady(Duration timeout) {
    return waitFor(Clock.waitNanos(timeout));
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

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // NOTHING stands for the null of a T that may be null
  private T unwrap() {
    Object now = content;
    if (now instanceof Failure failure) {
      throw AsyncResult.<RuntimeException>unchecked(failure.thrown());
    }
    return now == NOTHING ? null : (T) now;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

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
   * Whether a value is set.
   *
   * @return true with a value
   */
  public boolean isSuccessful() {
    Object now = content;
    return now != null && !(now instanceof Failure);
  }

  /**
   * The failure, if one is set.
   *
   * @return the failure, or null
   */
  public @Nullable Throwable exception() {
    return content instanceof Failure failure ? failure.thrown() : null;
  }
}
