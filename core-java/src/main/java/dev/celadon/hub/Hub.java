package dev.celadon.hub;

import dev.celadon.loop.Clock;
import dev.celadon.loop.EventLoop;
import dev.celadon.loop.SelectorPoller;
import dev.celadon.loop.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs greenlets on one thread, one at a time, in the order in which they became ready.
 *
 * <p>A hub belongs to a thread. There are three ways to have one:
 *
 * <ul>
 *   <li>{@link #run} makes its body the first greenlet of a new hub on the calling thread, and ends
 *       with it. What programs and tests should do.
 *   <li>{@link #current} on a plain thread makes that thread's own hub. It runs whenever the thread
 *       waits in a call of Celadon, and stands still in between: nothing happens behind the
 *       thread's back.
 *   <li>{@link #start} runs a hub on a daemon thread of its own, until {@link #close}. For servers,
 *       and beside other frameworks.
 * </ul>
 *
 * <p>Safe for use from any thread, but for what says otherwise.
 */
public final class Hub implements Executor, AutoCloseable {
  /*
   * The hub's parts: the loop has the order and the time, the carrier runs threads on the loop's thread, the lane runs callbacks;
   * beside them the greenlets that live, the way to the end, and the watch for a hub on which nothing can run any more.
   */

  /** A deadline that is no deadline. */
  private static final long NOW = Long.MIN_VALUE;

  /**
   * Depth for deep recursion in greenlets costs only address space: a mounted greenlet runs on this
   * stack.
   */
  private static final long STACK_BYTES = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

  private final HubOptions options;
  private final Thread thread;

  /** The thread exists for this hub, as opposed to a plain thread that drives it when it waits. */
  private final boolean ownsThread;

  private final EventLoop loop;
  private final Carrier carrier;
  private final Lane lane;
  private final DeadlockWatch deadlock;
  private final HubLife life = new HubLife(this);

  /** Who waits until the hub has nothing to do. */
  private final WaitQueue joiners = new WaitQueue(this);

  /** Who is told that nothing can run any more. Written before the hub runs. */
  private Strand principal;

  /** Written by any thread under the lock of {@code joiners}; null without observers. */
  private volatile @Nullable Observers observers;

  private final LiveGreenlets live = new LiveGreenlets();

  /** Confined to the hub. */
  private boolean toldOfEscape;

  /** Confined to the hub's thread. */
  private boolean retired;

  /** The values of {@link HubLocal}s, by slot. Confined to the hub. */
  private @Nullable Object[] locals = new Object[4];

  private Hub(HubOptions options, Thread thread, boolean ownsThread) {
    CarrierMode mode = CarrierMode.chosen();
    this.options = options;
    this.thread = thread;
    this.ownsThread = ownsThread;
    this.loop =
        new EventLoop(
            options.clock(),
            new SelectorPoller(),
            options.order(),
            Clock.waitNanos(options.batchLimit()),
            this::reportFault,
            this::drained);
    this.carrier =
        mode.kind() == CarrierMode.Kind.DIRECT
            ? new DirectCarrier(this, thread, mode)
            : new PortableCarrier(this, thread, mode);
    this.lane = new Lane(this);
    this.principal = ownsThread ? ThreadStrand.unstarted(thread) : ThreadStrand.of(thread);
    this.deadlock = new DeadlockWatch(this, ownsThread ? LoopExit.When.NEVER : options.loopExit());
    Registry.add(this);
    HubExtensions.opened(this);
  }

  // --- Having a hub

  /**
   * The hub of the calling greenlet, or the calling thread's own, which is made at the first call.
   *
   * @return the hub on which {@code spawn} would spawn
   * @throws IllegalStateException on a virtual thread that belongs to no hub: it cannot drive one
   */
  public static Hub current() {
    Strand strand = Strand.current();
    Hub hub = strand.hubOrNull();
    if (hub != null) {
      return hub;
    }
    Thread thread = Thread.currentThread();
    if (thread.isVirtual()) {
      throw new IllegalStateException(
          "the virtual thread "
              + thread
              + " belongs to no hub and cannot drive one: use Hub.start(name) and spawn on that"
              + " hub");
    }
    Hub own = new Hub(HubOptions.defaults().withName("hub of " + thread.getName()), thread, false);
    ((ThreadStrand) strand).drives(own);
    return own;
  }

  /**
   * The hub of the calling greenlet or thread, if there is one.
   *
   * @return the hub, or null; never makes one
   */
  public static @Nullable Hub currentOrNull() {
    return Strand.current().hubOrNull();
  }

  /**
   * Runs a program: {@code body} is the first greenlet of a new hub on the calling thread, whose
   * own hub, if it has one, stands still meanwhile. When it ends, the greenlets that still live are
   * killed, and the hub is closed.
   *
   * @param body the program
   * @param <T> the type of its result
   * @return what the body returned
   * @throws Exception what the body threw, unchanged
   * @throws IllegalStateException in a greenlet, which has a hub already, or on another virtual
   *     thread, which cannot drive one
   */
  public static <T> T run(Callable<? extends T> body) throws Exception {
    return run(HubOptions.defaults(), body);
  }

  /**
   * Runs a program without a result; see {@link #run(Callable)}.
   *
   * @param body the program
   * @throws Exception what the body threw, unchanged
   */
  public static void run(Body body) throws Exception {
    run(HubOptions.defaults(), body);
  }

  /**
   * Runs a program without a result; see {@link #run(Callable)}.
   *
   * @param options how the hub is made
   * @param body the program
   * @throws Exception what the body threw, unchanged
   */
  public static void run(HubOptions options, Body body) throws Exception {
    Objects.requireNonNull(body, "body");
    Callable<@Nullable Void> program =
        () -> {
          body.run();
          return null;
        };
    run(options, program);
  }

  /**
   * Runs a program; see {@link #run(Callable)}.
   *
   * @param options how the hub is made
   * @param body the program
   * @param <T> the type of its result
   * @return what the body returned
   * @throws Exception what the body threw, unchanged
   */
  public static <T extends @Nullable Object> T run(HubOptions options, Callable<? extends T> body)
      throws Exception {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(body, "body");
    Thread thread = Thread.currentThread();
    if (thread.isVirtual()) {
      throw new IllegalStateException(
          "Hub.run needs a platform thread to drive the new hub, but "
              + Strand.current()
              + " is a virtual thread: inside a greenlet just call the body; elsewhere use"
              + " Hub.start(name)");
    }
    ThreadStrand strand = ThreadStrand.of(thread);
    Hub previous = strand.hubOrNull();
    Hub hub = new Hub(options, thread, false);
    strand.drives(hub);
    try {
      MainGreenlet<T> main = new MainGreenlet<>(hub, body);
      hub.principal = main;
      try {
        main.startAndWait();
      } finally {
        hub.close();
      }
      return main.result();
    } finally {
      strand.drives(previous);
    }
  }

  /**
   * Starts a hub on a daemon thread of its own.
   *
   * @param name names the hub and its thread
   * @return the running hub
   */
  public static Hub start(String name) {
    return start(HubOptions.defaults().withName(name));
  }

  /**
   * Starts a hub on a daemon thread of its own.
   *
   * @param options how the hub is made
   * @return the running hub
   */
  public static Hub start(HubOptions options) {
    Objects.requireNonNull(options, "options");
    Hub[] made = new Hub[1];
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(options.name())
            .stackSize(STACK_BYTES)
            .unstarted(() -> made[0].runOwnThread());
    made[0] = new Hub(options, thread, true);
    thread.start();
    return made[0];
  }

  private void runOwnThread() {
    ((ThreadStrand) principal).begin(this);
    while (!life.hasEnded()) {
      boolean _ = loop.run(); // an interrupt means nothing here
    }
    retire();
  }

  // --- Running things

  /**
   * Spawns a greenlet that nobody can wait for, behind everything that is ready. gevent's {@code
   * spawn_raw}. Never switches.
   *
   * @param body what it does; what it throws goes to the error handler
   * @return the greenlet
   * @throws HubClosedException after the hub's end
   */
  public RawGreenlet spawnRaw(Runnable body) {
    PlainGreenlet greenlet = new PlainGreenlet(this, Objects.requireNonNull(body, "body"));
    greenlet.start();
    return greenlet;
  }

  /**
   * Runs a task in a greenlet of its own: this hub as the executor of other libraries. Never
   * switches.
   *
   * @param task may block
   * @throws HubClosedException after the hub's end
   */
  @Override
  public void execute(Runnable task) {
    spawnRaw(Objects.requireNonNull(task, "task"));
  }

  /**
   * Runs a short callback in the lane, behind everything that is ready. Cheaper than a greenlet; it
   * must not wait in a call of Celadon. Never switches.
   *
   * @param callback what it throws goes to the error handler
   * @throws HubClosedException after the hub's end
   */
  public void runCallback(Runnable callback) {
    if (!submit(new LaneTask(lane, Objects.requireNonNull(callback, "callback")))) {
      throw new HubClosedException(this, "run a callback");
    }
  }

  /**
   * Runs a short callback in the lane when its time has come. Never switches.
   *
   * @param delayNanos nanoseconds from now; zero or less is due at the hub's next turn
   * @param callback what it throws goes to the error handler
   * @return the handle to cancel it
   * @throws HubClosedException after the hub's end
   */
  public LaneTimer runCallbackLater(long delayNanos, Runnable callback) {
    LaneTimer timer = new LaneTimer(this, Objects.requireNonNull(callback, "callback"));
    long deadline = loop.deadlineIn(delayNanos);
    if (inHub()) {
      requireOpen("run a callback");
      timer.arm(deadline);
    } else if (life.hasEnded() || !post(() -> timer.arm(deadline))) {
      throw new HubClosedException(this, "run a callback");
    }
    return timer;
  }

  /**
   * Threads that are greenlets of this hub, for libraries that want to make threads: unstarted
   * virtual threads, whose start schedules their first turn.
   *
   * @return a factory, usable from any thread
   */
  public ThreadFactory threadFactory() {
    return body -> {
      Objects.requireNonNull(body, "body");
      requireOpen("make a thread");
      return new PlainGreenlet(this, body).unstartedThread();
    };
  }

  /**
   * Hands a task to the loop from any thread: it runs on the bare thread of the hub, outside every
   * greenlet. For the floors above.
   *
   * @param task must neither block nor throw nor run user code
   * @return false if the hub is closed: the task will never run
   */
  public boolean submit(Runnable task) {
    Objects.requireNonNull(task, "task");
    if (life.hasEnded()) {
      return false;
    }
    if (!inHub()) {
      return post(task);
    }
    loop.enqueue(task);
    return true;
  }

  boolean post(Runnable task) {
    return loop.post(task);
  }

  /** Schedules a first turn, from any thread. */
  void launch(RawGreenlet greenlet) {
    launch(new Launch(this, greenlet, NOW));
  }

  /** Schedules a first turn for later, from any thread. */
  void launchLater(RawGreenlet greenlet, long delayNanos) {
    launch(new Launch(this, greenlet, loop.deadlineIn(delayNanos)));
  }

  private void launch(Launch launch) {
    if (inHub()) {
      requireOpen("spawn a greenlet");
      launch.run();
      return;
    }
    boolean isTooLate = isClosed() && !(launch.greenlet() instanceof Closer);
    if (isTooLate || !post(launch)) {
      throw new HubClosedException(this, "spawn a greenlet");
    }
  }

  /** A greenlet on its way to its hub. */
  private record Launch(Hub hub, RawGreenlet greenlet, long deadlineNanos) implements Runnable {
    @Override
    public void run() {
      if (!greenlet.isWaitingForFirstTurn()) {
        return; // killed here while its start was on the way from another thread
      }
      if (hub.hasEnded()) {
        greenlet.deliver(hub.tooLate(), 0);
        return;
      }
      hub.live.add(greenlet);
      FirstTurn turn = new FirstTurn(greenlet);
      if (deadlineNanos == NOW) {
        hub.loop.enqueue(turn);
      } else {
        greenlet.timer = hub.loop.scheduleAt(deadlineNanos, () -> hub.loop.enqueue(turn));
      }
    }
  }

  private void requireOpen(String action) {
    if (life.hasEnded()) {
      throw new HubClosedException(this, action);
    }
  }

  // --- Nothing to do

  /**
   * Counts a piece of work outside of this hub that will come back to it: no {@link LoopExit} and
   * no jump of a virtual clock meanwhile. Any thread; never switches.
   */
  public void ref() {
    loop.ref();
  }

  /**
   * Ends what {@link #ref} began, after the work has come back. Any thread; never switches.
   *
   * @throws IllegalStateException if nothing is counted
   */
  public void unref() {
    loop.unref();
  }

  /**
   * Waits until the hub has nothing to do any more: whoever still lives waits, too, and nothing is
   * timed, watched or counted. gevent's {@code hub.join()} and {@code gevent.wait()}. Switches.
   *
   * @param timeout time to wait at most; it does not count as something to do; zero or negative
   *     looks once everything that is ready has had its turn
   * @return true if the hub has run out of work, false if time was over first
   * @throws IllegalStateException outside of this hub
   */
  public boolean join(Duration timeout) {
    if (!inHub()) {
      throw new IllegalStateException(
          Strand.current()
              + " is not in "
              + this
              + ", whose end of work only its own greenlets can wait for: call join in one of"
              + " them");
    }
    Waiter waiter = Waiter.current();
    long nanos = Clock.waitNanos(timeout);
    joiners.lock();
    joiners.add(waiter);
    joiners.unlock();
    Timer timer = null;
    if (nanos == 0) {
      loop.enqueue(() -> lookOnce(waiter)); // a timer would be due before what is ready
    } else if (nanos != Long.MAX_VALUE) {
      timer = loop.scheduleUnreferenced(nanos, waiter);
    }
    try {
      return waiter.await();
    } finally {
      joiners.forget(waiter);
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  private void lookOnce(Waiter waiter) {
    if (loop.isDrained()) {
      boolean _ = grantJoiners();
    }
    waiter.run();
  }

  /** The loop's question before it sleeps with nothing to do. */
  private long drained() {
    return grantJoiners() ? 0 : deadlock.drained();
  }

  private boolean grantJoiners() {
    joiners.lock();
    Waiter granted = joiners.grantAll(null);
    joiners.unlock();
    WaitQueue.wakeAll(granted);
    return granted != null;
  }

  Strand principal() {
    return principal;
  }

  /** As opposed to a plain thread's own hub, which stands still while the thread does not wait. */
  boolean runsByItself() {
    return ownsThread || principal instanceof MainGreenlet;
  }

  // --- The end

  /**
   * Begins the end: other threads' spawns are refused from now on, and no greenlet survives.
   * Returns at once. Does nothing the second time.
   *
   * <p>The hub of a plain thread needs that thread to wait once more, in {@link #close} for
   * instance.
   */
  public void shutdown() {
    if (life.begin()) {
      new Closer(this).start();
    }
  }

  /**
   * Ends the hub: runs the hooks of {@link #onClose}, kills all greenlets, waits for their ends
   * (for the {@code closeTimeout} of its options at most, after which those that swallowed the kill
   * are named in the log and left behind) and stops. Switches, or blocks the calling thread, until
   * the hub has ended. Does nothing the second time.
   *
   * @throws IllegalStateException in a greenlet of this hub, which cannot survive it: use {@link
   *     #shutdown}; and from another thread than its own for the hub of a plain thread, which runs
   *     only while that thread waits
   */
  @Override
  public void close() {
    Strand strand = Strand.current();
    if (strand instanceof RawGreenlet greenlet && greenlet.hub() == this) {
      throw new IllegalStateException(
          strand
              + " cannot wait for the end of its own hub: call shutdown(), which returns at once");
    }
    if (!ownsThread && Thread.currentThread() != thread && !life.hasEnded()) {
      throw new IllegalStateException(
          this + " runs only while " + thread + " waits, so only that thread can close it");
    }
    Waiter first = Waiter.current(); // refused in a callback, before anything has begun
    shutdown();
    boolean interrupted = false;
    while (!life.awaitEnd(first.isWaiting() ? first : Waiter.current())) {
      interrupted |= Thread.interrupted(); // half a close would leave greenlets behind for ever
    }
    if (Thread.currentThread() == thread) {
      retire();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Whether the hub has ended, or is about to.
   *
   * @return true from {@link #shutdown} on
   */
  public boolean isClosed() {
    return !life.isOpen();
  }

  /**
   * Registers something to do before the greenlets are killed, such as closing what they wait for.
   * The hooks run in a greenlet of the hub, the last one first, and may wait.
   *
   * @param hook what it throws goes to the error handler
   * @return a handle that takes the hook back
   * @throws HubClosedException if the end has begun
   */
  public Runnable onClose(Runnable hook) {
    Objects.requireNonNull(hook, "hook");
    life.addHook(hook);
    return () -> life.removeHook(hook);
  }

  /** The closer's call: everybody is dead, or given up. */
  void finish() {
    life.end();
    loop.enqueue(loop::stop);
  }

  /** The last act of the hub's thread, outside of the loop. */
  void retire() {
    if (!retired) {
      retired = true;
      lane.close();
      carrier.close();
      loop.close(
          this::afterTheEnd,
          (action, nanos) -> Reaper.schedule(action, nanos, TimeUnit.NANOSECONDS));
    }
  }

  /** What came too late for the loop: nobody who was accepted is left without an end. */
  private void afterTheEnd(Runnable late) {
    switch (late) {
      case FirstTurn turn -> turn.greenlet().deliver(tooLate(), 0);
      case Launch launch -> launch.greenlet().deliver(tooLate(), 0);
      case LaneTask task -> Thread.startVirtualThread(() -> lane.run(task.callback));
      default -> Reaper.execute(late);
    }
  }

  private GreenletExit tooLate() {
    return new GreenletExit(this + " is closed");
  }

  // --- What the other classes of this floor need

  /**
   * Runs the loop on the thread that owns the hub, until its turn comes; true if it was interrupted
   * instead.
   */
  boolean drive() {
    return loop.run();
  }

  Carrier carrier() {
    return carrier;
  }

  Lane lane() {
    return lane;
  }

  /** A greenlet has its first turn: one that somebody else has started is live from now on. */
  void enroll(RawGreenlet greenlet) {
    if (greenlet != lane) {
      live.enroll(greenlet);
    }
  }

  LiveGreenlets liveOnes() {
    return live;
  }

  /**
   * The greenlets that were started and have not ended. In the hub only.
   *
   * @return a snapshot, in the order in which they were started
   */
  public List<RawGreenlet> live() {
    return live.snapshot();
  }

  /** Tells the error handler; in a greenlet. */
  void report(String source, Throwable failure) {
    try {
      options.errorHandler().handle(source, failure);
    } catch (Throwable second) {
      second.addSuppressed(failure);
      LOG.error("the error handler of {} failed on the failure of {}", this, source, second);
    }
  }

  /**
   * Tells the error handler of a failure that nobody else takes: in the calling greenlet if that is
   * one of this hub, else in one of its own. For the floors above. Any thread; switches if the
   * handler waits.
   *
   * @param source what failed
   * @param failure what it threw
   */
  public void reportFailure(String source, Throwable failure) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(failure, "failure");
    if (inHub() && Strand.current() instanceof RawGreenlet && !inLane()) {
      report(source, failure);
    } else {
      reportAside(source, failure);
    }
  }

  /** Tells the error handler in a greenlet of its own, because the caller must not wait for it. */
  void reportAside(String source, Throwable failure) {
    try {
      PlainGreenlet.ours(this, () -> report(source, failure)).start();
    } catch (HubClosedException e) {
      report(source, failure);
    }
  }

  /** A wait of the JDK does not follow the simulated clock: tells of the first one. */
  void escaped() {
    if (!toldOfEscape) {
      toldOfEscape = true;
      PlainGreenlet.ours(this, this::reportEscape).start();
    }
  }

  private void reportEscape() {
    StringBuilder waiters = new StringBuilder();
    for (RawGreenlet greenlet : live()) {
      Thread thread = greenlet.thread();
      if (greenlet.waiting == null && thread != null && thread != Thread.currentThread()) {
        waiters.append(greenlet);
        for (StackTraceElement frame : thread.getStackTrace()) {
          waiters.append("\n    at ").append(frame);
        }
      }
    }
    report("the simulation", new EscapedWaitException(this, waiters.toString()));
  }

  /** Something threw on the bare thread of the hub, where nothing may. */
  private void reportFault(Throwable fault) {
    reportAside("bug in Celadon, please report: " + this, fault);
  }

  // --- Facts

  /**
   * The value that this hub has of a kind, made at its first use. In the hub only.
   *
   * @param local which one
   * @param <T> its type
   * @return the value
   */
  public <T> T get(HubLocal<T> local) {
    if (local.slot >= locals.length) {
      locals = Arrays.copyOf(locals, Math.max(local.slot + 1, locals.length * 2));
    }
    @SuppressWarnings("unchecked")
    T value = (T) locals[local.slot];
    if (value == null) {
      value = local.initial.apply(this);
      locals[local.slot] = value;
    }
    return value;
  }

  /**
   * The loop under this hub, for the floors above. Confined to the hub.
   *
   * @return the loop
   */
  public EventLoop loop() {
    return loop;
  }

  /**
   * Whether the calling code has the hub for itself: it runs in one of its greenlets or callbacks,
   * or on the thread that drives it.
   *
   * @return true if nothing else of this hub can run until the caller waits
   */
  public boolean inHub() {
    return carrier.isCurrent();
  }

  /**
   * Whether the calling code is a callback of this hub, which must not wait.
   *
   * @return true in the lane
   */
  public boolean inLane() {
    return lane.isRunningHere();
  }

  /**
   * How greenlets run in this JVM, and why so.
   *
   * @return the mode, the same for all hubs
   */
  public CarrierMode carrierMode() {
    return carrier.mode();
  }

  /**
   * How many greenlets were started and have not ended. In the hub only.
   *
   * @return the number of live greenlets
   */
  public int liveGreenlets() {
    return live.size();
  }

  /**
   * Figures of this hub. Any thread; from another thread than the hub's they may be a moment old.
   *
   * @return a snapshot
   */
  public HubStatistics statistics() {
    return new HubStatistics(
        live.size(),
        live.spawned(),
        loop.runs(),
        loop.readyTasks(),
        loop.pendingTimers(),
        loop.references(),
        loop.lateness());
  }

  /**
   * The hubs of this JVM that have not ended.
   *
   * @return a snapshot
   */
  public static List<Hub> all() {
    return Registry.open();
  }

  /**
   * The thread that holds this hub at the moment. Any thread; for monitors: the answer may be old
   * at once, so ask twice.
   *
   * @return the thread of the greenlet or the lane that has its turn; null if the hub is between
   *     turns, or if the thread is not one of its live greenlets
   */
  public @Nullable Thread running() {
    return carrier.running();
  }

  /**
   * The greenlet of a thread.
   *
   * @param thread any thread
   * @return the greenlet whose body runs in it, or null
   */
  public static @Nullable RawGreenlet greenletOf(Thread thread) {
    return thread.getUncaughtExceptionHandler() instanceof Tie tie && tie.thread == thread
        ? tie.greenlet
        : null;
  }

  /**
   * Begins to tell somebody of this hub's greenlets. Any thread; never switches.
   *
   * @param observer see there what it may do
   */
  public void addObserver(HubObserver observer) {
    Objects.requireNonNull(observer, "observer");
    joiners.lock();
    Observers before = observers;
    observers = before == null ? new Observers(this, observer) : before.with(observer);
    joiners.unlock();
  }

  /**
   * Ends what {@link #addObserver} began; ignores an unknown one. Any thread; never switches.
   *
   * @param observer what was given to {@code addObserver}
   */
  public void removeObserver(HubObserver observer) {
    joiners.lock();
    Observers before = observers;
    observers = before == null ? null : before.without(observer);
    joiners.unlock();
  }

  @Nullable Observers observers() {
    return observers;
  }

  /** The hub on which the virtual thread that calls this has its turn, or null. */
  static @Nullable Hub runningHubOf(Thread caller) {
    if (CarrierMode.chosen().kind() == CarrierMode.Kind.DIRECT) {
      return DirectCarrier.hubOf(caller);
    }
    for (Hub hub : Registry.open()) {
      if (hub.running() == caller) {
        return hub;
      }
    }
    return null;
  }

  /** Whether a thread drives a hub that sleeps with nothing to do: its time limit is no work. */
  static boolean isIdleDriver(Thread thread) {
    for (Hub hub : Registry.open()) {
      if (hub.thread == thread && hub.loop.isIdle()) {
        return true;
      }
    }
    return false;
  }

  /** The platform thread on which this hub's loop runs. */
  Thread thread() {
    return thread;
  }

  /**
   * The name from the hub's options.
   *
   * @return the name
   */
  public String name() {
    return options.name();
  }

  HubLife life() {
    return life;
  }

  boolean hasEnded() {
    return life.hasEnded();
  }

  HubOptions options() {
    return options;
  }

  @Override
  public String toString() {
    return "Hub[" + options.name() + "]";
  }
}
