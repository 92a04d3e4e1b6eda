package dev.celadon.select;

import dev.celadon.hub.Awaited;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waiter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side of a channel that one party at a time waits for: whoever reads, or whoever writes.
 *
 * <p>Try the operation first, and wait only if it would block. What is tried may then still block
 * again, so it stands in a loop:
 *
 * <pre>{@code
 * Readiness reading = new Readiness(channel, SelectionKey.OP_READ, this);
 * while (channel.read(buffer) == 0) {
 *   reading.waitUntilReady(Long.MAX_VALUE);
 * }
 * }</pre>
 *
 * <p>A wait costs no memory, but for the first one of each greenlet in turn and for those with a
 * time limit, and no system call while the same side is waited for again and again.
 *
 * <p>{@link #close} may be called from any thread. One party after the other may wait, each on its
 * own hub; two at once are refused.
 */
public final class Readiness extends Listed implements Awaited {
  /*
   * waiter   the party that waits, or the last one that did: used again by the same party. Whoever closes the channel reads it from
   *          any thread, so a party publishes it before it looks at the channel for the last time.
   * waits    the channel's waits on the hub of the last wait; taken away by whoever closes.
   * listed   where this stands while it is waited for. Confined to the hub of that wait.
   */
  private static final VarHandle BUSY;
  private static final VarHandle WAITS;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      BUSY = lookup.findVarHandle(Readiness.class, "busy", int.class);
      WAITS = lookup.findVarHandle(Readiness.class, "waits", ChannelWaits.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What a waiter is granted if its channel was closed. */
  private static final Object CLOSED = new Object();

  private final SelectableChannel channel;
  private final int operations;
  private final Object owner;

  private volatile int busy;
  private volatile @Nullable Waiter waiter;
  private volatile @Nullable ChannelWaits waits;
  private @Nullable ChannelWaits listed;
  private int heard;

  /**
   * Makes a side.
   *
   * @param channel in non-blocking mode when it is waited for
   * @param operations a set of {@link SelectionKey}'s OP constants, which the channel supports
   * @param owner whose side it is, for messages: its {@code toString} must neither wait nor run
   *     user code
   */
  public Readiness(SelectableChannel channel, int operations, Object owner) {
    this.channel = Objects.requireNonNull(channel, "channel");
    this.operations = operations;
    this.owner = Objects.requireNonNull(owner, "owner");
    if (operations == 0 || (operations & ~channel.validOps()) != 0) {
      throw new IllegalArgumentException(
          "a "
              + channel.getClass().getSimpleName()
              + " cannot be waited for with operations "
              + operations
              + ": give some of "
              + channel.validOps());
    }
  }

  /**
   * Waits until the channel is ready. Switches, unless it only looks.
   *
   * @param nanos nanoseconds to wait at most; {@link Long#MAX_VALUE} waits for ever; zero or less
   *     only looks
   * @return true if it is ready, false if time was over first
   * @throws ConcurrentUseException if another party waits for this side
   * @throws ClosedChannelException if the channel is closed; an {@link AsynchronousCloseException}
   *     if it was closed during the wait
   * @throws java.io.UncheckedIOException if this is the hub's first wait for a channel, and the
   *     operating system has no descriptor left for it
   * @throws IllegalStateException if the channel is in blocking mode, or on a virtual thread that
   *     belongs to no hub
   */
  public boolean waitUntilReady(long nanos) throws ClosedChannelException {
    if (nanos <= 0) {
      Strand.current().checkpoint();
      return look(List.of(this));
    }
    Waiter mine = Waiter.currentAgain(waiter);
    mine.carry(this);
    begin(mine);
    try {
      boolean ready = mine.await(nanos);
      if (ready && mine.value() == CLOSED) {
        throw new AsynchronousCloseException();
      }
      return ready;
    } finally {
      end();
    }
  }

  /**
   * Waits until the first of several channels is ready. Switches. Afterwards {@link #heard} tells
   * of each of them.
   *
   * @param sides what to wait for, one at least
   * @param nanos as in {@link #waitUntilReady}; but zero or less is over at once, without a look
   * @return true if one is ready, or was closed during the wait; false if time was over first
   * @throws ConcurrentUseException if another party waits for one of them
   * @throws ClosedChannelException if one of the channels is closed before the wait
   * @throws IllegalStateException as {@link #waitUntilReady}
   */
  public static boolean waitForAny(List<Readiness> sides, long nanos)
      throws ClosedChannelException {
    Waiter mine = Waiter.current();
    mine.carry(sides.getFirst());
    int begun = 0;
    try {
      for (Readiness side : sides) {
        side.begin(mine);
        begun++;
      }
      return mine.await(nanos);
    } finally {
      for (int i = 0; i < begun; i++) {
        sides.get(i).end();
      }
    }
  }

  /**
   * As {@link #waitForAny}, but has a last look when time is over; a time of zero or less is a look
   * after everybody else has had a turn. Switches.
   */
  static boolean waitOrLook(List<Readiness> sides, long nanos) throws ClosedChannelException {
    Strand caller = Strand.current();
    if (nanos <= 0 || sides.isEmpty()) {
      caller.sleepNanos(nanos);
    } else if (waitForAny(sides, nanos)) {
      return true;
    }
    return look(sides);
  }

  /** Whether one of several channels is ready, or closed just now. Never switches. */
  static boolean look(List<Readiness> sides) throws ClosedChannelException {
    Waiter nobody = new Waiter(() -> {});
    int begun = 0;
    try {
      for (Readiness side : sides) {
        side.begin(nobody);
        begun++;
      }
      Hub.current().loop().look();
      return nobody.isGranted();
    } finally {
      for (int i = 0; i < begun; i++) {
        sides.get(i).end();
      }
    }
  }

  /**
   * Starts a wait of one's own, such as a suspended coroutine's: the channel counts as waited for
   * until {@link #unregister}. On a hub; never switches.
   *
   * @param mine granted when the channel is ready, or closed: whoever goes on then unregisters it,
   *     and tries again what it waits for
   * @throws ConcurrentUseException if another party waits for this side
   * @throws ClosedChannelException if the channel is closed
   * @throws java.io.UncheckedIOException as {@link #waitUntilReady}
   * @throws IllegalStateException as {@link #waitUntilReady}
   */
  public void register(Waiter mine) throws ClosedChannelException {
    mine.carry(this);
    begin(mine);
  }

  /**
   * Ends what {@link #register} has begun, whatever came of it; the channel stays as it is, and the
   * next one may wait at once. On the hub of the register; never switches.
   *
   * @param mine what was registered; one that is not, or not any more, is let be
   */
  public void unregister(Waiter mine) {
    if (busy != 0 && waiter == mine) {
      end();
    }
  }

  private void begin(Waiter mine) throws ClosedChannelException {
    if (!BUSY.compareAndSet(this, 0, 1)) {
      throw inUse();
    }
    try {
      waiter = mine;
      heard = 0;
      ChannelWaits here = waitsHere();
      if (!channel.isOpen()) { // else whoever closes it finds the waiter
        throw new ClosedChannelException();
      }
      listed = here;
      here.add(this);
    } catch (RuntimeException | Error | ClosedChannelException e) {
      end();
      if (!channel.isOpen()) { // by another thread, just now
        leaveHub();
        throw new ClosedChannelException();
      }
      throw e;
    }
  }

  private void end() {
    ChannelWaits here = listed;
    if (here != null) {
      listed = null;
      here.remove(this);
    }
    busy = 0;
  }

  private ChannelWaits waitsHere() throws ClosedChannelException {
    ChannelWaits known = waits;
    Hub hub = Hub.current();
    if (known != null && known.hub() == hub) {
      return known;
    }
    leaveHub();
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    ChannelWaits here = ChannelWaits.of(hub, channel);
    waits = here;
    return here;
  }

  private ConcurrentUseException inUse() {
    Waiter other = waiter;
    return new ConcurrentUseException(
        this
            + " is waited for by "
            + (other == null ? "another greenlet" : other.party())
            + " already: let one greenlet read and one write, or share it under a lock");
  }

  @Override
  void ready(int heard) {
    listed = null;
    this.heard |= heard;
    Waiter one = Objects.requireNonNull(waiter);
    if (one.grant(heard == 0 ? CLOSED : null)) {
      one.wake();
    }
  }

  /**
   * What the last wait has heard of.
   *
   * @return the operations that were ready; none if it ended for another reason
   */
  public int heard() {
    return heard;
  }

  /**
   * Whether somebody waits for this side.
   *
   * @return true during a wait
   */
  public boolean isBusy() {
    return busy != 0;
  }

  /**
   * Throws if somebody waits for this side: whoever tries an operation first, before it waits,
   * would take what the other waits for.
   *
   * @throws ConcurrentUseException if another party waits for this side
   */
  public void requireFree() {
    if (busy != 0) {
      throw inUse();
    }
  }

  /**
   * Ends a wait with an {@link AsynchronousCloseException} and gives up the loop's watcher. Right
   * after the channel was closed. Any thread; never switches. Closing twice does nothing.
   */
  public void close() {
    endWait();
    leaveHub();
  }

  /**
   * Gives up the loop's watcher while nobody waits; a later wait makes a new one. Any thread; never
   * switches.
   */
  public void retire() {
    leaveHub();
  }

  private void leaveHub() {
    ChannelWaits known = (ChannelWaits) WAITS.getAndSet(this, null);
    if (known != null) {
      known.release();
    }
  }

  /**
   * Ends a wait, if there is one, with an {@link AsynchronousCloseException}: this side will not
   * become ready any more. Any thread; never switches.
   */
  public void endWait() {
    Waiter one = waiter;
    if (busy != 0 && one != null && one.grant(CLOSED)) {
      one.wake();
    }
  }

  SelectableChannel channel() {
    return channel;
  }

  @Override
  int operations() {
    return operations;
  }

  /** What is waited for, for messages. */
  @Override
  public String toString() {
    return switch (operations) {
          case SelectionKey.OP_READ -> "data from ";
          case SelectionKey.OP_WRITE -> "room in ";
          case SelectionKey.OP_ACCEPT -> "a connection to ";
          case SelectionKey.OP_CONNECT -> "the connection of ";
          default -> "operations " + operations + " of ";
        }
        + owner;
  }
}
