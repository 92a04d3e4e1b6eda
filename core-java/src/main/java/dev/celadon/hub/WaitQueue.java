package dev.celadon.hub;

import dev.celadon.loop.Parking;
import dev.celadon.loop.SystemClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parties that wait for one thing, longest first, and the lock of that thing.
 *
 * <p>Fair: {@link #grantFirst} serves the longest waiter, and a primitive built on it hands over
 * directly, so that nobody who comes later can take what a waiter was given. Inspired by trio's
 * {@code ParkingLot}.
 *
 * <p>{@link #lock} may be called from any thread; everything else between {@link #lock} and {@link
 * #unlock} only, but for {@link #forget}.
 */
public final class WaitQueue {
  /*
   * The lock guards the few fields of a primitive against other threads. It spins: whoever holds it does so for some dozens of
   * instructions, never parks, never switches and runs no foreign code, so that no greenlet of the same hub can ever find it
   * taken, and a call that promises not to switch does not switch because of it.
   */
  private static final VarHandle LOCKED;

  static {
    try {
      LOCKED = MethodHandles.lookup().findVarHandle(WaitQueue.class, "locked", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int SPINS_PER_LOOK = 128;
  private static final long LOST_NANOS = 10_000_000_000L;

  private final Object owner;

  @SuppressWarnings("UnusedVariable") // through LOCKED
  private int locked;

  private @Nullable Waiter first;
  private @Nullable Waiter last;
  private int size;

  /**
   * Makes an empty queue.
   *
   * @param owner the thing that is waited for: its {@code toString} tells of a wait in messages, so
   *     that must neither wait nor run user code
   */
  public WaitQueue(Object owner) {
    this.owner = owner;
  }

  /** What is waited for, for messages. */
  Object owner() {
    return owner;
  }

  /**
   * Takes the lock. Not reentrant; never hold it across a wait, a wake-up or foreign code.
   *
   * @throws IllegalStateException if it was not given back for ten seconds: an {@link Error} such
   *     as {@link StackOverflowError} hit whoever held it, and the thing it guards is lost
   */
  public void lock() {
    if (!LOCKED.compareAndSet(this, 0, 1)) {
      lockSlowly();
    }
  }

  private void lockSlowly() {
    long start = SystemClock.INSTANCE.nanoTime();
    boolean platform = !Thread.currentThread().isVirtual();
    for (int spins = 1; !LOCKED.compareAndSet(this, 0, 1); spins++) {
      Thread.onSpinWait();
      if (spins % SPINS_PER_LOOK == 0) {
        if (SystemClock.INSTANCE.nanoTime() - start > LOST_NANOS) {
          throw new IllegalStateException(
              "a lock of a "
                  + owner.getClass().getName()
                  + " was not given back for 10 s: an Error, such as a StackOverflowError, must"
                  + " have hit whoever held it; make a new one");
        }
        if (platform) {
          Parking.yieldNow(); // the holder may wait for this processor; a greenlet's never does
        }
      }
    }
  }

  /** Gives the lock back. */
  public void unlock() {
    LOCKED.setRelease(this, 0);
  }

  /**
   * Adds a waiter behind all others.
   *
   * @param waiter stands in no queue yet
   */
  public void add(Waiter waiter) {
    waiter.queue = this;
    waiter.previous = last;
    if (last == null) {
      first = waiter;
    } else {
      last.next = waiter;
    }
    last = waiter;
    size++;
  }

  /**
   * Takes a waiter out, wherever it stands.
   *
   * @param waiter any waiter
   * @return true if it stood in this queue
   */
  public boolean remove(Waiter waiter) {
    if (waiter.queue != this) {
      return false;
    }
    Waiter before = waiter.previous;
    Waiter behind = waiter.next;
    if (before == null) {
      first = behind;
    } else {
      before.next = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.previous = before;
    }
    waiter.queue = null;
    waiter.previous = null;
    waiter.next = null;
    size--;
    return true;
  }

  /**
   * Leaves no trace of a wait that ended early. Takes the lock by itself; does nothing for a
   * granted waiter.
   *
   * @param waiter a waiter whose wait is over
   */
  public void forget(Waiter waiter) {
    if (!waiter.isGranted()) {
      lock();
      remove(waiter);
      unlock();
    }
  }

  /**
   * Hands something to the longest waiter. {@link Waiter#wake} it after unlocking.
   *
   * @param value what is handed over
   * @return the waiter that has it now, or null if nobody waits
   */
  public @Nullable Waiter grantFirst(@Nullable Object value) {
    for (Waiter waiter = first; waiter != null; waiter = first) {
      remove(waiter);
      if (waiter.grant(value)) {
        return waiter;
      }
    }
    return null;
  }

  /**
   * The longest waiter that still waits; takes out the ones before it whose wait is over.
   *
   * @return the waiter, which stays in the queue, or null if nobody waits
   */
  public @Nullable Waiter first() {
    Waiter waiter = first;
    while (waiter != null && !waiter.isWaiting()) {
      remove(waiter);
      waiter = first;
    }
    return waiter;
  }

  /**
   * Hands the same value to everybody who waits. {@link #wakeAll} the result after unlocking.
   *
   * @param value what everybody gets
   * @return the first of the granted waiters, in order, or null if nobody waits
   */
  public @Nullable Waiter grantAll(@Nullable Object value) {
    Waiter head = null;
    Waiter tail = null;
    for (Waiter waiter = grantFirst(value); waiter != null; waiter = grantFirst(value)) {
      if (tail == null) {
        head = waiter;
      } else {
        tail.next = waiter;
      }
      tail = waiter;
    }
    return head;
  }

  /**
   * Hands the same value to the longest waiters, one after the other, as long as there is something
   * left for the next one. {@link #wakeAll} the result after unlocking.
   *
   * @param value what everybody gets
   * @param mayHave tells whether the one who is first now may have it; asked anew before each grant
   * @param given books a grant; both must neither block nor run user code
   * @return the first of the granted waiters, in order, or null if nobody was served
   */
  public @Nullable Waiter grantWhile(
      @Nullable Object value, Predicate<Waiter> mayHave, Consumer<Waiter> given) {
    Waiter head = null;
    Waiter tail = null;
    for (Waiter waiter = first(); waiter != null && mayHave.test(waiter); waiter = first()) {
      remove(waiter);
      if (waiter.grant(value)) {
        given.accept(waiter);
        if (tail == null) {
          head = waiter;
        } else {
          tail.next = waiter;
        }
        tail = waiter;
      }
    }
    return head;
  }

  /**
   * Looks through what {@link #grantAll} granted, before it is woken.
   *
   * @param granted the result of {@code grantAll}
   * @param sought tells who is looked for
   * @return true if one of them is
   */
  public static boolean anyOf(@Nullable Waiter granted, Predicate<Waiter> sought) {
    Waiter waiter = granted;
    while (waiter != null && !sought.test(waiter)) {
      waiter = waiter.next;
    }
    return waiter != null;
  }

  /**
   * Wakes what {@link #grantAll} or {@link #grantWhile} granted, in order. Outside the lock.
   *
   * @param granted the result of {@code grantAll} or {@code grantWhile}
   */
  public static void wakeAll(@Nullable Waiter granted) {
    Waiter waiter = granted;
    while (waiter != null) {
      Waiter next = waiter.next;
      waiter.next = null;
      waiter.wake();
      waiter = next;
    }
  }

  /**
   * Takes out those who need not wait any more.
   *
   * @param gone tells who; must neither block nor run user code
   */
  public void removeIf(Predicate<Waiter> gone) {
    Waiter waiter = first;
    while (waiter != null) {
      Waiter behind = waiter.next;
      if (gone.test(waiter) && waiter.cancel()) {
        remove(waiter);
      }
      waiter = behind;
    }
  }

  /**
   * Whether nobody stands here.
   *
   * @return true if the queue is empty
   */
  public boolean isEmpty() {
    return first == null;
  }

  /**
   * How many stand here, ended ones included until they are taken out.
   *
   * @return the length of the queue
   */
  public int size() {
    return size;
  }
}
