package dev.celadon.hub;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One wait of one party: a greenlet, a thread, or a callback such as a suspended coroutine.
 *
 * <p>Whoever has what the party waits for grants it; the first end of a wait is the only one. After
 * the grant, the item, permit or flag belongs to the party: a kill or a timeout that comes later
 * does not take it back, but arrives at the next switch point.
 *
 * <p>The pattern of every primitive, {@code queue} being its {@link WaitQueue}:
 *
 * <pre>{@code
 * Waiter waiter = Waiter.current();
 * queue.lock();
 * if (there is something to take) { take it; queue.unlock(); return; }
 * queue.add(waiter);
 * queue.unlock();
 * try {
 *   return waiter.await(nanos);
 * } finally {
 *   queue.forget(waiter);
 * }
 * }</pre>
 *
 * <p>Safe for use from any thread; {@link #await} is for the party alone.
 */
public final class Waiter implements Runnable {
  /*
   * state       who sets it                                 what await() does then
   * WAITING     at birth                                    parks
   * CLAIMED     a granter, for the few instructions in      parks on
   *             which it writes the value
   * GRANTED     a granter, under the queue's lock           returns true
   * FAILED      a granter with a failure instead            throws the value
   * THROWN      the hub: a kill or a timeout                throws the value
   * EXPIRED     the hub: the wait's own time is over        returns false
   * ABANDONED   the party: an interrupt, or cancel()        -
   *
   *   WAITING -> CLAIMED -> GRANTED | FAILED | THROWN
   *   WAITING -> EXPIRED | ABANDONED
   *
   * The step over CLAIMED makes the value belong to the one that won: a granter on another thread and the hub's timeout may try
   * at the same moment.
   */
  private static final int WAITING = 0;
  private static final int CLAIMED = 1;
  private static final int GRANTED = 2;
  private static final int FAILED = 3;
  private static final int THROWN = 4;
  private static final int EXPIRED = 5;
  private static final int ABANDONED = 6;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Waiter.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** A Strand, or the Runnable of a callback. */
  private final Object party;

  private volatile int state = WAITING;

  /** What was handed over or thrown. Published by the state. */
  private @Nullable Object value;

  /** What the party brings along, or a queue notes with it, under the queue's lock. */
  private @Nullable Object payload;

  /** Guarded by the queue's lock, as are the links. */
  @Nullable WaitQueue queue;

  @Nullable Waiter previous;
  @Nullable Waiter next;

  Waiter(Strand strand) {
    this.party = strand;
  }

  /**
   * Makes the wait of a callback.
   *
   * @param wakeUp runs once after a grant or failure, on the thread that granted; it must not
   *     block, throw or run user code
   */
  public Waiter(Runnable wakeUp) {
    this.party = wakeUp;
  }

  /**
   * Makes a wait of the calling greenlet or thread.
   *
   * @return a fresh waiter
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static Waiter current() {
    return Strand.current().newWaiter();
  }

  /**
   * As {@link #current}, but lets a waiter wait anew whose wait is over, if it is the caller's own:
   * for a wait on a hot path that is always granted by the same one, such as a channel's.
   *
   * @param spent a waiter that nobody but the caller can still grant, or null
   * @return {@code spent} or a fresh waiter
   * @throws BlockingSwitchOut in a callback of the hub, which must not wait
   */
  public static Waiter currentAgain(@Nullable Waiter spent) {
    Strand strand = Strand.current();
    if (spent == null || spent.party != strand || spent.isWaiting()) {
      return strand.newWaiter();
    }
    spent.value = null;
    spent.state = WAITING;
    return spent;
  }

  /**
   * Waits until granted. Switches unless the wait has ended already.
   *
   * @return true
   * @throws InterruptedWaitException if the thread is interrupted; the interrupt status stays set
   */
  public boolean await() {
    return await(Long.MAX_VALUE);
  }

  /**
   * Waits until granted or until time is over, whichever comes first. Switches unless the wait has
   * ended already.
   *
   * <p>Throws whatever is thrown into the party meanwhile (kill, timeout), or the failure given to
   * {@link #fail}.
   *
   * @param nanos nanoseconds to wait at most; {@link Long#MAX_VALUE} waits for ever; zero or less
   *     only looks
   * @return true if granted, false if time was over first
   * @throws InterruptedWaitException if the thread is interrupted; the interrupt status stays set
   */
  public boolean await(long nanos) {
    Strand strand = (Strand) party;
    strand.await(this, nanos);
    return switch (state) {
      case GRANTED -> true;
      case EXPIRED -> false;
      case THROWN -> throw Strand.raise(strand.arriving(failure()));
      default -> throw Strand.raise(failure());
    };
  }

  /**
   * Ends the wait with what the party waits for. Call it under the lock of the queue that the
   * waiter stands in, and {@link #wake} after unlocking.
   *
   * @param value what is handed over
   * @return true if the wait ended so; false if it had ended before
   */
  public boolean grant(@Nullable Object value) {
    return end(GRANTED, value);
  }

  /**
   * Ends the wait with a failure, which {@link #await} throws. {@link #wake} must follow.
   *
   * @param failure what to throw, unchanged
   * @return true if the wait ended so; false if it had ended before
   */
  public boolean fail(Throwable failure) {
    return end(FAILED, failure);
  }

  /** The hub's call: a kill or timeout ends the wait. {@link #wake} must follow. */
  boolean interruptWith(Throwable thrown) {
    return end(THROWN, thrown);
  }

  /** Whether a kill has ended the wait. On the hub. */
  boolean isKilled() {
    return state == THROWN && value instanceof GreenletExit;
  }

  private boolean end(int how, @Nullable Object result) {
    if (!STATE.compareAndSet(this, WAITING, CLAIMED)) {
      return false;
    }
    value = result;
    state = how;
    return true;
  }

  /** The action of the timer that ends this wait: its own time is over. */
  @Override
  public void run() {
    if (STATE.compareAndSet(this, WAITING, EXPIRED)) {
      wake();
    }
  }

  /** The party's call before it parks: no time to wait at all. */
  boolean expireUnparked() {
    return STATE.compareAndSet(this, WAITING, EXPIRED);
  }

  private Throwable failure() {
    if (value instanceof Throwable failure) {
      return failure;
    }
    throw new AssertionError("bug in Celadon, please report: wait ended in state " + state);
  }

  /**
   * Gives up the wait from the party's own side. {@link #wake} must not follow.
   *
   * @return true if nothing had ended the wait before; false if something was granted, which the
   *     caller now owns
   */
  public boolean cancel() {
    return STATE.compareAndSet(this, WAITING, ABANDONED);
  }

  /**
   * Lets the party go on; once, after {@link #grant} or {@link #fail} returned true, outside locks.
   * Never switches.
   */
  public void wake() {
    if (party instanceof Strand strand) {
      strand.resume(this);
    } else {
      ((Runnable) party).run();
    }
  }

  /**
   * Whether the wait goes on.
   *
   * @return true until it ends in any way
   */
  public boolean isWaiting() {
    return state <= CLAIMED;
  }

  /**
   * Whether the wait ended by {@link #grant}.
   *
   * @return true if something was handed over
   */
  public boolean isGranted() {
    return state == GRANTED;
  }

  /**
   * Whether the wait ended by {@link #fail}; {@link #value} is the failure then.
   *
   * @return true if it failed
   */
  public boolean isFailed() {
    return state == FAILED;
  }

  /**
   * What was handed over.
   *
   * @return the value, null if there is none or not yet
   */
  public @Nullable Object value() {
    return value;
  }

  /**
   * Gives the waiter something to carry, such as the item that a producer waits to put. Before it
   * is added to a queue. On a callback's waiter that carries nothing, a queue may note where the
   * item belongs that it hands over.
   *
   * @param payload what {@link #payload} returns
   */
  public void carry(@Nullable Object payload) {
    this.payload = payload;
  }

  /**
   * What the waiter carries.
   *
   * @return what was given to {@link #carry}, or a queue's own note, or null
   */
  public @Nullable Object payload() {
    return payload;
  }

  /** What the party waits for, for messages. A moment old, since nobody holds the queue's lock. */
  String waitsFor() {
    WaitQueue standsIn = queue;
    if (standsIn != null) {
      return standsIn.owner().toString();
    }
    return payload instanceof Awaited awaited ? awaited.toString() : "time";
  }

  /**
   * The greenlet or thread that waits, for messages.
   *
   * @return the party
   */
  public Object party() {
    return party;
  }
}
