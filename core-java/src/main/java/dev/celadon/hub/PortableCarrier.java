package dev.celadon.hub;

import dev.celadon.loop.Parking;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs greenlets as ordinary virtual threads that pass a baton: whoever holds it has the turn, all
 * others wait for it. Needs nothing but the public API of the JDK.
 */
final class PortableCarrier implements Carrier {
  /*
   * holder    who has the turn: a greenlet, or null for the hub's thread. The hub gives the baton to one greenlet and waits until it
   *           comes back, so nobody else ever changes hands with it: only the holder writes this field.
   *
   * A greenlet's stay (FirstTurn.stay) tells the hub what to do with a turn that comes up for it:
   *
   *   RUNNING    it has the baton, or waits in a call of the JDK while it holds it
   *   PARKED     it waits to be unparked; any unpark puts a turn into the ready queue, and the first one that comes up is taken
   *   YIELDING   its own turn stands in the ready queue; a turn that an earlier unpark left there is not the one
   *
   * The stay is written by the holder before it gives the baton away and by the hub before it gives the baton on.
   *
   * A thread that a greenlet was given and has started comes to the hub on its own, on a carrier of the JDK's: it asks for its first
   * turn as any stranger would. So that the order does not depend on when, the hub waits, after the turn in which it was started,
   * until it has asked, and puts its first turn into the ready queue itself, in the order in which such threads were given out.
   */
  static final int RUNNING = 0;
  private static final int PARKED = 1;
  private static final int YIELDING = 2;

  private final Hub hub;
  private final Thread thread;
  private final CarrierMode mode;
  private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

  /**
   * Threads that were given out in a turn of this hub, until they have come, or nobody is left who
   * could start them. Confined to it.
   */
  private final ArrayList<WeakReference<Stranger>> strangers = new ArrayList<>();

  private volatile @Nullable FirstTurn holder;
  private volatile boolean closed;

  PortableCarrier(Hub hub, Thread thread, CarrierMode mode) {
    this.hub = hub;
    this.thread = thread;
    this.mode = mode;
  }

  @Override
  public CarrierMode mode() {
    return mode;
  }

  @Override
  public boolean isCurrent() {
    FirstTurn current = holder;
    return Thread.currentThread() == (current == null ? thread : current.thread);
  }

  @Override
  public @Nullable Thread running() {
    FirstTurn current = holder;
    return current == null ? null : current.thread;
  }

  @Override
  public boolean waitsElsewhere(Thread greenlet) {
    return false; // whoever waits in a call of the JDK holds the hub, so that nobody can ask
  }

  @Override
  public Thread newThread(FirstTurn turn) {
    return newThread(turn, () -> run(turn));
  }

  @Override
  public Thread newThreadToGiveOut(FirstTurn turn) {
    Stranger stranger = new Stranger(turn);
    if (!closed && isCurrent()) {
      strangers.add(new WeakReference<>(stranger));
    }
    return newThread(turn, stranger);
  }

  private Thread newThread(FirstTurn turn, Runnable body) {
    Thread made =
        Thread.ofVirtual()
            .inheritInheritableThreadLocals(false)
            .uncaughtExceptionHandler(turn)
            .unstarted(body);
    if (classLoader != null && made.getContextClassLoader() != classLoader) {
      made.setContextClassLoader(classLoader);
    }
    return made;
  }

  /** A thread that somebody else starts, not its turn. */
  private final class Stranger implements Runnable {
    private final FirstTurn turn;
    private volatile boolean hasAsked;

    /** Confined to the hub. */
    private boolean isTaken;

    Stranger(FirstTurn turn) {
      this.turn = turn;
    }

    @Override
    public void run() {
      turn.stay = PARKED;
      if (!hub.post(this::take)) {
        Parking.unpark(thread());
      }
      hasAsked = true;
      waitForTurn(turn);
      PortableCarrier.this.run(turn);
    }

    Thread thread() {
      return Objects.requireNonNull(turn.thread);
    }

    /** Once, in whatever way it comes in. */
    void take() {
      if (!isTaken) {
        isTaken = true;
        taken(turn, thread());
      }
    }

    /** Whether it has come; waits for it if it is on its way. */
    boolean comeIn() {
      if (isTaken || thread().getState() == Thread.State.NEW) {
        return isTaken;
      }
      while (!hasAsked) {
        Parking.yieldNow();
      }
      hub.loop().enqueue(this::take);
      return true;
    }
  }

  /** The whole life of a greenlet's thread, from its first turn on. */
  private void run(FirstTurn turn) {
    try {
      turn.run();
    } finally {
      handBack(turn);
    }
  }

  @Override
  public void mount(FirstTurn turn) {
    Thread target = Objects.requireNonNull(turn.thread);
    turn.stay = RUNNING;
    holder = turn;
    if (target.getState() == Thread.State.NEW) {
      target.start();
    } else {
      Parking.unpark(target);
    }
    boolean interrupted = false;
    while (holder != null) {
      Parking.park();
      interrupted |= Thread.interrupted(); // or the next park would return at once
    }
    if (interrupted) {
      thread.interrupt();
    }
    if (!strangers.isEmpty()) {
      boolean _ = strangers.removeIf(PortableCarrier::comesIn);
    }
  }

  private static boolean comesIn(WeakReference<Stranger> one) {
    Stranger stranger = one.get();
    return stranger == null || stranger.comeIn();
  }

  @Override
  public void park() {
    giveAway(PARKED);
  }

  @Override
  public void yieldNow() {
    FirstTurn turn = holder;
    if (closed || turn == null) {
      Parking.yieldNow();
      return;
    }
    Thread self = Thread.currentThread();
    hub.loop().enqueue(() -> yielded(turn, self));
    giveAway(YIELDING);
  }

  private void yielded(FirstTurn turn, Thread target) {
    if (closed) {
      Parking.unpark(target);
    } else if (turn.stay == YIELDING) {
      mount(turn);
    }
  }

  private void giveAway(int stay) {
    FirstTurn turn = holder;
    if (closed || turn == null || turn.thread != Thread.currentThread()) {
      Parking.park(); // the hub is over; the greenlet is a thread like any other
      return;
    }
    turn.stay = stay;
    handBack(turn);
    waitForTurn(turn);
  }

  private void handBack(FirstTurn turn) {
    if (holder == turn) {
      holder = null;
      Parking.unpark(thread);
    }
  }

  private void waitForTurn(FirstTurn turn) {
    boolean interrupted = false;
    while (holder != turn && !closed) {
      Parking.park();
      if (Thread.interrupted()) {
        interrupted = true;
        request(turn, Thread.currentThread()); // an interrupt ends a park, but not without a turn
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void unpark(FirstTurn turn) {
    request(turn, Objects.requireNonNull(turn.thread));
  }

  /** Puts a turn into the ready queue, which is taken if the greenlet is still parked then. */
  private void request(FirstTurn turn, Thread target) {
    Runnable task = () -> taken(turn, target);
    if (!closed && isCurrent()) {
      hub.loop().enqueue(task);
    } else if (!hub.post(task)) {
      Parking.unpark(target);
    }
  }

  private void taken(FirstTurn turn, Thread target) {
    if (closed) {
      Parking.unpark(target); // left over after the end
    } else if (turn.stay == PARKED) {
      mount(turn);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
