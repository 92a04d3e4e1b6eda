package dev.celadon.greenlet;

import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import dev.celadon.loop.SystemClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work that takes turns with all the others of its hub, and has a result.
 *
 * <p>Two ways to write one, as in gevent: give {@link #spawn} a body, or extend this class and
 * override {@link #run()}. The first turn comes after everything that was ready when it was
 * started; between two switch points nothing else of its hub runs.
 *
 * <p>It is a {@link Future}: {@link #get()} keeps that contract. {@link #result()} is what most
 * code wants: the value, or the greenlet's own exception, unchanged.
 *
 * <p>A failure reaches whoever waits for the result at that moment, or a link; if there is nobody,
 * it goes to the hub's error handler, with the greenlet's name and the place where it was spawned.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the result
 */
public class Greenlet<T extends @Nullable Object> extends RawGreenlet
    implements Future<T>, Waitable {
  /*
   * `outcome` is null until the end, then the value (NOTHING for null) or a Failure. Joiners, getters and links stand in one
   * queue, made when the first of them comes, and are served in that order. The end writes the outcome and then looks for a
   * queue; whoever makes the queue then looks for an outcome. Both are volatile, so one of them sees the other.
   */
  private static final Object NOTHING = new Object();

  /** What a waiter carries that would get a failure. */
  private static final Object RECEIVER = new Object();

  private record Failure(Throwable thrown) {
    boolean isExit() {
      return thrown instanceof GreenletExit;
    }
  }

  private static final AtomicLong NAMES = new AtomicLong();
  private static final VarHandle WATCHERS;

  static {
    try {
      WATCHERS = MethodHandles.lookup().findVarHandle(Greenlet.class, "watchers", WaitQueue.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A Callable or a Body; null in subclasses. */
  private final @Nullable Object body;

  /** Null if it can be found by the body's class. */
  private final @Nullable String spawnSite;

  private volatile @Nullable Object outcome;
  private volatile @Nullable WaitQueue watchers;
  private volatile @Nullable String name;

  /**
   * For subclasses that override {@link #run()}: a greenlet of the current hub, not started yet.
   */
  protected Greenlet() {
    this(Hub.current());
  }

  /**
   * For subclasses that override {@link #run()}: a greenlet of a certain hub, not started yet.
   *
   * @param hub where it will run
   */
  protected Greenlet(Hub hub) {
    super(hub);
    this.body = null;
    this.spawnSite = SpawnSite.capture(getClass());
  }

  /**
   * A greenlet of a certain hub, not started yet.
   *
   * @param hub where it will run
   * @param body what it does
   */
  public Greenlet(Hub hub, Callable<? extends T> body) {
    this(hub, (Object) body);
  }

  private Greenlet(Hub hub, Object body) {
    super(hub);
    this.body = Objects.requireNonNull(body, "body");
    this.spawnSite = SpawnSite.capture(body.getClass());
  }

  // --- Spawning

  /**
   * Spawns a greenlet on the current hub: it gets its first turn after everything that is ready
   * now. Never switches.
   *
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet
   */
  public static <T extends @Nullable Object> Greenlet<T> spawn(Callable<? extends T> body) {
    return spawn(Hub.current(), body);
  }

  /**
   * Spawns a greenlet without a result on the current hub. Never switches.
   *
   * @param body what it does
   * @return the started greenlet
   */
  public static Greenlet<@Nullable Void> spawn(Body body) {
    return spawn(Hub.current(), body);
  }

  /**
   * Spawns a greenlet on a certain hub, from any thread. Never switches.
   *
   * @param hub where it runs
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public static <T extends @Nullable Object> Greenlet<T> spawn(
      Hub hub, Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(hub, (Object) body);
    greenlet.start();
    return greenlet;
  }

  /**
   * Spawns a greenlet without a result on a certain hub, from any thread. Never switches.
   *
   * @param hub where it runs
   * @param body what it does
   * @return the started greenlet
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public static Greenlet<@Nullable Void> spawn(Hub hub, Body body) {
    Greenlet<@Nullable Void> greenlet = new Greenlet<>(hub, (Object) body);
    greenlet.start();
    return greenlet;
  }

  /**
   * Spawns a greenlet on the current hub that gets its first turn later. Never switches.
   *
   * @param delay time until it starts; zero or negative starts at the hub's next turn
   * @param body what it does
   * @param <T> the type of its result
   * @return the greenlet, which counts as started
   */
  public static <T extends @Nullable Object> Greenlet<T> spawnLater(
      Duration delay, Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(Hub.current(), (Object) body);
    greenlet.startLater(delay);
    return greenlet;
  }

  /**
   * Spawns a greenlet without a result on the current hub that gets its first turn later. Never
   * switches.
   *
   * @param delay time until it starts; zero or negative starts at the hub's next turn
   * @param body what it does
   * @return the greenlet, which counts as started
   */
  public static Greenlet<@Nullable Void> spawnLater(Duration delay, Body body) {
    Greenlet<@Nullable Void> greenlet = new Greenlet<>(Hub.current(), (Object) body);
    greenlet.startLater(delay);
    return greenlet;
  }

  /**
   * A greenlet without a result, not started yet.
   *
   * @param hub where it will run
   * @param body what it does
   * @return the greenlet, to be started with {@link #start()}
   */
  public static Greenlet<@Nullable Void> unstarted(Hub hub, Body body) {
    return new Greenlet<>(hub, (Object) body);
  }

  /** Starts this greenlet; does nothing if it was started or killed before. Never switches. */
  public void start() {
    boolean _ = startSoon();
  }

  /**
   * Starts this greenlet later; does nothing if it was started or killed before. Never switches.
   *
   * @param delay time until the first turn; zero or negative is due at the hub's next turn
   */
  public void startLater(Duration delay) {
    boolean _ = startLater(Clock.waitNanos(delay));
  }

  // --- Running

  /**
   * What this greenlet does. Subclasses override it.
   *
   * @return the result
   * @throws Exception the failure
   */
  @SuppressWarnings({"unchecked", "NullAway"}) // a Body's result is null
  protected T run() throws Exception {
    if (body instanceof Callable<?> callable) {
      return (T) callable.call();
    }
    if (body instanceof Body action) {
      action.run();
      return null;
    }
    throw new IllegalStateException(
        getClass().getName() + " has no body: override run(), or use Greenlet.spawn(body)");
  }

  @Override
  protected final void main() {
    String given = name;
    if (given != null) {
      Thread.currentThread().setName(given);
    }
    Object end;
    try {
      T value = run();
      end = value == null ? NOTHING : value;
    } catch (Throwable thrown) {
      end = new Failure(causeOfEnd(thrown));
    }
    if (!complete(end) && end instanceof Failure failure && !failure.isExit()) {
      reportFailure(failure.thrown());
    }
  }

  @Override
  protected final void ended(@Nullable Throwable thrown) {
    if (thrown != null) {
      complete(new Failure(thrown));
    }
  }

  /** True if somebody was there to take a failure. */
  private boolean complete(Object end) {
    outcome = end;
    WaitQueue queue = watchers;
    if (queue == null) {
      return false;
    }
    queue.lock();
    Waiter granted = queue.grantAll(null);
    queue.unlock();
    boolean received = WaitQueue.anyOf(granted, waiter -> waiter.payload() == RECEIVER);
    WaitQueue.wakeAll(granted);
    return received;
  }

  private void reportFailure(Throwable thrown) {
    report(this + " spawned at " + spawnSite(), thrown);
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

  private boolean awaitEnd(long nanos, @Nullable Object role) {
    if (outcome != null) {
      return true;
    }
    if (RawGreenlet.currentOrNull() == this) {
      throw new IllegalStateException(this + " cannot wait for its own end");
    }
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

  /** Adds a watcher; null if this greenlet has ended, and then it was not added. */
  private @Nullable WaitQueue watch(Waiter waiter) {
    WaitQueue queue = watchers;
    if (queue == null) {
      WaitQueue fresh = new WaitQueue(this);
      boolean first = WATCHERS.compareAndSet(this, (WaitQueue) null, fresh);
      queue = first ? fresh : Objects.requireNonNull(watchers);
    }
    queue.lock();
    boolean live = outcome == null;
    if (live) {
      queue.add(waiter);
    }
    queue.unlock();
    return live ? queue : null;
  }

  /**
   * Adds a waiter of one's own. It takes no failure. Never switches.
   *
   * @param waiter granted with null at the end; to be taken back with {@link #unregister}
   * @return false if this greenlet has ended: the waiter was not added
   */
  @Override
  public final boolean register(Waiter waiter) {
    return watch(waiter) != null;
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  @Override
  public final void unregister(Waiter waiter) {
    WaitQueue queue = watchers;
    if (queue != null) {
      queue.forget(waiter);
    }
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
      throw Greenlet.<RuntimeException>unchecked(failure.thrown());
    }
    return end == NOTHING ? null : (T) end;
  }

  private CancellationException killed(Failure failure) {
    CancellationException killed = new CancellationException(this + " was killed");
    killed.initCause(failure.thrown());
    return killed;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> RuntimeException unchecked(Throwable thrown) throws E {
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
   * Kills this greenlet, by the rules of {@link Future}; {@link #killAsync()} under another name.
   * Never switches.
   *
   * @param mayInterruptIfRunning has no meaning here: a kill always reaches a greenlet that waits
   * @return false if it had ended before
   */
  @Override
  public final boolean cancel(boolean mayInterruptIfRunning) {
    if (isReady()) {
      return false;
    }
    killAsync();
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

  // --- Killing

  /**
   * Kills this greenlet and waits for its end. It ends at its next switch point with a {@link
   * GreenletExit}; before its first turn it ends without ever running. Kills itself at once.
   * Switches unless it has ended.
   */
  public final void kill() {
    kill(new GreenletExit());
  }

  /**
   * Ends this greenlet with something of one's own and waits for its end. Switches unless it has
   * ended.
   *
   * @param thrown what arrives at its next switch point
   */
  public final void kill(Throwable thrown) {
    throwOrPost(thrown);
    join();
  }

  /**
   * Kills this greenlet and waits for its end for a limited time. Switches unless it has ended.
   *
   * @param timeout time to wait at most; zero or negative does not wait
   * @return true if it has ended; false if it goes on, because it caught the exit or its clean-up
   *     takes longer
   */
  public final boolean kill(Duration timeout) {
    return kill(new GreenletExit(), timeout);
  }

  /**
   * Ends this greenlet with something of one's own and waits for its end for a limited time.
   * Switches unless it has ended.
   *
   * @param thrown what arrives at its next switch point
   * @param timeout time to wait at most; zero or negative does not wait
   * @return true if it has ended; false if it goes on
   */
  public final boolean kill(Throwable thrown, Duration timeout) {
    throwOrPost(thrown);
    return join(timeout);
  }

  /**
   * Kills this greenlet without waiting for its end. Never switches; a greenlet that kills itself
   * ends here.
   */
  public final void killAsync() {
    throwOrPost(new GreenletExit());
  }

  /**
   * Ends this greenlet with something of one's own, without waiting for its end. Never switches.
   *
   * @param thrown what arrives at its next switch point
   */
  public final void killAsync(Throwable thrown) {
    throwOrPost(thrown);
  }

  private void throwOrPost(Throwable thrown) {
    if (RawGreenlet.currentOrNull() == this) {
      throw Greenlet.<RuntimeException>unchecked(thrown);
    }
    if (!isReady()) {
      throwIn(thrown);
    }
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
    addLink(new Link<>(this, link, Link.When.ALWAYS, false));
  }

  /**
   * As {@link #link}, after a good end only.
   *
   * @param link gets this greenlet; may wait
   */
  public final void linkValue(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(this, link, Link.When.SUCCESS, false));
  }

  /**
   * As {@link #link}, after a failure only. A kill is no failure.
   *
   * @param link gets this greenlet; may wait
   */
  public final void linkException(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(this, link, Link.When.FAILURE, false));
  }

  /**
   * As {@link #link}, but as a callback of the hub: cheaper, and it must not wait.
   *
   * @param link gets this greenlet; must not wait
   */
  public final void rawLink(Consumer<? super Greenlet<T>> link) {
    addLink(new Link<>(this, link, Link.When.ALWAYS, true));
  }

  private void addLink(Link<T> link) {
    Waiter waiter = new Waiter(link);
    waiter.carry(link.takesFailure() ? RECEIVER : link);
    if (watch(waiter) == null) {
      link.run();
    }
  }

  /**
   * Takes a link back. Unknown ones are ignored.
   *
   * @param link what was given to one of the link methods
   */
  public final void unlink(Consumer<? super Greenlet<T>> link) {
    WaitQueue queue = watchers;
    if (queue != null) {
      Predicate<Waiter> isLink = new Link.Calls(link); // made before the lock is taken
      queue.lock();
      queue.removeIf(isLink);
      queue.unlock();
    }
  }

  // --- Several of them

  /**
   * Waits for the end of all.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Collection<? extends Greenlet<?>> greenlets) {
    greenlets.forEach(Greenlet::join);
  }

  /**
   * Waits for the end of all for a limited time.
   *
   * @param greenlets whose ends to wait for
   * @param timeout time to wait for all together; zero or negative only looks
   * @return true if all have ended, false if time was over first
   */
  public static boolean joinAll(Collection<? extends Greenlet<?>> greenlets, Duration timeout) {
    long nanos = Clock.waitNanos(timeout);
    if (nanos == Long.MAX_VALUE) {
      joinAll(greenlets);
      return true;
    }
    boolean all = true;
    Hub hub = Hub.currentOrNull();
    LongSupplier time = hub == null ? SystemClock.INSTANCE::nanoTime : hub.loop()::nanoTime;
    long deadline = time.getAsLong() + nanos;
    for (Greenlet<?> greenlet : greenlets) {
      all &= greenlet.awaitEnd(deadline - time.getAsLong(), null);
    }
    return all;
  }

  /**
   * Kills all, then waits for the end of all. Those that have not had their first turn never run.
   *
   * @param greenlets which to kill
   */
  public static void killAll(Collection<? extends Greenlet<?>> greenlets) {
    for (Greenlet<?> greenlet : greenlets) {
      if (greenlet != RawGreenlet.currentOrNull()) {
        greenlet.killAsync();
      }
    }
    for (Greenlet<?> greenlet : greenlets) {
      if (greenlet == RawGreenlet.currentOrNull()) {
        greenlet.killAsync();
      }
      greenlet.join();
    }
  }

  // --- Names

  /**
   * The name, for messages and dumps.
   *
   * @return the given name, or "Greenlet-" and a number
   */
  public final String name() {
    String known = name;
    if (known == null) {
      known = "Greenlet-" + NAMES.incrementAndGet();
      name = known;
    }
    return known;
  }

  /**
   * Gives a name.
   *
   * @param name for messages and dumps
   * @return this
   */
  public final Greenlet<T> named(String name) {
    this.name = name;
    Thread thread = thread();
    if (thread != null) {
      thread.setName(name);
    }
    return this;
  }

  /**
   * Where in the program this greenlet was spawned.
   *
   * @return class, method and line
   */
  public final String spawnSite() {
    return SpawnSite.of(body == null ? getClass() : body.getClass(), spawnSite);
  }

  @Override
  public String toString() {
    return name();
  }
}
