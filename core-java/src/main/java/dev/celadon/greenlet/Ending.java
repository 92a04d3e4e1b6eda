package dev.celadon.greenlet;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The end of a {@link Greenlet}, what it came to, and everybody who waits for it: the half of that
 * class that others look at.
 *
 * <table>
 * <caption>What the questions say</caption>
 * <tr><th></th><th>isStarted</th><th>isReady</th><th>isSuccessful</th><th>isCancelled</th>
 *     <th>value</th><th>exception</th><th>result</th></tr>
 * <tr><td>not started</td><td>no</td><td>no</td><td>no</td><td>no</td>
 *     <td>null</td><td>null</td><td>waits</td></tr>
 * <tr><td>on its way, running</td><td>yes</td><td>no</td><td>no</td><td>no</td>
 *     <td>null</td><td>null</td><td>waits</td></tr>
 * <tr><td>returned</td><td>no</td><td>yes</td><td>yes</td><td>no</td>
 *     <td>the value</td><td>null</td><td>the value</td></tr>
 * <tr><td>failed</td><td>no</td><td>yes</td><td>no</td><td>no</td>
 *     <td>null</td><td>the failure</td><td>throws it</td></tr>
 * <tr><td>killed</td><td>no</td><td>yes</td><td>yes</td><td>yes</td>
 *     <td>null</td><td>null</td><td>CancellationException</td></tr>
 * </table>
 *
 * <p>A failure reaches whoever waits for the result at that moment, or a link; if there is nobody,
 * it goes to the hub's error handler, with the greenlet's name and the place where it was spawned.
 * A wait for its end by {@link #register}, {@link Iwait} or {@link #join} takes no failure.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the result
 */
public abstract sealed class Ending<T extends @Nullable Object> extends RawGreenlet
    implements Future<T>, Waitable permits Greenlet {
  /*
   * `outcome` is null until the end, then the value (NOTHING for null) or a Failure. Joiners, getters and links stand in one
   * queue, made when the first of them comes, and are served in that order. The end writes the outcome and then looks for a
   * queue; whoever makes the queue then looks for an outcome. Both are volatile, so one of them sees the other.
   */
  private static final Object NOTHING = new Object();

  /** What a waiter carries that would get a failure. */
  static final Object RECEIVER = new Object();

  private static final VarHandle WATCHERS;

  static {
    try {
      WATCHERS = MethodHandles.lookup().findVarHandle(Ending.class, "watchers", WaitQueue.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Object outcome;
  private volatile @Nullable WaitQueue watchers;

  Ending(Hub hub) {
    super(hub);
  }

  /**
   * Where in the program this greenlet was spawned.
   *
   * @return class, method and line; an unknown place if the system property {@code celadon.track}
   *     is "false"
   */
  public abstract String spawnSite();

  final boolean returned(@Nullable Object value) {
    return complete(value == null ? NOTHING : value);
  }

  final boolean failed(Throwable thrown) {
    return complete(new Failure(thrown));
  }

  /** False if it is a failure and nobody was there to take it. */
  private boolean complete(Object end) {
    outcome = end;
    WaitQueue queue = watchers;
    Waiter granted = null;
    if (queue != null) {
      queue.lock();
      granted = queue.grantAll(null);
      queue.unlock();
    }
    boolean taken = !(end instanceof Failure failure) || failure.takenBy(receivers(granted));
    WaitQueue.wakeAll(granted);
    return taken;
  }

  private static int receivers(@Nullable Waiter granted) {
    int[] number = new int[1];
    boolean _ =
        WaitQueue.anyOf(
            granted,
            waiter -> {
              number[0] += waiter.payload() == RECEIVER ? 1 : 0;
              return false;
            });
    return number[0];
  }

  /** One that was to take the failure has not. */
  final void giveUpFailure() {
    if (outcome instanceof Failure failure && !failure.givenUpByOne()) {
      reportAside(source(), failure.thrown());
    }
  }

  final String source() {
    return this + " spawned at " + spawnSite();
  }

  /** Tells the error handler in a greenlet of its own. */
  final void reportAside(String source, Throwable failure) {
    Runnable report = () -> report(source, failure);
    try {
      hub().spawnRaw(report);
    } catch (HubClosedException e) {
      Thread.startVirtualThread(report);
    }
  }

  // --- Waiting for the end

  /**
   * Waits for the end, whatever it is; never throws this greenlet's failure. Switches unless it has
   * ended.
   */
  public final void join() {
    boolean _ = awaitEnd(Long.MAX_VALUE, null);
  }

  /**
   * Waits for the end for a limited time. Switches unless this greenlet has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it has ended, false if time was over first
   */
  public final boolean join(Duration timeout) {
    return awaitEnd(Clock.waitNanos(timeout), null);
  }

  /**
   * Waits for the end and gives the result. Switches unless this greenlet has ended.
   *
   * @return the value
   * @throws CancellationException if this greenlet was killed
   */
  public final T result() {
    boolean _ = awaitEnd(Long.MAX_VALUE, RECEIVER);
    return resultOfEnd();
  }

  /**
   * Waits for the end for a limited time and gives the result. Switches unless this greenlet has
   * ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return the value
   * @throws TimeoutException if time was over first; this greenlet goes on
   * @throws CancellationException if this greenlet was killed
   */
  public final T result(Duration timeout) throws TimeoutException {
    if (!awaitEnd(Clock.waitNanos(timeout), RECEIVER)) {
      throw new TimeoutException(this + " has not ended within " + timeout);
    }
    return resultOfEnd();
  }

  final boolean awaitEnd(long nanos, @Nullable Object role) {
    if (outcome != null) {
      return true;
    }
    refuseOwnEnd(RawGreenlet.currentOrNull());
    Waiter waiter = Waiter.current();
    waiter.carry(role);
    WaitQueue queue = watch(waiter);
    if (queue == null) {
      return true;
    }
    try {
      return waiter.await(nanos);
    } finally {
      queue.forget(waiter);
    }
  }

  final void refuseOwnEnd(@Nullable RawGreenlet self) {
    if (self == this && outcome == null) {
      throw new IllegalStateException(
          this + " cannot wait for its own end: let another greenlet wait, or link a callback");
    }
  }

  /**
   * Adds a waiter of one's own, such as a suspended coroutine; it takes no failure. Never switches.
   *
   * @param waiter granted with null at the end; to be taken back with {@link #unregister}
   * @return false if this greenlet has ended: the waiter was not added
   */
  @Override
  public final boolean register(Waiter waiter) {
    return outcome == null && watch(waiter) != null;
  }

  @Override
  public final void unregister(Waiter waiter) {
    watchers().forget(waiter);
  }

  /** Adds a watcher; null if this greenlet has ended, and then it was not added. */
  private @Nullable WaitQueue watch(Waiter waiter) {
    WaitQueue queue = watchers();
    queue.lock();
    boolean live = outcome == null;
    if (live) {
      queue.add(waiter);
    }
    queue.unlock();
    return live ? queue : null;
  }

  final WaitQueue watchers() {
    WaitQueue queue = watchers;
    if (queue == null) {
      WaitQueue fresh = new WaitQueue(this);
      boolean first = WATCHERS.compareAndSet(this, (WaitQueue) null, fresh);
      queue = first ? fresh : Objects.requireNonNull(watchers);
    }
    return queue;
  }

  @SuppressWarnings({
    "unchecked",
    "NullAway"
  }) // NOTHING stands for the null of a T that may be null
  private T resultOfEnd() {
    Object end = outcome;
    if (end instanceof Failure failure) {
      if (failure.isExit()) {
        throw killed(failure);
      }
      throw Ending.<RuntimeException>unchecked(failure.thrown());
    }
    return end == NOTHING ? null : (T) end;
  }

  private CancellationException killed(Failure failure) {
    CancellationException killed = new CancellationException(this + " was killed");
    killed.initCause(failure.thrown());
    return killed;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  // --- Future

  /**
   * Waits for the end and gives the result, by the rules of {@link Future}. Switches unless this
   * greenlet has ended.
   *
   * @throws CancellationException if this greenlet was killed
   * @throws ExecutionException with the failure as its cause, if it failed
   * @throws InterruptedException if the calling thread is interrupted
   */
  @Override
  public final T get() throws InterruptedException, ExecutionException {
    try {
      return get(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("bug in Celadon, please report: a wait without end is over", e);
    }
  }

  /**
   * Waits for the end for a limited time and gives the result, by the rules of {@link Future}.
   * Switches unless this greenlet has ended.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @param unit the unit of {@code timeout}
   * @throws CancellationException if this greenlet was killed
   * @throws ExecutionException with the failure as its cause, if it failed
   * @throws InterruptedException if the calling thread is interrupted
   * @throws TimeoutException if time was over first; this greenlet goes on
   */
  @Override
  public final T get(long timeout, TimeUnit unit)
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
    if (outcome instanceof Failure failure && !failure.isExit()) {
      throw new ExecutionException(failure.thrown());
    }
    return resultOfEnd();
  }

  /**
   * Kills this greenlet, by the rules of {@link Future}; {@link Greenlet#killAsync()} under another
   * name. Never switches.
   *
   * @param mayInterruptIfRunning has no meaning here: a kill always reaches a greenlet that waits
   * @return false if it had ended before
   */
  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    if (isReady()) {
      return false;
    }
    self().killAsync();
    return true;
  }

  @Override
  public final boolean isCancelled() {
    return outcome instanceof Failure failure && failure.isExit();
  }

  @Override
  public final boolean isDone() {
    return outcome != null;
  }

  // --- Looking

  @Override
  public final boolean isReady() {
    return outcome != null;
  }

  /**
   * Whether this greenlet has ended without a failure. A kill is no failure.
   *
   * @return true after a good end
   */
  public final boolean isSuccessful() {
    Object end = outcome;
    return end != null && !(end instanceof Failure failure && !failure.isExit());
  }

  /**
   * The result, if there is one.
   *
   * @return the value; null before the end, after a failure and after a kill
   */
  @SuppressWarnings("unchecked")
  public final @Nullable T value() {
    Object end = outcome;
    return end == NOTHING || end instanceof Failure ? null : (T) end;
  }

  /**
   * The failure, if there is one.
   *
   * @return what the body threw; null before the end, after a value and after a kill
   */
  public final @Nullable Throwable exception() {
    return outcome instanceof Failure failure && !failure.isExit() ? failure.thrown() : null;
  }

  // --- Links

  /**
   * Calls somebody after the end, in a greenlet of its own. After the end of this one it is called
   * at once, in a later turn. Links are called in the order in which they were added, each one
   * once; after the hub's end, in plain virtual threads. Never switches.
   *
   * @param link gets this greenlet; may wait
   */
  public final void link(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(self(), link, Link.When.ALWAYS, false));
  }

  /**
   * As {@link #link}, after a good end only.
   *
   * @param link gets this greenlet; may wait
   */
  public final void linkValue(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(self(), link, Link.When.SUCCESS, false));
  }

  /**
   * As {@link #link}, after a failure only. A kill is no failure.
   *
   * @param link gets this greenlet; may wait
   */
  public final void linkException(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(self(), link, Link.When.FAILURE, false));
  }

  /**
   * As {@link #link}, but as a callback of the hub: cheaper, and it must not wait.
   *
   * @param link gets this greenlet; must not wait
   */
  public final void rawLink(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(self(), link, Link.When.ALWAYS, true));
  }

  private Greenlet<T> self() {
    return (Greenlet<T>) this;
  }

  private void addLink(Link<T> link) {
    Waiter waiter = new Waiter(link);
    waiter.carry(link.takesFailure() ? RECEIVER : link);
    if (!register(waiter)) {
      if (link.takesFailure() && outcome instanceof Failure failure) {
        boolean _ = failure.takenBy(1);
      }
      link.run();
    }
  }

  /**
   * Takes a link back, also after the end as long as it was not called; of several equal ones the
   * first. Unknown ones are ignored. Never switches.
   *
   * @param link what was given to one of the link methods
   */
  public final void unlink(Consumer<? super Greenlet<T>> link) {
    removeLinks(new Link.Sought(link));
  }

  /** Takes all links back that were not called. Never switches. */
  public final void unlinkAll() {
    removeLinks(new Link.Sought(null));
  }

  private void removeLinks(Link.Sought sought) {
    WaitQueue queue = watchers;
    if (queue == null) {
      return;
    }
    queue.lock();
    queue.removeIf(sought);
    boolean live = outcome == null;
    queue.unlock();
    for (int i = 0; !live && i < sought.takers(); i++) {
      giveUpFailure();
    }
  }
}
