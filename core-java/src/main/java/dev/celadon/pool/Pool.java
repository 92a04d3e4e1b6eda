package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Group} that lets only so many members in: spawning waits while it is full.
 *
 * <p>A place is free when its member ends, in whatever way, and goes to the longest waiter at that
 * moment; nobody who comes later can take it. A spawner that is killed or timed out while it waits
 * has taken no place and starts nothing; one that was let in before a kill arrives starts its
 * greenlet.
 *
 * <p>Safe for use from any thread.
 */
public final class Pool extends Group {

  /**
   * Makes an empty pool.
   *
   * @param capacity how many members it has at most; 0 lets nobody in until {@link #resize}
   * @throws IllegalArgumentException if {@code capacity} is negative
   */
  public Pool(int capacity) {
    super(notNegative(capacity));
  }

  private static int notNegative(int capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException(
          "capacity must not be negative: " + capacity + "; a Group has no bound");
    }
    return capacity;
  }

  /**
   * Spawns a member on the current hub if there is a place. Never switches.
   *
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet, or null if the pool is full
   */
  public <T extends @Nullable Object> @Nullable Greenlet<T> trySpawn(Callable<? extends T> body) {
    return spawn(Duration.ZERO, body);
  }

  /**
   * Spawns a member without a result on the current hub if there is a place. Never switches.
   *
   * @param body what it does
   * @return the started greenlet, or null if the pool is full
   */
  public @Nullable Greenlet<@Nullable Void> trySpawn(Body body) {
    return spawn(Duration.ZERO, body);
  }

  /**
   * Spawns a member on the current hub, waiting for a place for a limited time. Switches only if
   * the pool is full.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @param body what it does
   * @param <T> the type of its result
   * @return the started greenlet, or null if time was over first
   */
  public <T extends @Nullable Object> @Nullable Greenlet<T> spawn(
      Duration timeout, Callable<? extends T> body) {
    Greenlet<T> greenlet = new Greenlet<>(Hub.current(), body);
    return start(greenlet, timeout) ? greenlet : null;
  }

  /**
   * Spawns a member without a result on the current hub, waiting for a place for a limited time.
   * Switches only if the pool is full.
   *
   * @param timeout time to wait at most; zero or negative only looks
   * @param body what it does
   * @return the started greenlet, or null if time was over first
   */
  public @Nullable Greenlet<@Nullable Void> spawn(Duration timeout, Body body) {
    Greenlet<@Nullable Void> greenlet = Greenlet.unstarted(Hub.current(), body);
    return start(greenlet, timeout) ? greenlet : null;
  }

  /**
   * Makes a greenlet a member and starts it if there is a place. Never switches.
   *
   * @param greenlet one that is not started yet, or else is only added
   * @return false if the pool is full
   */
  public boolean tryStart(Greenlet<?> greenlet) {
    return start(greenlet, Duration.ZERO);
  }

  /**
   * Makes a greenlet a member and starts it, waiting for a place for a limited time. Switches only
   * if the pool is full.
   *
   * @param greenlet one that is not started yet, or else is only added
   * @param timeout time to wait at most; zero or negative only looks
   * @return false if time was over first, and then it is not started
   */
  public boolean start(Greenlet<?> greenlet, Duration timeout) {
    Objects.requireNonNull(greenlet, "greenlet");
    boolean in = roster.acquire(Clock.waitNanos(timeout));
    if (in) {
      roster.start(greenlet);
    }
    return in;
  }

  /**
   * Makes a greenlet a member if there is a place; it may be running already. Never switches.
   *
   * @param greenlet any greenlet
   * @return false if the pool is full; true for one that is a member or has ended
   */
  public boolean tryAdd(Greenlet<?> greenlet) {
    return add(greenlet, Duration.ZERO);
  }

  /**
   * Makes a greenlet a member, waiting for a place for a limited time; it may be running already.
   * Switches only if the pool is full.
   *
   * @param greenlet any greenlet
   * @param timeout time to wait at most; zero or negative only looks
   * @return false if time was over first; true for one that is a member or has ended
   */
  public boolean add(Greenlet<?> greenlet, Duration timeout) {
    return add(greenlet, Clock.waitNanos(timeout));
  }

  /**
   * Changes the bound. A higher one lets in who waits; a lower one sends nobody away, but lets
   * nobody in until enough members have ended. Never switches.
   *
   * @param capacity how many members the pool has at most from now on; 0 or more
   * @throws IllegalArgumentException if {@code capacity} is negative
   */
  public void resize(int capacity) {
    roster.resize(notNegative(capacity));
  }

  /**
   * The bound.
   *
   * @return how many members the pool has at most
   */
  public int capacity() {
    return roster.limit();
  }

  /**
   * How many places are free. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int free() {
    return Math.max(0, roster.free());
  }

  /**
   * How many wait for a place: in a spawn, start or add, or as work of {@link #applyAsync} that is
   * not started yet. With other threads around, the answer may be old at once.
   *
   * @return 0 or more
   */
  public int waiting() {
    return roster.waiting();
  }

  @Override
  public String toString() {
    return "Pool[" + size() + " of " + capacity() + "]";
  }
}
