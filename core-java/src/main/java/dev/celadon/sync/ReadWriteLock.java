package dev.celadon.sync;

import dev.celadon.hub.Strand;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A pair of locks: many may hold the read lock at the same time, or one the write lock.
 *
 * <p>Strictly fair: all stand in one line. Readers go in together as long as no writer stands
 * before them, so that neither kind can starve the other. Who is killed or timed out while waiting
 * takes nothing, and lets those behind go on.
 *
 * <p>Both locks belong to the greenlet or thread that took them, which may take them again. The
 * holder of the write lock may take the read lock as well, and keep it when it gives the write lock
 * back. The way from the read lock to the write lock is refused: two readers that both wait for the
 * other to leave would wait for ever.
 *
 * <p>A kill or a timeout ends {@link Lock#lock}; an interrupt does not, but costs the caller its
 * place in the line. There are no conditions: {@link RLock} has them. All callbacks of a hub are
 * one party, coroutines on the hub among them.
 *
 * <p>Safe for use from any thread.
 */
public final class ReadWriteLock implements java.util.concurrent.locks.ReadWriteLock {
  /*
   * Who comes at the head of the line is served as soon as it may: a reader unless somebody writes, a writer if nobody reads or
   * writes. Nobody passes the line, so whoever arrives may go in at once only if it is empty. That has to be looked at again whenever
   * a holder leaves, and whenever a waiter leaves early: a writer that gives up may have been all that kept the readers behind it.
   *
   * What a strand holds is its own business: how often it reads stands in a thread-local, and the writer's entries are written by
   * the writer alone, as in RLock.
   */
  private enum Kind {
    READ,
    WRITE
  }

  /** How often a strand has taken the read lock. */
  private static final class Reads {
    int count = 1;
  }

  private final WaitQueue waiters = new WaitQueue(this);
  private final Predicate<Waiter> mayServe = this::mayServe;
  private final Consumer<Waiter> served = this::served;
  private final Face readLock = new Face(Kind.READ);
  private final Face writeLock = new Face(Kind.WRITE);

  /** Of the calling strand; null if it does not read. */
  @SuppressWarnings("ThreadLocalUsage") // one for each lock, and empty when nobody reads
  private final ThreadLocal<@Nullable Reads> reads = new ThreadLocal<>();

  /** How many strands read. Guarded by the queue's lock. */
  private int readers;

  /** Somebody has the write lock, or is on its way to have it. Guarded by the queue's lock. */
  private boolean writing;

  /** Written under the queue's lock, by the writer; read by everybody else under it. */
  private @Nullable Strand writer;

  /** How often the writer has taken the write lock. For the writer alone. */
  private int writes;

  /** Makes a lock that is free. */
  public ReadWriteLock() {}

  /**
   * The lock that many may hold. Its calls switch if they wait.
   *
   * @return the lock of the readers
   */
  @Override
  public Lock readLock() {
    return readLock;
  }

  /**
   * The lock that one may hold. Its calls switch if they wait.
   *
   * @return the lock of the writer; all its calls that take it throw {@link IllegalStateException}
   *     if the caller holds the read lock only
   */
  @Override
  public Lock writeLock() {
    return writeLock;
  }

  // --- Under the queue's lock

  private boolean mayEnter(@Nullable Object kind) {
    return !writing && (kind == Kind.READ || readers == 0);
  }

  private void book(@Nullable Object kind) {
    if (kind == Kind.READ) {
      readers++;
    } else {
      writing = true;
    }
  }

  private boolean mayServe(Waiter waiter) {
    return mayEnter(waiter.payload());
  }

  private void served(Waiter waiter) {
    book(waiter.payload());
  }

  private @Nullable Waiter serve() {
    return waiters.grantWhile(null, mayServe, served);
  }

  // --- Taking

  /** Takes what the caller need not wait for: what it has already, or what is free. */
  private boolean tryEnter(Kind kind, @Nullable Waiter otherwise) {
    Strand caller = Strand.current();
    Reads mine = reads.get();
    boolean isWriter = writer == caller;
    if (kind == Kind.WRITE) {
      if (isWriter) {
        writes++;
        return true;
      }
      refuseUpgrade(caller, mine);
    } else if (mine != null) {
      mine.count++;
      return true;
    }
    waiters.lock();
    boolean free = isWriter || (waiters.first() == null && mayEnter(kind));
    if (free) {
      book(kind);
      writer = kind == Kind.WRITE ? caller : writer;
    } else if (otherwise != null) {
      waiters.add(otherwise);
    }
    waiters.unlock();
    if (free) {
      holdOnce(kind);
    }
    return free;
  }

  private static void refuseUpgrade(Strand caller, @Nullable Reads mine) {
    if (mine != null) {
      throw new IllegalStateException(
          caller
              + " holds the read lock and would wait for itself to leave: give the read lock back"
              + " before taking the write lock, or take the write lock from the start");
    }
  }

  private void holdOnce(Kind kind) {
    if (kind == Kind.READ) {
      reads.set(new Reads());
    } else {
      writes = 1;
    }
  }

  private boolean enter(Kind kind, long nanos) {
    return tryEnter(kind, null) || enterSlowPath(kind, nanos);
  }

  private boolean enterSlowPath(Kind kind, long nanos) {
    Waiter waiter = Waiter.current();
    waiter.carry(kind);
    if (tryEnter(kind, waiter)) {
      return true;
    }
    boolean granted = false;
    try {
      granted = waiter.await(nanos);
    } finally {
      if (!granted) {
        leaveLine(waiter);
      }
    }
    if (granted) {
      if (kind == Kind.WRITE) {
        waiters.lock();
        writer = Strand.current();
        waiters.unlock();
      }
      holdOnce(kind);
    }
    return granted;
  }

  private void leaveLine(Waiter waiter) {
    waiters.lock();
    boolean _ = waiters.remove(waiter);
    Waiter granted = serve();
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  // --- Giving back

  private void exit(Kind kind) {
    if (kind == Kind.READ) {
      exitRead();
    } else {
      exitWrite();
    }
  }

  private void exitRead() {
    Reads mine = reads.get();
    if (mine == null) {
      throw notHeld(Kind.READ);
    }
    if (--mine.count > 0) {
      return;
    }
    reads.remove();
    waiters.lock();
    readers--;
    Waiter granted = serve();
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  private void exitWrite() {
    if (writer != Strand.current()) {
      throw notHeld(Kind.WRITE);
    }
    if (--writes > 0) {
      return;
    }
    waiters.lock();
    writer = null;
    writing = false;
    Waiter granted = serve();
    waiters.unlock();
    WaitQueue.wakeAll(granted);
  }

  private IllegalMonitorStateException notHeld(Kind kind) {
    String name = kind == Kind.READ ? "read" : "write";
    return new IllegalMonitorStateException(
        Strand.current()
            + " does not hold the "
            + name
            + " lock and cannot give it back: lock it first; this is "
            + this);
  }

  // --- Facts

  /**
   * How many greenlets and threads hold the read lock. With other threads around, the answer may be
   * old at once.
   *
   * @return 0 or more
   */
  public int readers() {
    waiters.lock();
    int now = readers;
    waiters.unlock();
    return now;
  }

  /**
   * Whether somebody holds the write lock. With other threads around, the answer may be old at
   * once.
   *
   * @return true if it is taken
   */
  public boolean isWriteLocked() {
    waiters.lock();
    boolean now = writing;
    waiters.unlock();
    return now;
  }

  /**
   * How many wait for one of the locks.
   *
   * @return 0 or more
   */
  public int waiting() {
    waiters.lock();
    int now = waiters.size();
    waiters.unlock();
    return now;
  }

  @Override
  public String toString() {
    waiters.lock();
    int reading = readers;
    boolean written = writing;
    Strand by = writer;
    waiters.unlock();
    String writes =
        by == null
            ? "write lock " + (written ? "on its way to the longest waiter" : "free")
            : "write lock held by " + RLock.describe(by);
    return "ReadWriteLock[" + writes + ", readers=" + reading + "]";
  }

  /** One of the two locks, as others see it. */
  private final class Face implements Lock {

    private final Kind kind;

    Face(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void lock() {
      if (!tryEnter(kind, null)) {
        boolean _ = Interrupts.outlast(() -> enterSlowPath(kind, Long.MAX_VALUE));
      }
    }

    @Override
    public void lockInterruptibly() throws InterruptedException {
      boolean _ = Interrupts.checked(() -> enter(kind, Long.MAX_VALUE));
    }

    @Override
    public boolean tryLock() {
      return tryEnter(kind, null);
    }

    @Override
    public boolean tryLock(long timeout, TimeUnit unit) throws InterruptedException {
      return Interrupts.checked(() -> enter(kind, unit.toNanos(timeout)));
    }

    @Override
    public void unlock() {
      exit(kind);
    }

    @Override
    public Condition newCondition() {
      throw new UnsupportedOperationException(
          "a ReadWriteLock has no conditions: use an RLock, whose newCondition() makes them");
    }

    @Override
    public String toString() {
      return kind + " of " + ReadWriteLock.this;
    }
  }
}
