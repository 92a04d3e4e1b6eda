package dev.celadon.hub;

import dev.celadon.loop.Parking;
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
   */
  static final int RUNNING = 0;
  private static final int PARKED = 1;
  private static final int YIELDING = 2;

  private final Hub hub;
  private final Thread thread;
  private final CarrierMode mode;
  private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

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
    Thread made =
        Thread.ofVirtual()
            .inheritInheritableThreadLocals(false)
            .uncaughtExceptionHandler(turn)
            .unstarted(() -> run(turn));
    if (classLoader != null && made.getContextClassLoader() != classLoader) {
      made.setContextClassLoader(classLoader);
    }
    return made;
  }

  /** The whole life of a greenlet's thread. */
  private void run(FirstTurn turn) {
    if (holder != turn) { // started by somebody else, not by its turn
      turn.stay = PARKED;
      request(turn, Objects.requireNonNull(turn.thread));
      waitForTurn(turn);
    }
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
