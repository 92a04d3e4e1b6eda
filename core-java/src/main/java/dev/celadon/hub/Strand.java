package dev.celadon.hub;

import dev.celadon.loop.Timer;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Anything that can wait in plain, blocking-looking code: a greenlet, or a thread.
 *
 * <p>Confined to its hub, but for what says otherwise.
 */
public abstract sealed class Strand permits RawGreenlet, ThreadStrand {

  /** The wait that this strand is in. Written by the strand, read on its hub. */
  @Nullable Waiter waiting;

  /** A kill or timeout that has not arrived yet. Written and read on the strand's hub. */
  @Nullable Throwable pending;

  /**
   * Shields, and what was thrown behind {@code pending}; null for most. Used as {@code pending}.
   */
  private @Nullable Held held;

  /** What only few strands ever have. */
  private static final class Held {
    /** What was thrown behind {@code pending}, in order. */
    final ArrayDeque<Throwable> later = new ArrayDeque<>(2);

    /** What waits for a shield to close, in order. */
    final ArrayDeque<Shielded> shielded = new ArrayDeque<>(2);

    /** How many shields are open. Written by the strand, read on its hub. */
    int shields;

    boolean hasKill() {
      return later.stream().anyMatch(GreenletExit.class::isInstance);
    }

    void shield(Throwable thrown, int depth) {
      if (!(thrown instanceof GreenletExit)
          || shielded.stream().noneMatch(other -> other.thrown() instanceof GreenletExit)) {
        shielded.add(new Shielded(thrown, depth));
      }
    }
  }

  /** Something thrown under {@code depth} shields, which passes those but no others. */
  private record Shielded(Throwable thrown, int depth) {}

  Strand() {}

  /**
   * The strand that is running: the greenlet, or else the thread.
   *
   * @return the calling strand
   */
  public static Strand current() {
    Thread thread = Thread.currentThread();
    RawGreenlet greenlet = RawGreenlet.of(thread);
    return greenlet != null ? greenlet : ThreadStrand.of(thread);
  }

  /**
   * The hub of this strand.
   *
   * @return the hub, or null for a thread that has none
   */
  public abstract @Nullable Hub hubOrNull();

  /**
   * Throws what waits to be thrown into this strand, if anything does. The running strand's own
   * call: a switch point without a switch, for long computations that should notice a kill or a
   * timeout.
   */
  public final void checkpoint() {
    if (pending != null) {
      throw raise(takePending());
    }
  }

  /**
   * Throws something into this strand: at once if it waits in a call of Celadon, else at its next
   * switch point. Any thread; never switches.
   *
   * @param thrown what arrives there, unchanged; several things arrive in order, one at each switch
   *     point, but a second kill is dropped while the first is on its way
   * @throws IllegalStateException for a thread that has no hub
   * @throws UnsupportedOperationException for the lane of a hub, which all callbacks share
   */
  public final void throwIn(Throwable thrown) {
    throwIn(thrown, 0);
  }

  /**
   * As {@link #throwIn(Throwable)}, from within shields: a time limit that was set inside of one
   * ends what is done there.
   *
   * @param thrown what arrives there, unchanged
   * @param depth the {@link #shieldDepth} that it passes; others hold it up until they close
   */
  public void throwIn(Throwable thrown, int depth) {
    Objects.requireNonNull(thrown, "thrown");
    Hub hub = hubOrNull();
    if (this instanceof Lane) {
      throw new UnsupportedOperationException(
          "nothing can be thrown into "
              + this
              + ", which all callbacks share: throw into a greenlet");
    }
    if (hub == null) {
      throw new IllegalStateException(
          this + " has no hub, so nothing can be thrown into it: interrupt the thread instead");
    }
    if (hub.inHub()) {
      deliver(thrown, depth);
    } else {
      Runnable delivery = () -> deliver(thrown, depth);
      if (!hub.post(delivery)) {
        Reaper.execute(delivery); // whoever has outlived the hub
      }
    }
  }

  /** The rest of throwIn, on the strand's hub. */
  void deliver(Throwable thrown, int depth) {
    Waiter current = waiting;
    if (depth < shieldDepth()) {
      held().shield(thrown, depth);
    } else if (current != null && current.interruptWith(thrown)) {
      current.wake();
    } else if (thrown instanceof GreenletExit && isKillPending()) {
      return; // a second one would cut the clean-up off
    } else if (pending == null) {
      pending = thrown;
      postponed();
    } else {
      held().later.add(thrown);
    }
  }

  private boolean isKillPending() {
    Waiter current = waiting;
    return (current != null && current.isKilled())
        || pending instanceof GreenletExit
        || (held != null && held.hasKill());
  }

  private Held held() {
    Held known = held;
    if (known == null) {
      known = new Held();
      held = known;
    }
    return known;
  }

  /**
   * Begins to hold up kills and timeouts: they arrive at the first switch point after {@link
   * #unshield}, in order. Shields nest. The running strand's own call; never switches.
   */
  public final void shield() {
    Held mine = held();
    int depth = mine.shields++;
    if (pending != null) {
      while (pending != null) {
        mine.shield(pending, depth);
        nextPending();
      }
      withdrawn();
    }
  }

