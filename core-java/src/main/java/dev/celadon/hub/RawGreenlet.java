package dev.celadon.hub;

import dev.celadon.loop.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a hub knows of a greenlet: a body that takes turns with all the others of its hub, on one
 * thread.
 *
 * <p>It has no result and nobody is told of its end; the floors above add that. Made by {@link
 * Hub#spawnRaw}, or by extending this class.
 *
 * <p>{@link #isReady} and the plain facts are safe for use from any thread.
 */
public abstract non-sealed class RawGreenlet extends Strand {
  /*
   * phase        what it means                                      left by
   * NEW          made                                               start -> SCHEDULED; kill -> ENDED
   * SCHEDULED    on its way to its first turn                       the first turn -> STARTED; kill -> ENDED
   * STARTED      has a thread                                       its end -> ENDED
   * ENDED        over; never ran if it came straight from above
   *
   * Something is thrown into a STARTED greenlet, always on its hub, so that it cannot run meanwhile:
   *
   *   it waits in a call of ours             its waiter ends with the thrown thing
   *   it waits in a call of the JDK          the thrown thing stays pending, and its thread is interrupted
   *   it is ready, or blocked on a monitor   the thrown thing stays pending, and the hub looks again later, because
   *                                          an interrupt now would close the next channel it touches
   *
   * Whatever the JDK made of the interrupt, pending arrives at the next switch point of ours, or at the end of the body.
   */
  static final byte NEW = 0;
  static final byte SCHEDULED = 1;
  static final byte STARTED = 2;
  static final byte ENDED = 3;

  /**
   * When to look again after something on its way: from a millisecond to a tenth of a second later.
   */
  private static final long FIRST_LOOK_NANOS = 1_000_000;

  private static final long LAST_LOOK_NANOS = 100_000_000;

  /**
   * After an interrupt, clean-up code may wait in calls of the JDK for so long before the next one.
   */
  private static final long CLEAN_UP_NANOS = 100_000_000;

  private static final VarHandle PHASE;

  static {
    try {
      PHASE = MethodHandles.lookup().findVarHandle(RawGreenlet.class, "phase", byte.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Hub hub;

  /** What ties this greenlet to its thread. Written on the hub, once. */
  private volatile @Nullable Tie tie;

  private volatile byte phase = NEW;

  /** The hub interrupted the thread for the sake of {@code pending}. Confined to the hub. */
  private boolean interruptSent;

  /** The links of the hub's list of live greenlets. Confined to the hub. */
  @Nullable RawGreenlet liveBefore;

  @Nullable RawGreenlet liveBehind;

  /** Pending until a later start, or until the next try to deliver. Confined to the hub. */
  @Nullable Timer timer;

  /**
   * Makes a greenlet that is not started yet.
   *
   * @param hub where it will run
   */
  protected RawGreenlet(Hub hub) {
    this.hub = Objects.requireNonNull(hub, "hub");
  }

  /**
   * The running greenlet.
   *
   * @return the greenlet whose code calls this, or null outside of every greenlet
   */
  public static @Nullable RawGreenlet currentOrNull() {
    return of(Thread.currentThread());
  }

  static @Nullable RawGreenlet of(Thread thread) {
    if (thread.getUncaughtExceptionHandler() instanceof Tie tie && tie.thread == thread) {
      return tie.greenlet;
    }
    return thread.isVirtual() ? AdoptedGreenlet.of(thread) : null;
  }

  /**
   * The body. Runs in the greenlet's own thread.
   *
   * @throws Throwable anything: it goes to the hub's error handler, unless it is a {@link
   *     GreenletExit}
   */
  protected abstract void main() throws Throwable;

  /**
   * Called once at the end: in the greenlet after its body, or on the hub, outside every greenlet,
   * if it was killed before its first turn. Must neither block nor run user code.
   *
   * @param thrown what it was killed with before its first turn, or null if its body ran
   */
  protected void ended(@Nullable Throwable thrown) {}

  /**
   * Schedules the first turn, behind everything that is ready now. Any thread; never switches.
   *
   * @return true if it was new; false if it had been started or killed before, which changes
   *     nothing
   * @throws HubClosedException if the hub is closed
   */
  protected final boolean startSoon() {
    if (!PHASE.compareAndSet(this, NEW, SCHEDULED)) {
      return false;
    }
    try {
      hub.launch(this);
    } catch (HubClosedException e) {
      boolean _ = PHASE.compareAndSet(this, SCHEDULED, NEW);
      throw e;
    }
    Observers observers = hub.observers();
    if (observers != null && !isOurs()) {
      observers.spawned(this);
    }
    return true;
  }

  /**
   * Schedules the first turn for later. Any thread; never switches.
   *
   * @param delayNanos nanoseconds from now; zero or less is due at the hub's next turn
   * @return true if it was new; false if it had been started or killed before, which changes
   *     nothing
   * @throws HubClosedException if the hub is closed
   */
  protected final boolean startLater(long delayNanos) {
    if (!PHASE.compareAndSet(this, NEW, SCHEDULED)) {
      return false;
    }
    try {
      hub.launchLater(this, delayNanos);
    } catch (HubClosedException e) {
      boolean _ = PHASE.compareAndSet(this, SCHEDULED, NEW);
      throw e;
    }
    Observers observers = hub.observers();
    if (observers != null && !isOurs()) {
      observers.spawned(this);
    }
    return true;
  }

  /** The ready queue's call. */
  final void takeFirstTurn() {
    if (phase != SCHEDULED) {
      return; // killed before it could run
    }
    Tie tie = new Tie(this);
    adopt(tie, hub.carrier().newThread(tie));
    hub.carrier().mount(tie);
  }

  /** Whether the hub itself starts it: on its bare thread no observer is told. */
  boolean isOurs() {
    return false;
  }

  /** Ties this greenlet to a thread that will run {@code tie}. */
  final void adopt(Tie tie, Thread made) {
    tie.thread = made;
    this.tie = tie;
    phase = STARTED;
  }

  final void runBody() {
    hub.enroll(this);
    Observers observers = hub.observers();
    if (observers != null) {
      observers.resumed(this);
    }
    try {
      main();
    } catch (GreenletExit exit) {
      // A killed greenlet ends in silence.
    } catch (Throwable failure) {
      Throwable cause = causeOfEnd(failure);
      if (!(cause instanceof GreenletExit)) {
        hub.report(toString(), cause);
      }
    } finally {
      phase = ENDED;
      if (timer != null) {
        cancelTimer();
      }
      hub.liveOnes().remove(this);
      ended(null);
      Observers last = hub.observers();
      if (last != null) {
        last.ended(this);
      }
    }
  }

  /**
   * Tells the hub's error handler of a failure that nobody else takes. In the greenlet itself.
   *
   * @param source what failed
   * @param failure what it threw
   */
  protected final void report(String source, Throwable failure) {
    hub.report(source, failure);
  }

  /**
   * What the body really ended with: the thing thrown into this greenlet, if it waited in a call of
   * the JDK, which knows only interrupts, and the body ended with what the call made of it. For the
   * end of {@link #main}.
   *
   * @param failure what the body threw
   * @return the thing thrown in, else {@code failure}
   */
  protected final Throwable causeOfEnd(Throwable failure) {
    if (!interruptSent || pending == null || !isMadeOfInterrupt(failure)) {
      return failure;
    }
    Throwable thrown = takePending();
    thrown.addSuppressed(failure);
    return thrown;
  }

  /**
   * {@inheritDoc}
   *
   * <p>A greenlet that has not had its first turn ends without ever running; for one that has ended
   * nothing happens.
   */
  @Override
  public final void throwIn(Throwable thrown, int depth) {
    super.throwIn(thrown, depth);
  }

  @Override
  void deliver(Throwable thrown, int depth) {
    switch (phase) {
      case NEW, SCHEDULED -> {
        // Only the hub leaves SCHEDULED; a start on another thread may still take NEW away.
        if (PHASE.compareAndSet(this, phase, ENDED)) {
          cancelTimer();
          hub.liveOnes().remove(this);
          ended(thrown);
        } else {
          deliver(thrown, depth);
        }
      }
      case STARTED -> super.deliver(thrown, depth);
      default -> {}
    }
  }

  @Override
  void postponed() {
    pursue(0);
  }

  /**
   * Follows a greenlet that something is on its way to: interrupts it if it waits in a call of the
   * JDK, and looks again later, at growing distances, because it may not wait there yet, or may
   * swallow the interrupt. Runs on the hub.
   */
  private void pursue(long waitedNanos) {
    Thread current = thread();
    if (pending == null || phase == ENDED || current == null) {
      return;
    }
    if (current.getState() == Thread.State.TERMINATED) {
      return; // one that a library made has ended without a word
    }
    long nextNanos = Math.clamp(2 * waitedNanos, FIRST_LOOK_NANOS, LAST_LOOK_NANOS);
    if (current != Thread.currentThread()
        && waiting == null
        && hub.carrier().waitsElsewhere(current)) {
      interruptSent = true;
      current.interrupt();
      nextNanos = Math.max(nextNanos, CLEAN_UP_NANOS);
    }
    long next = nextNanos;
    timer = hub.loop().schedule(next, () -> pursue(next));
  }

  private void cancelTimer() {
    Timer armed = timer;
    timer = null;
    if (armed != null) {
      armed.cancel();
    }
  }

  @Override
  Throwable arriving(Throwable thrown) {
    if (interruptSent) {
      interruptSent = false;
      boolean _ = Thread.interrupted();
    }
    if (pending == null) {
      cancelTimer();
    }
    return super.arriving(thrown);
  }

  @Override
  void withdrawn() {
    cancelTimer();
    if (interruptSent && Thread.currentThread() == thread()) {
      interruptSent = false;
      boolean _ = Thread.interrupted();
    }
  }

  @Override
  Waiter newWaiter() {
    return new Waiter(this);
  }

  /** One method for all of it: the frames of a parked greenlet are most of what it costs. */
  @Override
  void await(Waiter waiter, long nanos) {
    if (isOverBefore(waiter, nanos)) {
      return;
    }
    Timer timer = arm(hub, waiter, nanos);
    waiting = waiter;
    try {
      while (waiter.isWaiting()) {
        Observers observers = hub.observers();
        if (observers == null) {
          hub.carrier().park();
        } else {
          observers.paused(this);
          hub.carrier().park();
          observers.resumed(this);
        }
        if (isInterruptedByUser() && waiter.cancel()) {
          throw new InterruptedWaitException(Thread.currentThread());
        }
      }
    } finally {
      waiting = null;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /**
   * Whether the interrupt status is somebody's wish; the trace of a kill or timeout that was taken
   * back is wiped away.
   */
  private boolean isInterruptedByUser() {
    Thread current = Thread.currentThread();
    if (current.isInterrupted() && interruptSent) {
      interruptSent = false;
      return !Thread.interrupted();
    }
    return current.isInterrupted();
  }

  @Override
  void resume(Waiter ended) {
    hub.carrier().unpark(Objects.requireNonNull(tie)); // whoever waits has a thread
  }

  @Override
  public void yieldNow() {
    checkpoint();
    Observers observers = hub.observers();
    if (observers == null) {
      hub.carrier().yieldNow();
    } else {
      observers.paused(this);
      hub.carrier().yieldNow();
      observers.resumed(this);
    }
    checkpoint();
  }

  /** Name and what it waits for, for messages. */
  final String describe() {
    String what = waitsFor();
    return what == null ? toString() : this + " waits for " + what;
  }

  /**
   * The hub on which this greenlet runs.
   *
   * @return the hub
   */
  public final Hub hub() {
    return hub;
  }

  @Override
  public final Hub hubOrNull() {
    return hub;
  }

  /**
   * The virtual thread that runs this greenlet.
   *
   * @return the thread, or null before the first turn
   */
  public final @Nullable Thread thread() {
    Tie known = tie;
    return known == null ? null : known.thread;
  }

  final Tie tie() {
    return Objects.requireNonNull(tie);
  }

  final boolean isWaitingForFirstTurn() {
    return phase == SCHEDULED;
  }

  /**
   * Whether this greenlet is over: ended, failed or killed.
   *
   * @return true after the end
   */
  public boolean isReady() {
    return phase == ENDED;
  }

  /**
   * Whether this greenlet is on its way or running.
   *
   * @return true from its start to its end
   */
  public final boolean isStarted() {
    byte now = phase;
    return now == SCHEDULED || now == STARTED;
  }
}
