package dev.celadon.threadpool;

import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a pool, and the line of those who wait for one.
 *
 * <p>Safe for use from any thread.
 */
final class Workers {
  /*
   * Everything below `line` is guarded by its lock, under which the lock of one task's waiters may be taken, never the other way
   * round. In the line stand tickets: waiters that carry a task. A greenlet that waits in spawn has its own wait as ticket; for a
   * task that is queued, because nobody waits for its start, it is a callback that does nothing.
   *
   *   A ticket stands in the line only while as many tasks are active as may be.
   *   Each active task has a worker, or is given to one, outside the lock, at once.
   *   Each of the `threads` has an active task or stands in `idle`; whoever takes it out of there without a task counts it out.
   *
   * So the worker whose task has ended takes the task of the first ticket itself, in the same step in which it gives its place
   * back, and no thread is started while another one is about to be free.
   *
   * Why not a ThreadPoolExecutor: with a SynchronousQueue it starts one thread too many while another one is on its way back to
   * the queue, so that two threads may serve a pool of one; with a LinkedBlockingQueue and core threads that time out, a task
   * that is queued while the only idle thread gives up waits until the others' tasks end.
   */
  private static final class NobodyWaits implements Runnable {
    @Override
    public void run() {}
  }

  private final ThreadPool pool;
  private final long idleNanos;
  private final AtomicInteger names = new AtomicInteger();

  private final WaitQueue line;

  /** Wait until no task is outstanding; {@code closers} wait until none will ever be. */
  private final WaitQueue joiners;

  private final WaitQueue closers;

  /** The waits of workers without a task, the latest last. */
  private final ArrayDeque<Waiter> idle = new ArrayDeque<>();

  /** Those that have a thread. */
  private final ArrayDeque<Task<?>> active = new ArrayDeque<>();

  private int maxSize;
  private int queued;
  private int threads;
  private boolean shutdown;

  /** Threads end as soon as they have nothing to do. */
  private boolean retired;

  Workers(ThreadPool pool, ThreadPoolOptions options) {
    this.pool = pool;
    this.idleNanos = Clock.waitNanos(options.idleTimeout());
    this.maxSize = options.maxSize();
    this.line = new WaitQueue(pool);
    this.joiners = new WaitQueue(pool);
    this.closers = new WaitQueue(pool);
  }

  // --- In

  /** Gives the task a thread if there is a place; false if there is none. */
  boolean enterNow(Task<?> task) {
    return enter(task, null);
  }

  /** Gives the task a thread as soon as there is a place, without waiting for that. */
  void enqueue(Task<?> task) {
    boolean _ = enter(task, new Waiter(new NobodyWaits()));
  }

  /** Waits for a place and gives the task a thread; false if time was over first. */
  boolean enter(Task<?> task, long nanos) {
    if (enterNow(task)) {
      return true;
    }
    Waiter ticket = Waiter.current();
    if (enter(task, ticket)) {
      return true;
    }
    boolean entered = false;
    try {
      entered = ticket.await(nanos);
      return entered;
    } finally {
      if (!entered) {
        line.forget(ticket);
        task.discount();
      }
    }
  }

  private boolean enter(Task<?> task, @Nullable Waiter ticket) {
    if (ticket != null) {
      ticket.carry(task);
      task.ticket = ticket;
    }
    Waiter worker = null;
    line.lock();
    boolean refused = shutdown;
    boolean admitted = !refused && active.size() < maxSize && line.first() == null;
    boolean moves = maxSize > 0;
    if (admitted) {
      worker = occupy(task);
    } else if (!refused && ticket != null) {
      line.add(ticket);
      queued += isQueued(ticket) ? 1 : 0;
    }
    line.unlock();
    if (refused) {
      throw refusal();
    }
    if (admitted) {
      launch(task, worker);
    } else if (ticket != null && moves) {
      task.count();
    }
    return admitted;
  }

  private RejectedExecutionException refusal() {
    return new RejectedExecutionException(
        pool + " is shut down and takes no more tasks: use another pool");
  }

  private static boolean isQueued(Waiter ticket) {
    return ticket.party() instanceof NobodyWaits;
  }

  private static Task<?> taskOf(Waiter ticket) {
    return (Task<?>) Objects.requireNonNull(ticket.payload());
  }

  /** Under the lock: takes a place, and an idle worker, or null for a new one. */
  private @Nullable Waiter occupy(Task<?> task) {
    activate(task);
    for (Waiter worker = idle.pollLast(); worker != null; worker = idle.pollLast()) {
      if (worker.grant(task)) {
        return worker;
      }
      threads--; // its patience is over, and it ends by itself
    }
    threads++;
    return null;
  }

