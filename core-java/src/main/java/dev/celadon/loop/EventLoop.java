package dev.celadon.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectableChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is ready, in the order in which it became ready; then looks at the timers, at other
 * threads' work and at the channels; and sleeps when there is nothing to do.
 *
 * <p>What the loop runs runs on its bare thread, outside every greenlet, and must neither block nor
 * throw nor run user code: a lock shared by this thread and one of its own greenlets would stop
 * both for good. The floor above turns users' callbacks into greenlets.
 *
 * <p>Confined to the thread that calls {@link #run}, but for {@link #post} and {@link #nanoTime},
 * which are safe for use from any thread.
 */
public final class EventLoop {
  /*
   * One turn of the loop, in this order:
   *
   *   1. due timers fire; what they make ready goes to `due`
   *   2. the batch runs: `due` first, then as much of `ready` as was there when the turn began, no longer than the batch limit
   *   3. the inbox of other threads is emptied into `ready`
   *   4. the poller is asked; without waiting if work is ready, else until the next timer is due
   *
   * `due` goes before `ready` because everything that became ready after a timer fell due must run after it, and during a turn
   * nobody looks at the clock. A turn never runs what it makes ready itself, so a greenlet that only yields cannot keep timers
   * and channels waiting: the batch ends with the turn, and after BATCH_LIMIT at the latest.
   *
   * Sleeping: the loop announces that it sleeps, looks into the inbox once more, and sleeps; a producer puts its task in,
   * and wakes the loop if it is announced as sleeping. Both sides write before they read (volatile), so one of them sees the
   * other. Only the first producer of a sleep pays for the wake-up.
   */
  private static final int RUNNING = 0;
  private static final int PARKED = 1;
  private static final int POLLING = 2;

  /** Parked with nothing to do: only others can make the loop go on. */
  private static final int IDLE = 3;

  /**
   * Reading the clock costs a quarter of a switch, so the batch limit is looked at only now and
   * then.
   */
  private static final int RUNS_PER_CLOCK_CHECK = 8;

  /**
   * Asking the kernel costs two switches; while work is ready, that is spread over so many of them,
   * or so much time.
   */
  private static final int RUNS_PER_POLL = 64;

  private static final long NANOS_PER_POLL = 500_000;

  /** Below this, a poller's wait is too coarse: the loop parks instead. */
  private static final long FINE_WAIT_NANOS = 1_000_000;

  private static final VarHandle SLEEP;

  static {
    try {
      SLEEP = MethodHandles.lookup().findVarHandle(EventLoop.class, "sleep", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Clock clock;
  private final Poller poller;
  private final CallbackOrder order;
  private final long batchLimitNanos;
  private final Consumer<Throwable> onError;
  private final LongSupplier onDrained;

  /** Work elsewhere that will come back to this loop. Any thread. */
  private final AtomicInteger references = new AtomicInteger();

  private final long[] lateness = new long[Long.SIZE];
  private final Inbox inbox = new Inbox();
  private final TimerWheel timers;
  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final ArrayDeque<Runnable> due = new ArrayDeque<>();
  private final Consumer<Runnable> toReady = ready::add;

  /** Where {@link #enqueue} adds: {@code ready}, or {@code due} while timers fire. */
  private ArrayDeque<Runnable> tail = ready;

  private long timerSequence;
  private long runs;
  private long runsAtPoll;
  private long polls;
  private long polledAtNanos;
  private long batchEndNanos;
  private int leftOfReady;
  private int runsToClockCheck = RUNS_PER_CLOCK_CHECK;
  private long clockCheckedAtNanos;
  private boolean batchOver;
  private boolean stopped;
  private boolean interrupted;

  /**
   * The thread in {@link #run}; written by it before it can sleep, read by producers that saw it
   * sleep.
   */
  private @Nullable Thread thread;

  /** Written by the thread in {@link #run}, read by those who watch it. */
  private volatile boolean driven;

  /** RUNNING, PARKED, POLLING or IDLE: written by the loop, and by the producer that wakes it. */
  private volatile int sleep = RUNNING;

  /**
   * Makes a loop that nobody drives yet.
   *
   * @param clock where it reads the time
   * @param poller where it learns which channels are ready
   * @param order who is next among the ready work of a turn
   * @param batchLimitNanos nanoseconds that ready work may run before timers and channels get a
   *     turn; more than 0
   * @param onError is told, on the loop's thread, of whatever a task throws: a fault of the floor
   *     above, never a user's
   * @param onDrained is asked, on the loop's thread, before the loop sleeps with nothing to do (see
   *     {@link #isDrained}): for how many nanoseconds to sleep before it is asked again; {@link
   *     Long#MAX_VALUE} for ever, 0 if it has made work
   */
  public EventLoop(
      Clock clock,
      Poller poller,
      CallbackOrder order,
      long batchLimitNanos,
      Consumer<Throwable> onError,
      LongSupplier onDrained) {
    if (batchLimitNanos <= 0) {
      throw new IllegalArgumentException("batchLimitNanos must be positive: " + batchLimitNanos);
    }
    this.clock = clock;
    this.timers = new TimerWheel(clock.nanoTime());
    this.poller = poller;
    this.order = order;
    this.batchLimitNanos = batchLimitNanos;
    this.onError = onError;
    this.onDrained = onDrained;
  }

  /**
   * Runs the loop on the calling thread until {@link #stop}. What is still ready then stays ready
   * for the next run.
   *
   * @return true if the calling thread was interrupted while the loop slept, which also ends the
   *     run; the interrupt status is clear then
   */
  public boolean run() {
    thread = Thread.currentThread();
    stopped = false;
    interrupted = false;
    boolean outermost = !driven;
    driven = true;
    while (!stopped) {
      fireDueTimers();
      runBatch();
      inbox.drainTo(toReady);
      if (!stopped) {
        poll();
      } else if (poller.hasWatchers() && isPollDue()) {
        pollNow(); // whoever stops at every turn must not starve the channels
      }
    }
    if (outermost) {
      driven = false;
    }
    return interrupted;
  }

  /** Ends {@link #run} after the task that is running. */
  public void stop() {
    stopped = true;
  }

  /**
   * Adds a task behind everything that is ready; during a timer's action, behind the timers that
   * fired before.
   *
   * @param task must neither block nor throw nor run user code
   */
  public void enqueue(Runnable task) {
    tail.add(task);
  }

  /**
   * Hands over a task from another thread. It joins the ready work at the next turn of the loop.
   *
   * @param task must neither block nor throw nor run user code
   * @return false if the loop is closed: the task will never run
   */
  public boolean post(Runnable task) {
    if (!inbox.offer(task)) {
      return false;
    }
    int seen = sleep;
    if (seen != RUNNING && SLEEP.compareAndSet(this, seen, RUNNING)) {
      wakeUp(seen);
    }
    return true;
  }

  private void wakeUp(int seen) {
    Thread sleeper = thread;
    if (seen == POLLING) {
      poller.wakeUp();
    } else if (sleeper != null) {
      Parking.unpark(sleeper);
    }
  }

  /**
   * Takes the next task out of the queue, if it is of a certain kind. So a task may go on with its
   * like without a way back through the loop, in unchanged order and within the batch limit; a turn
   * that is done is followed by the next one as long as nothing is to be looked at in between.
   *
   * @param kind is asked about the task that would run next
   * @return that task, or null if it is of another kind or the loop has to look around first
   */
  public @Nullable Runnable takeNextIf(Predicate<Runnable> kind) {
    ArrayDeque<Runnable> queue = due.isEmpty() ? ready : due;
    Runnable next = queue.peek();
    if (next == null || stopped || !kind.test(next)) {
      return null;
    }
    if ((queue == ready && leftOfReady <= 0 && !beginTurnInPlace()) || isBatchOver()) {
      return null;
    }
    if (queue == ready) {
      leftOfReady--;
    }
    queue.poll();
    return next;
  }

  /**
   * Begins the next turn here if the way through the loop would do nothing in between. The batch
   * limit goes on, so the way is gone after it at the latest.
   */
  private boolean beginTurnInPlace() {
    if (order != CallbackOrder.FIFO || !inbox.isEmpty()) {
      return false;
    }
    boolean watchers = poller.hasWatchers();
    if (!timers.isEmpty() || watchers) {
      long now = clock.nanoTime();
      if (timers.firstDue(now) != null || (watchers && isPollDue(now))) {
        return false;
      }
    }
    leftOfReady = ready.size();
    return true;
  }

  /**
   * Arms a timer.
   *
   * @param delayNanos nanoseconds from now; zero or less is due at the next turn
   * @param action runs on the loop's thread; must neither block nor throw nor run user code
   * @return the timer
   */
  public Timer schedule(long delayNanos, Runnable action) {
    return scheduleAt(deadlineIn(delayNanos), action);
  }

  /**
   * Arms a timer for a moment.
   *
   * @param deadlineNanos on the scale of {@link #nanoTime}
   * @param action runs on the loop's thread; must neither block nor throw nor run user code
   * @return the timer
   */
  public Timer scheduleAt(long deadlineNanos, Runnable action) {
    return add(deadlineNanos, true, action);
  }

  /**
   * Arms a timer that does not count: a loop with nothing else to do is drained. gevent's {@code
   * ref=False}.
   *
   * @param delayNanos nanoseconds from now; zero or less is due at the next turn
   * @param action runs on the loop's thread; must neither block nor throw nor run user code
   * @return the timer
   */
  public Timer scheduleUnreferenced(long delayNanos, Runnable action) {
    return add(deadlineIn(delayNanos), false, action);
  }

  private Timer add(long deadlineNanos, boolean counts, Runnable action) {
    Timer timer = new Timer(this, deadlineNanos, timerSequence++, counts, action);
    timers.add(timer);
    return timer;
  }

  /**
   * The moment after a delay, for {@link #scheduleAt}. Safe for use from any thread.
   *
   * @param delayNanos nanoseconds from now; negative counts as zero, and at most {@link
   *     Clock#LONGEST_WAIT_NANOS} count
   * @return the moment on the scale of {@link #nanoTime}
   */
  public long deadlineIn(long delayNanos) {
    return clock.nanoTime() + Math.clamp(delayNanos, 0, Clock.LONGEST_WAIT_NANOS);
  }

  boolean cancel(Timer timer) {
    return timers.remove(timer);
  }

  /**
   * Starts to look after a channel; see {@link Poller#watch}.
   *
   * @param channel a channel in non-blocking mode
   * @return its watcher
   */
  public IoWatcher watch(SelectableChannel channel) {
    return poller.watch(channel);
  }

  /**
   * The watcher that {@link #watch} has made for a channel.
   *
   * @param channel any channel
   * @return its watcher, or null if the channel is not watched or is closed
   */
  public @Nullable IoWatcher watcherOf(SelectableChannel channel) {
    return poller.watcherOf(channel);
  }

  /**
   * The time of this loop's clock.
   *
   * @return nanoseconds since an arbitrary origin
   */
  public long nanoTime() {
    return clock.nanoTime();
  }

  /**
   * Counts a piece of work elsewhere, such as on another thread, that will come back to this loop.
   * Meanwhile the loop is not drained, and its clock does not jump. Safe for use from any thread.
   */
  public void ref() {
    references.incrementAndGet();
  }

  /**
   * Ends what {@link #ref} began. Safe for use from any thread.
   *
   * @throws IllegalStateException if nothing is counted
   */
  public void unref() {
    int left = references.decrementAndGet();
    if (left < 0) {
      references.incrementAndGet();
      throw new IllegalStateException(
          "unref without ref: nothing is counted; call ref when the work begins");
    }
    if (left == 0) {
      boolean _ = post(() -> {}); // so that a sleeping loop looks again
    }
  }

  /**
   * How much work elsewhere is counted. Safe for use from any thread.
   *
   * @return 0 or more
   */
  public int references() {
    return references.get();
  }

  /**
   * Whether anybody waits for a channel. Meanwhile the loop is not drained, and its clock does not
   * jump.
   *
   * @return true if a channel can make the loop go on
   */
  public boolean waitsForChannels() {
    return poller.hasWaits();
  }

  /**
   * Whether the loop, left to itself, has nothing to do any more: nothing is ready, no counted
   * timer is pending, no work elsewhere is counted and nobody waits for a channel.
   *
   * @return true if only a call from another thread can make the loop go on
   */
  public boolean isDrained() {
    return ready.isEmpty()
        && due.isEmpty()
        && timers.isDrained()
        && references.get() == 0
        && !poller.hasWaits()
        && inbox.isEmpty();
  }

  /**
   * How many pieces of work have run: each turn of a greenlet and each callback is one. Read from
   * another thread, the answer may be old.
   *
   * @return a number that only grows
   */
  public long runs() {
    return runs;
  }

  /**
   * How often the loop has asked which channels are ready: a system call each time. Any thread;
   * from another one the answer may be old.
   *
   * @return a number that only grows
   */
  public long polls() {
    return polls;
  }

  /**
   * How much work is ready.
   *
   * @return 0 or more
   */
  public int readyTasks() {
    return ready.size() + due.size();
  }

  /**
   * Whether the loop sleeps because it has nothing to do. Safe for use from any thread.
   *
   * @return true until something wakes it
   */
  public boolean isSleeping() {
    return sleep != RUNNING;
  }

  /**
   * Whether the loop sleeps with nothing to do at all: only a call from another thread can make it
   * go on. Safe for use from any thread.
   *
   * @return true until something wakes it
   */
  public boolean isIdle() {
    return sleep == IDLE;
  }

  /**
   * Whether the loop's clock reads another time than the JDK's timed calls do. Safe for use from
   * any thread.
   *
   * @return true in a simulation
   */
  public boolean isSimulated() {
    return clock.isSimulated();
  }

  /**
   * Whether a thread is in {@link #run}. Safe for use from any thread.
   *
   * @return true while the loop is driven
   */
  public boolean isDriven() {
    return driven;
  }

  /**
   * How late timers have fired. Read from another thread, the answer may be old.
   *
   * @return a snapshot
   */
  public LagHistogram lateness() {
    return new LagHistogram(lateness);
  }

  /**
   * How many timers are pending.
   *
   * @return the number of armed timers
   */
  public int pendingTimers() {
    return timers.size();
  }

  /**
   * How many of the pending timers count as something to do: those that {@link
   * #scheduleUnreferenced} did not arm.
   *
   * @return 0 to {@link #pendingTimers}
   */
  public int referencedTimers() {
    return timers.counting();
  }

  /**
   * Gives up the loop for good: it must not run any more.
   *
   * @param leftOver gets every task that was still waiting; later {@link #post}s return false
   * @param leftOverTimer gets the action of every pending timer and the nanoseconds until it is due
   */
  public void close(Consumer<Runnable> leftOver, ObjLongConsumer<Runnable> leftOverTimer) {
    inbox.close(leftOver);
    due.forEach(leftOver);
    due.clear();
    ready.forEach(leftOver);
    ready.clear();
    long now = clock.nanoTime();
    while (timers.first() != null) {
      Timer timer = timers.removeFirst();
      leftOverTimer.accept(timer::fire, timer.deadlineNanos - now);
    }
    poller.close();
  }

  private void fireDueTimers() {
    if (timers.isEmpty()) {
      batchEndNanos = 0;
      return;
    }
    long now = clock.nanoTime();
    batchEndNanos = now + batchLimitNanos;
    tail = due;
    for (Timer first = timers.firstDue(now); first != null; first = timers.firstDue(now)) {
      Timer fired = timers.removeFirst();
      lateness[Long.SIZE - Long.numberOfLeadingZeros(now - fired.deadlineNanos)]++;
      run(fired::fire);
    }
    tail = ready;
  }

  private void runBatch() {
    leftOfReady = ready.size();
    batchOver = false;
    if (order != CallbackOrder.FIFO) {
      arrangeReady();
    }
    while (!stopped) {
      Runnable task;
      if (!due.isEmpty()) {
        task = due.poll();
      } else if (leftOfReady > 0) {
        leftOfReady--;
        task = ready.poll();
      } else {
        return;
      }
      run(task);
      if (isBatchOver()) {
        return;
      }
    }
  }

  /** Puts the work of a simulated turn into its order. */
  private void arrangeReady() {
    List<Runnable> left = new ArrayList<>(ready);
    ready.clear();
    while (left.size() > 1) {
      ready.add(left.remove(order.next(left.size())));
    }
    ready.addAll(left);
  }

  /**
   * Counts something that ran within a task of this turn, and tells whether the turn is over: for
   * tasks that do the work of many.
   *
   * @return true once the batch has run for longer than its limit; the rest belongs into a later
   *     turn
   */
  public boolean isBatchOver() {
    runs++;
    if (!batchOver && --runsToClockCheck <= 0) {
      lookAtTheClock();
    }
    return batchOver;
  }

  private void lookAtTheClock() {
    long now = clock.nanoTime();
    // Where single runs take long, each one is followed by a look.
    boolean coarse = now - clockCheckedAtNanos > batchLimitNanos / RUNS_PER_CLOCK_CHECK;
    runsToClockCheck = coarse ? 1 : RUNS_PER_CLOCK_CHECK;
    clockCheckedAtNanos = now;
    if (batchEndNanos == 0) {
      batchEndNanos = now + batchLimitNanos;
    } else {
      batchOver = now - batchEndNanos >= 0;
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable fault) {
      onError.accept(fault);
    }
  }

  private void poll() {
    if (!ready.isEmpty() || !due.isEmpty()) {
      if (poller.hasWatchers() && isPollDue()) {
        pollNow();
      }
      return;
    }
    boolean drained = isDrained();
    long patience = drained ? onDrained.getAsLong() : Long.MAX_VALUE;
    if (patience == 0) {
      return;
    }
    Timer next = timers.first();
    if (next == null) {
      sleep(patience, drained ? IDLE : PARKED);
    } else {
      waitFor(next, patience);
    }
  }

  private void waitFor(Timer next, long patience) {
    long wait = next.deadlineNanos - clock.nanoTime();
    if (wait <= 0) {
      if (poller.hasWatchers() && isPollDue()) {
        pollNow();
      }
    } else if (isWorkElsewhere() && clock.isSimulated()) {
      waitBesideSimulatedTime(next, wait);
    } else if (isWorkElsewhere() || !clock.jumpTo(next.deadlineNanos)) {
      sleep(Math.min(wait, patience), PARKED);
    }
  }

  /**
   * Nobody knows when work elsewhere comes back, so the timer is due after as much real time, or
   * when the channels have been silent for long enough; if something comes first, no simulated time
   * has passed.
   */
  private void waitBesideSimulatedTime(Timer next, long nanos) {
    long patience = references.get() > 0 ? nanos : Math.min(nanos, Math.max(1, clock.quietNanos()));
    long end = SystemClock.INSTANCE.nanoTime() + patience;
    for (long left = patience; left > 0; left = end - SystemClock.INSTANCE.nanoTime()) {
      sleep(left, PARKED);
      if (stopped || !ready.isEmpty() || !inbox.isEmpty()) {
        return;
      }
    }
    boolean _ = clock.jumpTo(next.deadlineNanos);
  }

  /** Whether something may come from outside before the next timer is due. */
  private boolean isWorkElsewhere() {
    return poller.hasWaits() || references.get() > 0 || !inbox.isEmpty();
  }

  /**
   * Looks at the channels out of turn: the watchers of those that are ready are told before this
   * returns, and channels that were given up are free. For whoever must know now whether a channel
   * is ready. On the loop's thread, in a task or a greenlet.
   */
  public void look() {
    if (poller.hasWatchers()) {
      pollNow();
    }
  }

  private void pollNow() {
    poll(0);
  }

  private void poll(long nanos) {
    polls++;
    try {
      poller.poll(nanos);
    } catch (Throwable fault) {
      onError.accept(fault);
    }
  }

  private void lookForClosed() {
    try {
      poller.lookForClosed();
    } catch (Throwable fault) {
      onError.accept(fault);
    }
  }

  private boolean isPollDue() {
    long now = clock.nanoTime();
    if (!isPollDue(now)) {
      return false;
    }
    runsAtPoll = runs;
    polledAtNanos = now;
    return true;
  }

  private boolean isPollDue(long now) {
    return runs - runsAtPoll >= RUNS_PER_POLL || now - polledAtNanos >= NANOS_PER_POLL;
  }

  private void sleep(long nanos, int parked) {
    boolean channels = poller.hasWatchers();
    if (channels) {
      if (nanos < FINE_WAIT_NANOS) {
        pollNow(); // the sleep itself is too short to hear of channels
      } else {
        lookForClosed();
      }
      if (!ready.isEmpty()) {
        return;
      }
      channels = nanos >= FINE_WAIT_NANOS;
    }
    SLEEP.setVolatile(this, channels ? POLLING : parked);
    if (inbox.isEmpty()) {
      if (channels) {
        poll(nanos);
      } else if (nanos == Long.MAX_VALUE) {
        Parking.park();
      } else {
        Parking.parkNanos(nanos);
      }
    }
    SLEEP.setVolatile(this, RUNNING);
    if (Thread.interrupted()) {
      interrupted = true;
      stopped = true;
    }
  }
}
