package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a group, how many may be, and who waits to come in: what {@link Group} and {@link Pool}
 * are made of.
 *
 * <p>Safe for use from any thread.
 */
final class Roster {
  /*
   * `taken` counts places: one for each member, and one for each who was let in and is on the way to become one. A place given up
   * goes to the longest waiter in the same breath, so that
   *
   *   taken < limit  implies  nobody waits in `line`
   *
   * and whoever finds a free place may have it. A group is empty when no place is taken: one that passes from a member to the next in
   * line is not empty in between.
   *
   * A member leaves in a turn of its own, which the wake-up of a waiter in its greenlet's watchers asks for: before any joiner of that
   * greenlet, on its hub, goes on.
   * Several may want to take the same member out, by its end, by discard: the first one does, and the others find it absent.
   *
   * The members are linked in the order in which they came, which is the order of kills and of iteration; the map finds them by
   * identity, so that no equals or hashCode of a subclass runs under the lock.
   */

  private final Object owner;

  /** Its lock guards everything here. */
  private final WaitQueue line;

  /** They wait until the group is empty. */
  private final WaitQueue joiners;

  /** They wait for a free place and take none. */
  private final WaitQueue lookers;

  /** They kill, and wait until the group is empty or has a member whom nobody told to die. */
  private final WaitQueue killers;

  private final IdentityHashMap<Greenlet<?>, Member> members = new IdentityHashMap<>();
  private @Nullable Member first;
  private @Nullable Member last;
  private int limit;
  private int taken;

  /** Members whom nobody has told to die. */
  private int unkilled;

  Roster(Object owner, int limit) {
    this.owner = owner;
    this.line = new WaitQueue(owner);
    this.joiners = new WaitQueue(owner);
    this.lookers = new WaitQueue(owner);
    this.killers = new WaitQueue(owner);
    this.limit = limit;
  }

  // --- Places

  boolean tryAcquire() {
    line.lock();
    boolean free = takeFree();
    line.unlock();
    return free;
  }

  boolean acquire(long nanos) {
    boolean free = tryAcquire();
    if (free || nanos <= 0) {
      return free; // a look needs no waiter, so that callbacks may look, too
    }
    Waiter waiter = Waiter.current();
    if (!register(waiter)) {
      return true;
    }
    try {
      return waiter.await(nanos);
    } finally {
      line.forget(waiter);
    }
  }

  /** Takes a place or adds a waiter, which is granted together with one; false if it was free. */
  private boolean register(Waiter waiter) {
    line.lock();
    boolean free = takeFree();
    if (!free) {
      line.add(waiter);
    }
    line.unlock();
    return !free;
  }

  private boolean takeFree() {
    boolean free = taken < limit;
    if (free) {
      taken++;
    }
    return free;
  }

  void forget(Waiter waiter) {
    line.forget(waiter);
  }

  /** Gives a place up that no member has. */
  void release() {
    giveUp(null);
  }

  /** A member ends, or is discarded; false if it had left before. */
  boolean leave(Member member) {
    return giveUp(member);
  }

  private boolean giveUp(@Nullable Member leaving) {
    line.lock();
    if (leaving != null && !leaving.present) {
      line.unlock();
      return false;
    }
    if (leaving != null) {
      remove(leaving);
    }
    taken--;
    Waiter next = letIn();
    Waiter seen = taken < limit ? lookers.grantAll(null) : null;
    Waiter joined = taken == 0 ? joiners.grantAll(null) : null;
    Waiter killed = taken == 0 ? killers.grantAll(null) : null;
    line.unlock();
    if (next != null) {
      next.wake();
    }
    WaitQueue.wakeAll(seen);
    WaitQueue.wakeAll(joined);
    WaitQueue.wakeAll(killed);
    return true;
  }

  /** If there is a place, the longest waiter has it. */
  private @Nullable Waiter letIn() {
    Waiter next = taken < limit ? line.grantFirst(null) : null;
    if (next != null) {
      taken++;
    }
    return next;
  }

  void resize(int newLimit) {
    line.lock();
    limit = newLimit;
    line.unlock();
    Waiter next;
    do {
      line.lock();
      next = letIn();
      Waiter seen = taken < limit ? lookers.grantAll(null) : null;
      line.unlock();
      if (next != null) {
        next.wake();
      }
      WaitQueue.wakeAll(seen);
    } while (next != null);
  }

  boolean waitUntilFree(long nanos) {
    line.lock();
    boolean free = taken < limit;
    line.unlock();
    if (free || nanos <= 0) {
      return free;
    }
    Waiter waiter = Waiter.current();
    line.lock();
    free = taken < limit;
    if (!free) {
      lookers.add(waiter);
    }
    line.unlock();
    return free || await(waiter, lookers, nanos);
  }

  /** The queues but for the line share its lock. */
  private boolean await(Waiter waiter, WaitQueue queue, long nanos) {
    try {
      return waiter.await(nanos);
    } finally {
      forget(waiter, queue);
    }
  }

  private void forget(Waiter waiter, WaitQueue queue) {
    if (!waiter.isGranted()) {
      line.lock();
      boolean _ = queue.remove(waiter);
      line.unlock();
    }
  }

  // --- Coming in