  /** Under the lock. */
  private void activate(Task<?> task) {
    task.hasThread = true;
    active.add(task);
  }

  /** The rest of occupy, outside the lock. */
  private void launch(Task<?> task, @Nullable Waiter worker) {
    task.count();
    if (worker != null) {
      worker.wake();
      return;
    }
    Task<?> next = task;
    while (next != null) {
      try {
        new Worker(this, pool.options().name() + "-" + names.incrementAndGet(), next).start();
        return;
      } catch (Throwable failure) { // no memory for one more thread
        next = leave(next, Task.failure(failure), null);
      }
    }
  }

  // --- Out

  /** A worker's task is over: the next one, or null if the worker has to end. */
  @Nullable Task<?> next(Task<?> task, @Nullable Object outcome) {
    Waiter rest = Waiter.current();
    Task<?> next = leave(task, outcome, rest);
    return next != null ? next : rest(rest);
  }

  /**
   * Gives a task's place to the first in line, whose task is returned; if there is none, the worker
   * goes to rest, or is counted out.
   *
   * @param outcome null if the task was cancelled before its start
   * @param rest the worker's next wait, over at once if it has to end; null if there is no worker
   */
  private @Nullable Task<?> leave(Task<?> task, @Nullable Object outcome, @Nullable Waiter rest) {
    line.lock();
    active.remove(task);
    Task.Settled settled = outcome == null ? null : task.settle(outcome);
    Waiter ticket = admit();
    if (ticket != null) {
      activate(taskOf(ticket));
    } else if (rest == null || threads > maxSize || retired || shutdown) {
      threads--;
      boolean _ = rest != null && rest.grant(null);
    } else {
      idle.addLast(rest);
    }
    Waiter joined = grant(joiners);
    Waiter closed = grant(closers);
    line.unlock();
    if (settled != null) {
      task.announce(settled);
    }
    WaitQueue.wakeAll(joined);
    WaitQueue.wakeAll(closed);
    Task<?> next = null;
    if (ticket != null) {
      next = taskOf(ticket);
      next.count();
      ticket.wake();
    }
    // Last: else the hub could see nobody at work, and those who were just called still waiting.
    task.discount();
    return next;
  }

  /** Under the lock: the first in line, if there is a place. */
  private @Nullable Waiter admit() {
    Waiter ticket = active.size() < maxSize ? line.grantFirst(null) : null;
    if (ticket != null && isQueued(ticket)) {
      queued--;
    }
    return ticket;
  }

  /** An idle worker's wait for its next task. */
  private @Nullable Task<?> rest(Waiter rest) {
    try {
      boolean _ = rest.await(idleNanos);
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted(); // nobody's business: the thread ends, and a new one follows
    }
    if (rest.isGranted()) {
      return (Task<?>) rest.value();
    }
    line.lock();
    threads -= idle.remove(rest) ? 1 : 0; // else somebody has counted it out
    line.unlock();
    return null;
  }

  /**
   * A task that was cancelled before it ran leaves the line; true if a thread was on its way to it.
   */
  boolean withdraw(Task<?> task) {
    Waiter ticket = task.ticket;
    line.lock();
    boolean hasThread = task.hasThread;
    if (ticket != null && line.remove(ticket) && ticket.cancel()) {
      queued--;
    }
    Waiter joined = grant(joiners);
    Waiter closed = grant(closers);
    line.unlock();
    WaitQueue.wakeAll(joined);
    WaitQueue.wakeAll(closed);
    return hasThread;
  }

  /** Under the lock: no task was accepted that has not ended. */
  private boolean isEmpty() {
    return active.isEmpty() && queued == 0;
  }

  /** Under the lock: the joiners or closers that need not wait any more. */
  private @Nullable Waiter grant(WaitQueue queue) {
    return hasEndedFor(queue) ? queue.grantAll(null) : null;
  }

  private boolean hasEndedFor(WaitQueue queue) {
    return isEmpty() && (queue == joiners || shutdown);
  }

  // --- Size

  int maxSize() {
    line.lock();
    int now = maxSize;
    line.unlock();
    return now;
  }

