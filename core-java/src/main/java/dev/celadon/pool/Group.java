package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Greenlets that run: each one is a member until it ends, and then leaves by itself.
 *
 * <p>A group can be joined and killed as a whole, and spreads work over members: {@link #apply},
 * {@link #map}, {@link #imap}. Its members may run on several hubs. A plain group has room for any
 * number; a {@link Pool} is a group with a bound, whose {@link #spawn} waits for a place.
 *
 * <p>The group takes no failure: one that nobody waits for goes to the hub's error handler, as
 * without a group. {@link #joinOrThrow()} and the calls that spread work do take them.
 *
 * <p>As a {@link Waitable} it is ready when it is empty.
 *
 * <p>Safe for use from any thread.
 */
public sealed class Group extends Mapper implements Iterable<Greenlet<?>>, Waitable permits Pool {

  /** Makes an empty group without a bound. */
  public Group() {
    this(Integer.MAX_VALUE);
  }

  Group(int limit) {
    super(limit);
  }

  // --- Members

  /**
   * Spawns a member on the current hub. Switches only in a pool that is full, until there is a
   * place.
   *
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet
   */
  public final <T extends @Nullable Object> Greenlet<T> spawn(Callable<? extends T> body) {
    return spawn(Hub.current(), body);
  }

  /**
   * Spawns a member without a result on the current hub. Switches only in a pool that is full,
   * until there is a place.
   *
   * @param body what it does
   * @return the started greenlet
   */
  public final Greenlet<@Nullable Void> spawn(Body body) {
    return spawn(Hub.current(), body);
  }

  /**
   * Spawns a member on a certain hub, from any thread. Switches only in a pool that is full, until
   * there is a place.
   *
   * @param hub where it runs
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public final <T extends @Nullable Object> Greenlet<T> spawn(Hub hub, Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(hub, body);
    start(greenlet);
    return greenlet;
  }

  /**
   * Spawns a member without a result on a certain hub, from any thread. Switches only in a pool
   * that is full, until there is a place.
   *
   * @param hub where it runs
   * @param body what it does
   * @return the started greenlet
   * @throws dev.celadon.hub.HubClosedException after the hub's end
   */
  public final Greenlet<@Nullable Void> spawn(Hub hub, Body body) {
    Greenlet<@Nullable Void> greenlet = Greenlet.unstarted(hub, body);
    start(greenlet);
    return greenlet;
  }

  /**
   * Makes a greenlet a member and starts it. Switches only in a pool that is full, until there is a
   * place.
   *
   * @param greenlet one that is not started yet, or else is only added
   * @throws dev.celadon.hub.HubClosedException after the end of its hub
   */
  public final void start(Greenlet<?> greenlet) {
    Objects.requireNonNull(greenlet, "greenlet");
    roster.waitAndStart(greenlet);
  }

  /**
   * Makes a greenlet a member that may be running already. Does nothing with a member, or with one
   * that has ended. Switches only in a pool that is full, until there is a place.
   *
   * @param greenlet any greenlet
   */
  public final void add(Greenlet<?> greenlet) {
    boolean _ = add(greenlet, Long.MAX_VALUE);
  }

  /** False if time was over first. */
  final boolean add(Greenlet<?> greenlet, long nanos) {
    Objects.requireNonNull(greenlet, "greenlet");
    if (roster.contains(greenlet) || greenlet.isReady()) {
      return true;
    }
    boolean in = roster.acquire(nanos);
    if (in) {
      boolean _ = roster.enter(greenlet);
    }
    return in;
  }

  /**
   * Lets a member go, which runs on. Its place is free at once. Never switches.
   *
   * @param greenlet any greenlet
   * @return false if it was no member, which changes nothing
   */
  public final boolean discard(Greenlet<?> greenlet) {
    return roster.discard(greenlet);
  }

  /**
   * Whether a greenlet is a member. With other threads around, the answer may be old at once.
   *
   * @param greenlet any greenlet
   * @return true from its start or {@link #add} to its end or {@link #discard}
   */
  public final boolean contains(Greenlet<?> greenlet) {
    return roster.contains(greenlet);
  }

  /**
   * How many members there are. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public final int size() {
    return roster.size();
  }

  /**
   * Whether there are no members. With other threads around, the answer may be old at once.
   *
   * @return true without members
   */
  public final boolean isEmpty() {
    return roster.size() == 0;
  }

  /**
   * The members of this moment, in the order in which they came. Never switches.
   *
   * @return an iterator over a copy, which cannot remove
   */
  @Override
  public final Iterator<Greenlet<?>> iterator() {
    return Collections.unmodifiableList(roster.snapshot()).iterator();
  }

  /**
   * Whether a spawn would wait. With other threads around, the answer may be old at once.
   *
   * @return true for a pool without a free place, never for a plain group
   */
  public final boolean isFull() {
    return roster.free() <= 0;
  }

  /** Waits until there is a place, and takes none. Switches only in a pool that is full. */
  public final void waitUntilFree() {
    boolean _ = roster.waitUntilFree(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until there is a place, and takes none. Those who wait in {@link
   * #spawn} come first. Switches only in a pool that is full.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if there was a place, false if time was over first
   */
  public final boolean waitUntilFree(Duration timeout) {
    return roster.waitUntilFree(Clock.waitNanos(timeout));
  }

  // --- Waiting for the end of all

  /**
   * Waits until the group is empty: everybody who is in has ended, and everybody who waits for a
   * place has come in and ended. It may have new members afterwards. Switches unless it is empty.
   */
  public final void join() {
    boolean _ = roster.join(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until the group is empty; see {@link #join()}. Switches unless it is.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it was empty, false if time was over first
   */
  public final boolean join(Duration timeout) {
    return roster.join(Clock.waitNanos(timeout));
  }

  /**
   * Waits until the group is empty, and takes the failures of those who are members now; the ones
   * that come later are not looked at. Switches unless it is empty.
   *
   * <p>The failure of the eldest member is thrown unchanged, whatever its type, and carries those
   * of the others as suppressed ones.
   */
  public final void joinOrThrow() {
    boolean _ = joinOrThrow(Long.MAX_VALUE);
  }

  /**
   * Waits for a limited time until the group is empty, and takes the failures of those who are
   * members now; see {@link #joinOrThrow()}. Switches unless it is empty.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @return true if it was empty; false if time was over first, and then nothing is thrown
   */
  public final boolean joinOrThrow(Duration timeout) {
    return joinOrThrow(Clock.waitNanos(timeout));
  }

  private boolean joinOrThrow(long nanos) {
    List<Greenlet<?>> present = roster.snapshot();
    Consumer<Greenlet<?>> taker = _ -> {};
    present.forEach(greenlet -> greenlet.rawLink(taker));
    boolean joined = false;
    try {
      joined = roster.join(nanos);
    } finally {
      if (!joined) {
        present.forEach(greenlet -> greenlet.unlink(taker)); // whose failures are not taken then
      }
    }
    if (joined) {
      Failures failures = new Failures();
      present.forEach(greenlet -> failures.add(greenlet.exception()));
      failures.throwFirst();
    }
    return joined;
  }

  @Override
  public final boolean isReady() {
    return roster.isEmpty();
  }

  /**
   * Adds a waiter of one's own. Never switches.
   *
   * @param waiter granted with null when the group is empty; to be taken back with {@link
   *     #unregister}
   * @return false if the group is empty: the waiter was not added
   */
  @Override
  public final boolean register(Waiter waiter) {
    return roster.registerJoin(waiter);
  }

  /**
   * Takes a waiter back whose wait is over.
   *
   * @param waiter what was given to {@link #register}
   */
  @Override
  public final void unregister(Waiter waiter) {
    roster.unregisterJoin(waiter);
  }

  // --- Killing

  /**
   * Kills all members and waits until the group is empty; those who come meanwhile are killed, too.
   * Nobody is killed twice by a group: who swallows the exit is waited for. A member that calls
   * this ends here, after it has told the others. Switches unless the group is empty.
   */
  public final void kill() {
    boolean _ = roster.kill(Roster.exits(), Long.MAX_VALUE);
  }

  /**
   * Ends all members with something of one's own and waits until the group is empty; see {@link
   * #kill()}. Switches unless the group is empty.
   *
   * @param thrown what arrives at each member's next switch point
   */
  public final void kill(Throwable thrown) {
    boolean _ = kill(thrown, Long.MAX_VALUE);
  }

  /**
   * Kills all members and waits for a limited time until the group is empty; see {@link #kill()}.
   * Switches unless the group is empty.
   *
   * @param timeout time to wait at most; zero or negative does not wait
   * @return true if it was empty, false if time was over first
   */
  public final boolean kill(Duration timeout) {
    return roster.kill(Roster.exits(), Clock.waitNanos(timeout));
  }

  /**
   * Ends all members with something of one's own and waits for a limited time until the group is
   * empty; see {@link #kill()}. Switches unless the group is empty.
   *
   * @param thrown what arrives at each member's next switch point
   * @param timeout time to wait at most; zero or negative does not wait
   * @return true if it was empty, false if time was over first
   */
  public final boolean kill(Throwable thrown, Duration timeout) {
    return kill(thrown, Clock.waitNanos(timeout));
  }

  private boolean kill(Throwable thrown, long nanos) {
    Objects.requireNonNull(thrown, "thrown");
    return roster.kill(() -> thrown, nanos);
  }

  /**
   * Kills all members without waiting for their ends. Never switches; a member that calls this ends
   * here.
   */
  public final void killAsync() {
    roster.killAsync(Roster.exits());
  }

  /**
   * Ends all members with something of one's own, without waiting for their ends. Never switches; a
   * member that calls this ends here.
   *
   * @param thrown what arrives at each member's next switch point
   */
  public final void killAsync(Throwable thrown) {
    Objects.requireNonNull(thrown, "thrown");
    roster.killAsync(() -> thrown);
  }

  /**
   * Kills one member and waits for its end. Switches unless it is no member.
   *
   * @param greenlet any greenlet
   * @return false if it was no member, which changes nothing
   */
  public final boolean killOne(Greenlet<?> greenlet) {
    boolean member = roster.contains(greenlet);
    if (roster.markDying(greenlet)) {
      greenlet.killAsync();
    }
    if (member) {
      greenlet.join();
    }
    return member;
  }

  // --- Other libraries

  /**
   * This group as an executor whose tasks are members on the current hub; see {@link
   * #asExecutorService(Hub)}.
   *
   * @return a new executor
   */
  public final ExecutorService asExecutorService() {
    return asExecutorService(Hub.current());
  }

  /**
   * This group as an executor whose tasks are members on a certain hub, whatever thread they come
   * from.
   *
   * <p>No submission waits: in a full pool the tasks stand in line with those who wait in {@link
   * #spawn}. The futures are {@link Greenlet}s, and a failure that a future has is not reported.
   * {@code shutdown} and {@code shutdownNow} end this executor and concern its tasks only, not the
   * group and its other members; tasks that {@code shutdownNow} finds in line are cancelled.
   *
   * @param hub where the tasks run
   * @return a new executor
   */
  public final ExecutorService asExecutorService(Hub hub) {
    return new GroupExecutor(roster, Objects.requireNonNull(hub, "hub"));
  }

  @Override
  public String toString() {
    return "Group[" + size() + "]";
  }
}
