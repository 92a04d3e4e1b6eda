package dev.celadon.greenlet;

import dev.celadon.hub.Body;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.SwitchPointError;
import dev.celadon.loop.Clock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work that takes turns with all the others of its hub, and has a result.
 *
 * <p>Two ways to write one, as in gevent: give {@link #spawn} a body, or extend this class and
 * override {@link #run()}. The first turn comes after everything that was ready when it was
 * started; between two switch points nothing else of its hub runs.
 *
 * <p>It is a {@link Future}: {@link #get()} keeps that contract. {@link #result()} is what most
 * code wants: the value, or the greenlet's own exception, unchanged. {@link Ending} tells what the
 * questions answer in every state.
 *
 * <p>A failure reaches whoever waits for the result at that moment, or a link; if there is nobody,
 * it goes to the hub's error handler, with the greenlet's name and the place where it was spawned.
 *
 * <p>Safe for use from any thread.
 *
 * @param <T> the type of the result
 */
public non-sealed class Greenlet<T extends @Nullable Object> extends Ending<T> {

  private static final AtomicLong NAMES = new AtomicLong();
  private static final VarHandle NODE;

  static {
    try {
      NODE = MethodHandles.lookup().findVarHandle(Greenlet.class, "node", SpawnNode.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A Callable or a Body; null in subclasses. */
  private final @Nullable Object body;

  /** Null if it can be found by the body's class. */
  private final @Nullable String spawnSite;

  /** Shared by all children of one spawner. */
  private final @Nullable SpawnNode spawner;

  private volatile @Nullable String name;

  /** What this greenlet's own children share; made for the first of them. */
  private volatile @Nullable SpawnNode node;

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
    this.spawner = SpawnNode.current();
  }

  /**
   * For subclasses that override {@link #run()} and are spawned on behalf of others: a greenlet of
   * a certain hub, not started yet, which knows where it comes from. The other constructors look
   * for that on the stack, which takes longer than the spawn.
   *
   * @param hub where it will run
   * @param spawnSite what {@link #spawnSite} tells
   */
  protected Greenlet(Hub hub, String spawnSite) {
    super(hub);
    this.body = null;
    this.spawnSite = Objects.requireNonNull(spawnSite, "spawnSite");
    this.spawner = SpawnNode.current();
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
    this.spawnSite = SpawnSite.capture(WrappedBody.unwrap(body).getClass());
    this.spawner = SpawnNode.current();
  }

  // --- Spawning

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
   * Spawns a greenlet on the current hub that gets its first turn later, unless the calling
   * greenlet ends before: then it never runs. eventlet's {@code spawn_after_local}. Never switches.
   *
   * @param delay time until it starts; zero or negative starts at the hub's next turn
   * @param body what it does
   * @param <T> the type of its result
   * @return the greenlet, which counts as started
   */
  public static <T extends @Nullable Object> Greenlet<T> spawnLaterLocal(
      Duration delay, Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(Hub.current(), (Object) body);
    BeforeFirstTurn.endsWithSpawner(greenlet);
    greenlet.startLater(delay);
    return greenlet;
  }

  /**
   * Starts this greenlet; does nothing if it was started or killed before, so nothing runs twice.
   * Never switches.
   *
   * @throws HubClosedException after the hub's end
   */
  public void start() {
    if (startSoon()) {
      SpawnCallbacks.started(this);
    }
  }

  /**
   * Starts this greenlet later; does nothing if it was started or killed before. Never switches.
   *
   * @param delay time until the first turn; zero or negative is due at the hub's next turn
   */
  public void startLater(Duration delay) {
    if (startLater(Clock.waitNanos(delay))) {
      SpawnCallbacks.started(this);
    }
  }

  /**
   * Has somebody told of every greenlet that is started from now on, anywhere in this process, in
   * the thread or greenlet that starts it; on the greenlet's own hub that is before its first turn.
   * Adding one again changes nothing. What a callback throws goes to the error handler of the
   * greenlet's hub.
   *
   * @param callback gets the started greenlet; must not wait
   */
  public static void addSpawnCallback(Consumer<? super Greenlet<?>> callback) {
    SpawnCallbacks.add(Objects.requireNonNull(callback, "callback"));
  }

  /**
   * Takes back what was given to {@link #addSpawnCallback}. Unknown ones are ignored.
   *
   * @param callback the very object that was added
   */
  public static void removeSpawnCallback(Consumer<? super Greenlet<?>> callback) {
    SpawnCallbacks.remove(callback);
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
    T value;
    try {
      value = run();
    } catch (Throwable thrown) {
      Throwable failure = causeOfEnd(thrown);
      if (!failed(failure)) {
        report(source(), failure);
      }
      return;
    }
    returned(value);
  }

  @Override
  protected final void ended(@Nullable Throwable thrown) {
    if (thrown != null && !failed(thrown)) {
      reportAside(source(), thrown);
    }
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
    long nanos = Clock.waitNanos(timeout); // nobody is killed if that is null
    throwOrPost(thrown);
    return awaitEnd(nanos, null);
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

  /**
   * Kills this greenlet if it has not had its first turn; then it never runs. eventlet's {@code
   * cancel}. Switches if it belongs to another hub or thread than the caller.
   *
   * @return true if it will never run; false if it has run, or has ended before
   */
  public final boolean cancelBeforeFirstTurn() {
    return BeforeFirstTurn.cancel(this);
  }

  private void throwOrPost(Throwable thrown) {
    Objects.requireNonNull(thrown, "thrown");
    if (RawGreenlet.currentOrNull() == this) {
      throw Greenlet.<RuntimeException>unchecked(thrown);
    }
    if (!isReady()) {
      throwIn(thrown);
    }
  }

  // --- Blocks and several of them

  /**
   * Runs a body while this greenlet runs: gevent's {@code with greenlet}. When the body returns,
   * the caller waits for this greenlet's end, whose failure is not thrown, and kills it if that
   * wait is cut short. When the body throws, this greenlet is killed with what it threw, and that
   * comes out after this greenlet's end. Switches unless this greenlet has ended.
   *
   * @param body what to run in the calling greenlet
   * @param <R> the type of its result
   * @return what the body returned
   * @throws Exception what the body threw
   */
  public final <R extends @Nullable Object> R joinAfter(Callable<? extends R> body)
      throws Exception {
    Objects.requireNonNull(body, "body");
    R value;
    try {
      value = body.call();
    } catch (Throwable thrown) {
      endAfter(thrown);
      throw thrown;
    }
    try {
      join();
    } finally {
      kill();
    }
    return value;
  }

  /** The body's failure wins over whatever comes of the kill. */
  private void endAfter(Throwable thrown) {
    try {
      // A kill or timeout of the caller's stays the caller's.
      throwOrPost(thrown instanceof SwitchPointError ? new GreenletExit() : thrown);
      boolean _ = awaitEnd(Long.MAX_VALUE, RECEIVER);
      Throwable failure = exception();
      if (failure != null && failure != thrown) {
        thrown.addSuppressed(failure);
      }
    } catch (Throwable second) {
      if (second != thrown) {
        thrown.addSuppressed(second);
      }
    }
  }

  /**
   * For a {@code try} block that this greenlet must not outlive: its end kills this greenlet and
   * waits for its end. A block that wants its result asks for it inside; {@link #joinAfter} is the
   * form that waits, because the end of a {@code try} block cannot see whether its body has failed.
   *
   * @return what to put into the head of the block
   */
  public final GreenletScope killOnClose() {
    return new GreenletScope(this);
  }

  /**
   * Waits for the end of all; see {@link Joining#joinAll(Collection)}.
   *
   * @param greenlets whose ends to wait for
   */
  public static void joinAll(Collection<? extends Greenlet<?>> greenlets) {
    Joining.joinAll(greenlets);
  }

  /**
   * Waits for the end of all for a limited time; see {@link Joining#joinAll(Collection, Duration)}.
   *
   * @param greenlets whose ends to wait for
   * @param timeout time to wait for all together; zero or negative only looks
   * @return true if all have ended, false if time was over first
   */
  public static boolean joinAll(Collection<? extends Greenlet<?>> greenlets, Duration timeout) {
    return Joining.joinAll(greenlets, timeout);
  }

  /**
   * Kills all, then waits for the end of all; see {@link Killing#killAll(Collection)}.
   *
   * @param greenlets which to kill
   */
  public static void killAll(Collection<? extends RawGreenlet> greenlets) {
    Killing.killAll(greenlets);
  }

  // --- Names and origin

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
    this.name = Objects.requireNonNull(name, "name");
    Thread thread = thread();
    if (thread != null) {
      thread.setName(name);
    }
    return this;
  }

  @Override
  public final String spawnSite() {
    return SpawnSite.of(body == null ? getClass() : WrappedBody.unwrap(body).getClass(), spawnSite);
  }

  /**
   * The greenlet that spawned this one. This one does not keep it alive.
   *
   * @return the spawner; null if it is gone, if a thread or a callback was the spawner, or if the
   *     system property {@code celadon.track} is "false"
   */
  public final @Nullable RawGreenlet spawningGreenlet() {
    SpawnNode parent = spawner;
    return parent == null ? null : parent.get();
  }

  /**
   * What all the greenlets share that come from one root: one that was spawned by a thread, a
   * callback or a raw greenlet, such as the main greenlet of {@link Hub#run}. It lives as long as
   * one of them, and tells trees apart by its identity.
   *
   * @return the values of the tree, to be used by its greenlets as they like; with the system
   *     property {@code celadon.track} at "false" every greenlet is a tree of its own
   */
  public final ConcurrentMap<Object, Object> spawnTreeLocals() {
    return node().locals();
  }

  /** What the children of this greenlet have in common. */
  SpawnNode node() {
    SpawnNode known = node;
    if (known == null) {
      SpawnNode fresh = SpawnNode.of(this, spawner);
      boolean first = NODE.compareAndSet(this, (SpawnNode) null, fresh);
      known = first ? fresh : Objects.requireNonNull(node);
    }
    return known;
  }

  @Override
  public String toString() {
    return name();
  }
}
