package dev.celadon.pool;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubClosedException;
import dev.celadon.hub.WaitQueue;
import dev.celadon.hub.Waiter;
import dev.celadon.sync.Semaphore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The results of {@link Group#imap} or {@link Group#imapUnordered}, to be read while the work goes
 * on.
 *
 * <pre>{@code
 * try (Results<Page> pages = pool.imap(addresses, this::fetch)) {
 *   for (Page page : pages) {
 *     index(page);
 *   }
 * }
 * }</pre>
 *
 * <p>The work starts at the call that made this. A greenlet of its own, the feeder, reads the input
 * and starts one member of the group for each item; so the input may wait, too. An item that fails
 * throws its failure, unchanged, at its own {@link #next}; the ones behind it can still be read. A
 * failure of the input comes last, after the results of all items before it.
 *
 * <p>{@link #close} ends the feeder and the members that still work. Without it they go on: to the
 * end of the input, or, with a bound of unread results, until that is reached, and then they wait
 * for a reader for the rest of the hub's life. Failures that nobody has read when it is closed are
 * dropped.
 *
 * <p>It can be read once, and {@link #iterator} gives this object itself.
 *
 * <p>Safe for use from any thread; readers that share it take turns, each result going to one.
 *
 * @param <R> the type of the results
 */
@SuppressWarnings("IterableAndIterator") // so that one object is read in a loop and closed
public final class Results<R extends @Nullable Object>
    implements Iterator<R>, Iterable<R>, AutoCloseable {
  /*
   * A task is a greenlet. `running` has those that have not ended, `unread` those whose result was not read: in input order from their
   * start on, or in the order of their ends. All ends come through raw links, which take failures, so that none is reported as well.
   *
   * The permit of a task is taken before its item is read from the input, and given back when its result is read: with a bound of n
   * exactly n items are on this side of the input.
   *
   * A reader is woken to look again, not handed a result. Who looks takes under the lock, so none is lost or doubled; and a reader
   * killed between the wake-up and the look passes the wake-up on, because it wakes all.
   */

  /** Its lock guards what follows. */
  private final WaitQueue readers = new WaitQueue(this);

  private final boolean ordered;
  private final ArrayDeque<Greenlet<R>> unread = new ArrayDeque<>();
  private final LinkedHashSet<Greenlet<R>> running = new LinkedHashSet<>();

  /** No task will be added any more. */
  private boolean fed;

  private boolean closed;
  private boolean abandoned;
  private @Nullable Throwable inputFailure;

  private final @Nullable Semaphore permits;
  private final Roster group;
  private final Greenlet<@Nullable Void> feeder;

  /** Where in the program. */
  private final String askedFor;

  /**
   * Starts the work.
   *
   * @param maxUnread how many items may be started and not read; Integer.MAX_VALUE is no bound
   */
  Results(
      Roster group,
      Iterable<? extends Callable<? extends R>> tasks,
      boolean ordered,
      int maxUnread) {
    this.group = group;
    this.ordered = ordered;
    this.permits = maxUnread == Integer.MAX_VALUE ? null : new Semaphore(maxUnread);
    this.feeder = Greenlet.unstarted(Hub.current(), () -> feed(tasks));
    this.askedFor = feeder.spawnSite();
  }

  Results<R> start() {
    feeder.rawLink(this::feederEnded);
    feeder.start();
    return this;
  }

  // --- Feeding

  /** Works on one item, for whoever has asked for them all. */
  private static final class Work<R extends @Nullable Object> extends Greenlet<R> {

    private final Callable<? extends R> body;

    Work(Hub hub, Callable<? extends R> body, String spawnSite) {
      super(hub, spawnSite);
      this.body = Objects.requireNonNull(body, "body");
    }

    @Override
    protected R run() throws Exception {
      return body.call();
    }
  }

  private void feed(Iterable<? extends Callable<? extends R>> tasks) {
    Iterator<? extends Callable<? extends R>> iterator = tasks.iterator();
    while (true) {
      if (permits != null) {
        permits.acquire();
      }
      if (!iterator.hasNext()) {
        return;
      }
      startTask(iterator.next());
    }
  }

  private void startTask(Callable<? extends R> body) {
    Greenlet<R> task = new Work<>(feeder.hub(), body, askedFor);
    task.rawLink(this::taskEnded);
    readers.lock();
    boolean open = !closed;
    if (open) {
      running.add(task);
      if (ordered) {
        unread.add(task);
      }
    }
    readers.unlock();
    if (!open) {
      throw new GreenletExit(this + " is closed");
    }
    try {
      group.waitAndStart(task);
    } catch (Throwable thrown) {
      withdraw(task);
      throw thrown;
    }
  }

  /** The feeder was killed, or the hub closed, before the task was in. */
  private void withdraw(Greenlet<R> task) {
    readers.lock();
    running.remove(task);
    unread.remove(task);
    readers.unlock();
  }

  private void taskEnded(Greenlet<R> task) {
    readers.lock();
    boolean known = running.remove(task);
    boolean report = abandoned;
    if (known && !ordered && !report) {
      unread.add(task);
    }
    Waiter woken = readers.grantAll(null);
    readers.unlock();
    WaitQueue.wakeAll(woken);
    if (report) {
      report(task);
    }
  }

  private void feederEnded(Greenlet<@Nullable Void> ended) {
    Throwable failure = ended.exception();
    if (ended.isCancelled()) {
      failure = new CancellationException("the feeder of " + this + " was killed");
    }
    readers.lock();
    fed = true;
    boolean report = abandoned && failure != null;
    inputFailure = closed || report ? null : failure;
    Waiter woken = readers.grantAll(null);
    readers.unlock();
    WaitQueue.wakeAll(woken);
    if (report) {
      report(ended);
    }
  }

  // --- Reading

  /**
   * Whether there is something more to read: a result, or a failure. Switches unless that is known.
   *
   * @return false at the end, and after {@link #close}
   */
  @Override
  public boolean hasNext() {
    while (true) {
      readers.lock();
      boolean more = hasResult() || hasInputFailure();
      boolean end = isEnd();
      readers.unlock();
      if (more || end) {
        return more;
      }
      awaitChange();
    }
  }

  /**
   * Reads a result: the next one in the order of the input, or of completion. Switches unless it is
   * there.
   *
   * @return the result; a failure of the work, or of the input, is thrown unchanged
   * @throws CancellationException if the member that worked for it was killed
   * @throws NoSuchElementException at the end, and after {@link #close}
   */
  @Override
  public R next() {
    while (true) {
      readers.lock();
      boolean found = hasResult();
      Greenlet<R> task = found ? unread.poll() : null;
      Throwable failure = found || !hasInputFailure() ? null : inputFailure;
      if (failure != null) {
        inputFailure = null;
      }
      boolean end = isEnd();
      readers.unlock();
      if (task != null) {
        return read(task);
      }
      if (failure != null) {
        throw Failures.<RuntimeException>unchecked(failure);
      }
      if (end) {
        throw new NoSuchElementException(
            "the results of " + group + " are over: ask hasNext first");
      }
      awaitChange();
    }
  }

  private R read(Greenlet<R> task) {
    if (permits != null) {
      permits.release();
    }
    return task.result(); // it has ended
  }

  private boolean hasResult() {
    Greenlet<R> next = unread.peek();
    return next != null && !closed && !running.contains(next);
  }

  private boolean hasInputFailure() {
    return fed && inputFailure != null && running.isEmpty() && unread.isEmpty();
  }

  private boolean isEnd() {
    return closed || (fed && running.isEmpty() && unread.isEmpty());
  }

  private void awaitChange() {
    Waiter waiter = Waiter.current();
    readers.lock();
    boolean wait = !hasResult() && !hasInputFailure() && !isEnd();
    if (wait) {
      readers.add(waiter);
    }
    readers.unlock();
    if (!wait) {
      return;
    }
    try {
      boolean _ = waiter.await();
    } finally {
      readers.forget(waiter);
    }
  }

  /**
   * This object itself: the results can be read once. Never switches.
   *
   * @return this
   */
  @Override
  public Iterator<R> iterator() {
    return this;
  }

  // --- The end

  /**
   * Kills the feeder and the members that still work, and waits for their ends. Nothing can be read
   * any more. Does nothing at the end of the results, or the second time. Switches unless all have
   * ended.
   */
  @Override
  public void close() {
    List<Greenlet<?>> victims = new ArrayList<>();
    victims.add(feeder);
    readers.lock();
    closed = true;
    victims.addAll(running);
    unread.clear();
    Waiter woken = readers.grantAll(null);
    readers.unlock();
    WaitQueue.wakeAll(woken);
    Greenlet.killAll(victims);
  }

  /**
   * Nobody will read the rest, which goes on: from now on failures go to the hub's error handler.
   */
  void abandon() {
    List<Greenlet<R>> ended = new ArrayList<>();
    readers.lock();
    abandoned = true;
    for (Greenlet<R> task : unread) {
      if (!running.contains(task)) {
        ended.add(task);
      }
    }
    unread.clear();
    readers.unlock();
    for (Greenlet<R> task : ended) {
      try {
        task.hub().runCallback(() -> report(task));
      } catch (HubClosedException e) {
        return; // and its error handler hears no more
      }
    }
  }

  /** In the lane, where what is thrown goes to the error handler. */
  private static void report(Greenlet<?> task) {
    Throwable failure = task.exception();
    if (failure != null) {
      throw Failures.<RuntimeException>unchecked(failure);
    }
  }

  @Override
  public String toString() {
    return "Results[" + group + "]";
  }
}