  /**
   * Ends what {@link #shield} began. The running strand's own call; never switches and never throws
   * what was held up: that arrives at the next switch point.
   *
   * @throws IllegalStateException if no shield is open
   */
  public final void unshield() {
    Held mine = held;
    if (mine == null || mine.shields == 0) {
      throw new IllegalStateException(
          this + " has no open shield: call shield() before unshield()");
    }
    mine.shields--;
    List<Shielded> late = List.copyOf(mine.shielded);
    mine.shielded.clear();
    late.forEach(one -> deliver(one.thrown(), one.depth())); // or holds it up again
  }

  /**
   * How many shields are open, for {@link #throwIn(Throwable, int)}.
   *
   * @return 0 or more
   */
  public final int shieldDepth() {
    return held == null ? 0 : held.shields;
  }

  /**
   * Takes back something thrown that has not arrived yet. On the strand's hub.
   *
   * @param thrown what was thrown into this strand
   * @return true if it was still on its way
   */
  public final boolean withdraw(Throwable thrown) {
    if (pending == thrown) {
      nextPending();
      if (pending == null) {
        withdrawn();
      }
      return true;
    }
    return held != null
        && (held.later.removeIf(later -> later == thrown)
            || held.shielded.removeIf(shielded -> shielded.thrown() == thrown));
  }

  private void nextPending() {
    pending = held == null ? null : held.later.poll();
  }

  /**
   * Waits for a time. Switches.
   *
   * @param nanos nanoseconds to wait at least; zero or less only lets everything else that is ready
   *     have its turn; {@link Long#MAX_VALUE} waits for ever
   * @throws InterruptedWaitException if the thread is interrupted; the interrupt status stays set
   */
  public final void sleepNanos(long nanos) {
    if (nanos <= 0) {
      yieldNow();
    } else {
      boolean _ = newWaiter().await(nanos);
    }
  }

  /**
   * Goes to the end of the ready queue: everything that is ready now has its turn first. Switches.
   */
  public abstract void yieldNow();

  final Throwable takePending() {
    Throwable thrown = Objects.requireNonNull(pending);
    nextPending();
    return arriving(thrown);
  }

  /** Something thrown is about to arrive: a hook for what its way here has left behind. */
  Throwable arriving(Throwable thrown) {
    if (thrown instanceof SwitchPointError error) {
      error.fillInStackTrace(); // where it hits is what helps, not where the hub made it
    }
    return thrown;
  }

  /** Something was thrown while this strand was not in a wait of ours. */
  void postponed() {}

  /** What was on its way was taken back, and nothing else is. */
  void withdrawn() {}

  abstract Waiter newWaiter();

  /**
   * Gives the turn away until {@code waiter} has ended, by time at the latest, unless {@link
   * #isOverBefore}.
   */
  abstract void await(Waiter waiter, long nanos);

  /** Whether a wait is over before it begins; throws what is pending. */
  final boolean isOverBefore(Waiter waiter, long nanos) {
    if (pending != null && waiter.cancel()) {
      throw raise(takePending());
    }
    return nanos <= 0 && waiter.expireUnparked();
  }

  /** Lets this strand go on after a wait. Any thread. */
  abstract void resume(Waiter ended);

  /**
   * Ends the wait that this strand is in, if it is in one, with a failure of the hub's. Unlike a
   * kill it is not kept for later. On the strand's hub.
   */
  final void endWait(Throwable thrown) {
    Waiter current = waiting;
    if (current != null && current.interruptWith(thrown)) {
      current.wake();
    }
  }

  /**
   * What this strand waits for, for messages and reports. On its hub.
   *
   * @return a description, or null if it waits in no call of Celadon
   */
  public final @Nullable String waitsFor() {
    Waiter current = waiting;
    return current == null ? null : current.waitsFor();
  }

  /** The timer that ends a wait after {@code nanos}; null for a wait without an end. */
  static @Nullable Timer arm(Hub hub, Waiter waiter, long nanos) {
    if (nanos == Long.MAX_VALUE) {
      return null;
    }
    if (hub.hasEnded()) {
      Reaper.schedule(waiter, nanos, TimeUnit.NANOSECONDS);
      return null;
    }
    return hub.loop().schedule(nanos, waiter);
  }

  /**
   * Whether this is how a call of the JDK tells of an interrupt, also wrapped by a library. For the
   * floors above.
   *
   * @param failure what a body threw
   * @return true if a kill or timeout that interrupted the thread may be behind it
   */
  public static boolean isMadeOfInterrupt(@Nullable Throwable failure) {
    return switch (failure) {
      case null -> false;
      case InterruptedException _ -> true;
      case InterruptedIOException _ -> true;
      case ClosedByInterruptException _ -> true;
      case SocketException closed when "Closed by interrupt".equals(closed.getMessage()) -> true;
      default -> failure != failure.getCause() && isMadeOfInterrupt(failure.getCause());
    };
  }

  /** Throws anything unchecked; declared to return so that callers can say so. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <E extends Throwable> RuntimeException raise(Throwable thrown) throws E {
    throw (E) thrown;
  }
}
