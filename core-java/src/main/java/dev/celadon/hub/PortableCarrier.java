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
   * A greenlet's stay (Tie.stay) tells the hub what to do with a turn that comes up for it:
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

  private volatile @Nullable Tie holder;
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
    Tie current = holder;
    return Thread.currentThread() == (current == null ? thread : current.thread);
  }

  @Override
  public @Nullable Thread running() {
    Tie current = holder;
    return current == null ? null : current.thread;
  }

  @Override
  public boolean waitsElsewhere(Thread greenlet) {
    return false; // whoever waits in a call of the JDK holds the hub, so that nobody can ask
  }

  @Override
  public Thread newThread(Tie tie) {
    return newThread(tie, () -> run(tie));
  }

  @Override
  public Thread newThreadToGiveOut(Tie tie) {
    Stranger stranger = new Stranger(tie);
    if (!closed && isCurrent()) {
      strangers.add(new WeakReference<>(stranger));
    }
    return newThread(tie, stranger);
  }

  private Thread newThread(Tie tie, Runnable body) {
    Thread made =
        Thread.ofVirtual()
            .inheritInheritableThreadLocals(false)
            .uncaughtExceptionHandler(tie)
            .unstarted(body);
    if (classLoader != null && made.getContextClassLoader() != classLoader) {
      made.setContextClassLoader(classLoader);
    }
    return made;
  }

  /** A thread that somebody else starts, not its turn. */
  private final class Stranger implements Runnable {
    private final Tie tie;
    private volatile boolean hasAsked;

    /** Confined to the hub. */
    private boolean isTaken;

    Stranger(Tie tie) {
      this.tie = tie;
    }

    @Override
    public void run() {
      tie.stay = PARKED;
      if (!hub.post(this::take)) {
        Parking.unpark(thread());
      }
      hasAsked = true;
      waitForTurn(tie);
      PortableCarrier.this.run(tie);
    }

    Thread thread() {
      return Objects.requireNonNull(tie.thread);
    }

    /** Once, in whatever way it comes in. */
    void take() {
      if (!isTaken) {
        isTaken = true;
        taken(tie, thread());
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
  private void run(Tie tie) {
    try {
      tie.run();
    } finally {
      handBack(tie);
    }
  }

  @Override
  public void mount(Tie tie) {
    Thread target = Objects.requireNonNull(tie.thread);
    tie.stay = RUNNING;
    holder = tie;
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
    Tie tie = holder;
    if (closed || tie == null) {
      Parking.yieldNow();
      return;
    }
    Thread self = Thread.currentThread();
    hub.loop().enqueue(() -> yielded(tie, self));
    giveAway(YIELDING);
  }

  private void yielded(Tie tie, Thread target) {
    if (closed) {
      Parking.unpark(target);
    } else if (tie.stay == YIELDING) {
      mount(tie);
    }
  }

  private void giveAway(int stay) {
    Tie tie = holder;
    if (closed || tie == null || tie.thread != Thread.currentThread()) {
      Parking.park(); // the hub is over; the greenlet is a thread like any other
      return;
    }
    tie.stay = stay;
    handBack(tie);
    waitForTurn(tie);
  }

  private void handBack(Tie tie) {
    if (holder == tie) {
      holder = null;
      Parking.unpark(thread);
    }
  }

  private void waitForTurn(Tie tie) {
    boolean interrupted = false;
    while (holder != tie && !closed) {
      Parking.park();
      if (Thread.interrupted()) {
        interrupted = true;
        request(tie, Thread.currentThread()); // an interrupt ends a park, but not without a turn
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void unpark(Tie tie) {
    request(tie, Objects.requireNonNull(tie.thread));
  }

  /** Puts a turn into the ready queue, which is taken if the greenlet is still parked then. */
  private void request(Tie tie, Thread target) {
    Runnable task = () -> taken(tie, target);
    if (!closed && isCurrent()) {
      hub.loop().enqueue(task);
    } else if (!hub.post(task)) {
      Parking.unpark(target);
    }
  }

  private void taken(Tie tie, Thread target) {
    if (closed) {
      Parking.unpark(target); // left over after the end
    } else if (tie.stay == PARKED) {
      mount(tie);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