  void setMaxSize(int maxSize) {
    List<Waiter> leaving = new ArrayList<>();
    List<Task<?>> moving = new ArrayList<>();
    line.lock();
    boolean opens = this.maxSize == 0 && maxSize > 0;
    this.maxSize = maxSize;
    dismiss(maxSize, leaving);
    if (opens) {
      line.removeIf(ticket -> !moving.add(taskOf(ticket))); // takes none out
    }
    line.unlock();
    leaving.forEach(Waiter::wake);
    moving.forEach(Task::count); // before a pool without a place they were not
    while (admitOne()) {}
  }

  private boolean admitOne() {
    Waiter worker = null;
    line.lock();
    Waiter ticket = admit();
    if (ticket != null) {
      worker = occupy(taskOf(ticket));
    }
    line.unlock();
    if (ticket == null) {
      return false;
    }
    launch(taskOf(ticket), worker);
    ticket.wake();
    return true;
  }

  /** Under the lock: idle threads end, until so many threads are left. */
  private void dismiss(int left, List<Waiter> leaving) {
    while (threads > left && !idle.isEmpty()) {
      Waiter worker = idle.removeFirst();
      threads--;
      if (worker.grant(null)) {
        leaving.add(worker);
      }
    }
  }

  int threads() {
    line.lock();
    int now = threads;
    line.unlock();
    return now;
  }

  int outstanding() {
    line.lock();
    int now = active.size() + queued;
    line.unlock();
    return now;
  }

  int waiting() {
    line.lock();
    int now = line.first() == null ? 0 : line.size();
    line.unlock();
    return now;
  }

  // --- The end

  /** Waits until no task is outstanding; false if time was over first. */
  boolean join(long nanos) {
    return waitIn(joiners, nanos);
  }

  /** Waits until no task is outstanding and none will be; false if time was over first. */
  boolean awaitTermination(long nanos) {
    return waitIn(closers, nanos);
  }

  private boolean waitIn(WaitQueue queue, long nanos) {
    Waiter waiter = Waiter.current();
    line.lock();
    boolean wait = !hasEndedFor(queue);
    boolean moves = !active.isEmpty();
    if (wait) {
      queue.add(waiter);
    }
    line.unlock();
    if (!wait) {
      return true;
    }
    Hub hub = moves ? Hub.currentOrNull() : null; // the tasks may be those of another hub
    if (hub != null) {
      hub.ref();
    }
    try {
      return waiter.await(nanos);
    } finally {
      if (hub != null) {
        hub.unref();
      }
      if (!waiter.isGranted()) {
        line.lock(); // not the queue's own
        boolean _ = queue.remove(waiter);
        line.unlock();
      }
    }
  }

  boolean isTerminated() {
    line.lock();
    boolean now = shutdown && isEmpty();
    line.unlock();
    return now;
  }

  boolean isShutdown() {
    line.lock();
    boolean now = shutdown;
    line.unlock();
    return now;
  }

  /** Refuses new tasks. A pool that would never run what stands in the line drops it. */
  void shutdown() {
    List<Waiter> leaving = new ArrayList<>();
    line.lock();
    shutdown = true;
    boolean never = maxSize == 0;
    dismiss(0, leaving);
    Waiter closed = grant(closers);
    line.unlock();
    leaving.forEach(Waiter::wake);
    WaitQueue.wakeAll(closed);
    if (never) {
      List<Task<?>> _ = drop();
    }
  }

  /** Refuses and cancels what stands in the line; gives what was cancelled. */
  List<Task<?>> drop() {
    RejectedExecutionException refusal = refusal();
    List<Task<?>> dropped = new ArrayList<>();
    List<Waiter> refused = new ArrayList<>();
    Predicate<Waiter> sort =
        ticket -> {
          if (isQueued(ticket)) {
            dropped.add(taskOf(ticket)); // its cancel takes it out
          } else if (ticket.fail(refusal)) {
            refused.add(ticket); // it takes itself out
          }
          return false;
        };
    line.lock();
    line.removeIf(sort);
    line.unlock();
    refused.forEach(Waiter::wake);
    dropped.removeIf(task -> !task.cancelBeforeStart());
    return dropped;
  }

  /** Cancels and interrupts what has a thread. */
  void interruptActive() {
    line.lock();
    List<Task<?>> now = new ArrayList<>(active);
    line.unlock();
    for (Task<?> task : now) {
      boolean _ = task.cancel(true);
    }
  }

  /** Lets threads end as soon as they have nothing to do, from now on. */
  void retire() {
    List<Waiter> leaving = new ArrayList<>();
    line.lock();
    retired = true;
    dismiss(0, leaving);
    line.unlock();
    leaving.forEach(Waiter::wake);
  }

  @Override
  public String toString() {
    return pool.toString();
  }
}
