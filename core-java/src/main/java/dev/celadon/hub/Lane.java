package dev.celadon.hub;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The one long-lived greenlet in which a hub's callbacks run, one after the other.
 *
 * <p>A callback may block on a lock or call a library; then the lane waits, the hub goes on, and
 * the later callbacks keep their order. It may not wait in a call of Celadon, because everything
 * that is to wake it may stand behind it.
 *
 * <p>Confined to its hub.
 */
final class Lane extends RawGreenlet {
  /*
   * Callbacks are entries of the hub's ready queue like everything else. The turn of one mounts the lane, which runs it and then
   * goes on with the next entry of the queue as long as that is a callback too: consecutive callbacks share one mount, at a
   * fraction of a switch each, and the order is that of the queue.
   *
   * While the lane is parked in the middle of a callback, the turns of others put them into the backlog. When the lane goes on, it
   * finishes and takes the backlog first. If the hub has ended meanwhile, the backlog goes to a thread of its own.
   */
  private final ArrayDeque<Runnable> backlog = new ArrayDeque<>();

  private final Thread thread;

  /** Parked between callbacks, not in one. */
  private boolean idle = true;

  private boolean closed;

  Lane(Hub hub) {
    super(hub);
    Tie tie = new Tie(this);
    thread = hub.carrier().newThread(tie);
    adopt(tie, thread);
  }

  /** Whether the caller is in the lane: asked for every callback. */
  boolean isRunningHere() {
    return Thread.currentThread() == thread;
  }

  /** The turn of a callback. */
  void accept(Runnable callback) {
    backlog.add(callback);
    goOn();
  }

  /** Ends the lane's thread, once it is not in a callback. */
  void close() {
    closed = true;
    goOn();
  }

  private void goOn() {
    if (idle) {
      idle = false;
      hub().carrier().mount(tie());
    }
  }

  @Override
  protected void main() {
    while (!closed) {
      for (Runnable callback = next(); callback != null; callback = next()) {
        run(callback);
      }
      if (!closed) {
        idle = true;
        while (idle) {
          hub().carrier().park();
          boolean _ = Thread.interrupted(); // late, for a callback that is over
        }
      }
    }
    if (!backlog.isEmpty()) {
      Thread.startVirtualThread(() -> backlog.forEach(this::run));
    }
  }

  boolean isIdle() {
    return idle && backlog.isEmpty();
  }

  private @Nullable Runnable next() {
    if (closed) {
      return null; // while a callback was parked: this may be another thread than the loop's
    }
    if (backlog.isEmpty()) {
      Runnable following = hub().loop().takeNextIf(LaneTask.class::isInstance);
      return following == null ? null : ((LaneTask) following).callback;
    }
    if (hub().loop().isBatchOver()) {
      hub().loop().enqueue(this::goOn); // the rest in a later turn
      return null;
    }
    return backlog.poll();
  }

  /** Also for what is left over after the hub's end, in a thread of its own. */
  void run(Runnable callback) {
    try {
      callback.run();
    } catch (Throwable failure) {
      hub().reportAside("a callback of " + hub(), failure);
    }
    // A callback's interrupt ends with it; the next one has not asked for it.
    boolean _ = Thread.interrupted();
  }

  @Override
  Waiter newWaiter() {
    throw mustNotWait();
  }

  @Override
  public void yieldNow() {
    throw mustNotWait();
  }

  private BlockingSwitchOut mustNotWait() {
    return new BlockingSwitchOut(
        "a callback of "
            + hub()
            + " must not wait: spawn a greenlet for what waits, or use the suspending form of the"
            + " call");
  }

  @Override
  public String toString() {
    return "the lane of " + hub();
  }
}