  /** Makes a greenlet a member, for a place that the caller has; false if it is one already. */
  boolean enter(Greenlet<?> greenlet) {
    Member member = new Member(this, greenlet);
    line.lock();
    boolean fresh = members.putIfAbsent(greenlet, member) == null;
    Waiter killer = null;
    if (fresh) {
      append(member);
      killer = killers.grantAll(null);
    }
    line.unlock();
    WaitQueue.wakeAll(killer);
    if (!fresh) {
      release();
    } else if (!greenlet.register(member.atEnd)) {
      leave(member);
    }
    return fresh;
  }

  /** Makes a greenlet a member and starts it, for a place that the caller has. */
  void start(Greenlet<?> greenlet) {
    enter(greenlet);
    try {
      greenlet.start();
    } catch (HubClosedException e) {
      discard(greenlet);
      throw e;
    }
  }

  /** Waits for a place, makes a greenlet a member and starts it. */
  void waitAndStart(Greenlet<?> greenlet) {
    boolean _ = acquire(Long.MAX_VALUE);
    start(greenlet);
  }

  /**
   * Starts a greenlet as soon as there is a place for it; till then it stands in line. Never
   * switches.
   */
  void startInTurn(Greenlet<?> greenlet) {
    if (tryAcquire()) {
      start(greenlet);
      return;
    }
    InLine inLine = new InLine(this, greenlet);
    if (register(inLine.turn)) {
      inLine.watch();
    } else {
      start(greenlet);
    }
  }

  boolean discard(Greenlet<?> greenlet) {
    line.lock();
    Member member = members.get(greenlet);
    line.unlock();
    if (member == null || !leave(member)) {
      return false;
    }
    greenlet.unregister(member.atEnd);
    return true;
  }

  private void append(Member member) {
    member.present = true;
    unkilled++;
    member.before = last;
    if (last == null) {
      first = member;
    } else {
      last.behind = member;
    }
    last = member;
  }

  private void remove(Member member) {
    members.remove(member.greenlet);
    boolean _ = markDying(member); // no kill concerns it any more
    member.present = false;
    Member before = member.before;
    Member behind = member.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    member.before = null;
    member.behind = null;
  }

  // --- Waiting for the end of all

  boolean join(long nanos) {
    if (isEmpty()) {
      return true;
    }
    Waiter waiter = Waiter.current();
    return !registerJoin(waiter) || await(waiter, joiners, nanos);
  }

  /** False if it is empty: the waiter was not added. */
  boolean registerJoin(Waiter waiter) {
    line.lock();
    boolean wait = taken > 0;
    if (wait) {
      joiners.add(waiter);
    }
    line.unlock();
    return wait;
  }

  void unregisterJoin(Waiter waiter) {
    forget(waiter, joiners);
  }

  /** Kills all who are in and all who come while it waits for their ends. */
  boolean kill(Supplier<Throwable> thrown, long nanos) {
    Deadline deadline = Deadline.in(nanos);
    while (true) {
      killAsync(thrown);
      if (isEmpty()) {
        return true;
      }
      Waiter waiter = Waiter.current();
      line.lock();
      boolean wait = taken > 0 && unkilled == 0;
      if (wait) {
        killers.add(waiter);
      }
      line.unlock();
      if (wait && !await(waiter, killers, deadline.leftNanos())) {
        return isEmpty();
      }
    }
  }

  /** Kills each member once; the caller, if it is one, is the last of them. */
  void killAsync(Supplier<Throwable> thrown) {
    Greenlet<?> caller = null;
    for (Greenlet<?> greenlet : markDying()) {
      if (greenlet == RawGreenlet.currentOrNull()) {
        caller = greenlet;
      } else {
        greenlet.killAsync(thrown.get());
      }
    }
    if (caller != null) {
      caller.killAsync(thrown.get());
    }
  }

  private List<Greenlet<?>> markDying() {
    List<Greenlet<?>> fresh = new ArrayList<>();
    line.lock();
    for (Member member = first; member != null; member = member.behind) {
      if (markDying(member)) {
        fresh.add(member.greenlet);
      }
    }
    line.unlock();
    return fresh;
  }

  /** True if the greenlet is a member that nobody has told to die before. */
  boolean markDying(Greenlet<?> greenlet) {
    line.lock();
    Member member = members.get(greenlet);
    boolean fresh = member != null && markDying(member);
    line.unlock();
    return fresh;
  }

  private boolean markDying(Member member) {
    boolean fresh = !member.dying;
    if (fresh) {
      member.dying = true;
      unkilled--;
    }
    return fresh;
  }

  static Supplier<Throwable> exits() {
    return GreenletExit::new;
  }

  // --- Looking

  List<Greenlet<?>> snapshot() {
    List<Greenlet<?>> all = new ArrayList<>(size());
    line.lock();
    for (Member member = first; member != null; member = member.behind) {
      all.add(member.greenlet);
    }
    line.unlock();
    return all;
  }

  boolean contains(Object greenlet) {
    line.lock();
    boolean found = members.containsKey(greenlet);
    line.unlock();
    return found;
  }

  int size() {
    line.lock();
    int size = members.size();
    line.unlock();
    return size;
  }

  /** Whether no place is taken. */
  boolean isEmpty() {
    line.lock();
    boolean empty = taken == 0;
    line.unlock();
    return empty;
  }

  int limit() {
    line.lock();
    int now = limit;
    line.unlock();
    return now;
  }

  /** Free places; negative after a limit was lowered below what is taken. */
  int free() {
    line.lock();
    int free = limit - taken;
    line.unlock();
    return free;
  }

  int waiting() {
    line.lock();
    int waiting = line.size();
    line.unlock();
    return waiting;
  }

  @Override
  public String toString() {
    return owner.toString();
  }
}
