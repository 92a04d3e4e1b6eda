package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bell at the pipe of a socket's mailbox, for JeroMQ as it is. It rings in the lane.
 *
 * <p>Confined to its hub.
 */
final class PipeBell implements Bell {
  /*
   * The channel is the read end of the pipe of the socket's mailbox: a byte for each command. The commands themselves, and the
   * bytes, are consumed by every operation on the socket. So the bell is armed only while somebody waits, and an operation that changes
   * the state silences it: whoever operates looks after the other waiters.
   *
   * JeroMQ's threads put the command, write the byte, then count it, and nobody may read a byte that is not counted. Woken by the
   * byte in between, we take the command, and leave the byte. It would ring again at once, in vain, for as long as we keep the other
   * thread off the CPU. So after a ring in vain the bell is silent until that thread is through.
   */

  private final Hub hub;
  private final ChannelWatches watches;
  private final Predicate<Runnable> isSettled;
  private final SelectableChannel channel;
  private final Runnable onRing;
  private final Runnable ring = this::ring;

  private @Nullable ChannelWatch watch;
  private ChannelWatch.@Nullable Listener listener;
  private boolean isArmed;
  private boolean isClosed;

  /**
   * Makes the bell of a socket.
   *
   * @param isSettled whether everything that the I/O side has announced can be consumed now; if
   *     not, what it is given runs in the lane as soon as it may have become so
   */
  PipeBell(
      Hub hub,
      ChannelWatches watches,
      Predicate<Runnable> isSettled,
      SelectableChannel channel,
      Runnable onRing) {
    this.hub = hub;
    this.watches = watches;
    this.isSettled = isSettled;
    this.channel = channel;
    this.onRing = onRing;
  }

  @Override
  public void arm() {
    if (!isArmed) {
      isArmed = true;
      ChannelWatch watched = watch;
      ChannelWatch.Listener known = listener;
      if (watched == null || known == null) {
        watched = watches.of(channel);
        known = watched.listen(ops -> hub.runCallback(ring));
        watch = watched;
        listener = known;
      }
      watched.arm(known, SelectionKey.OP_READ);
    }
  }

  @Override
  public void armAgain(boolean broughtSomething) {
    if (isArmed) {
      return;
    }
    if (broughtSomething || isSettled.test(ring)) {
      arm();
    } else {
      isArmed = true; // by the engine
    }
  }

  private void ring() {
    isArmed = false;
    if (!isClosed) {
      onRing.run();
    }
  }

  /** Before the socket is closed, because then the channel is. */
  @Override
  public void close() {
    isClosed = true;
    ChannelWatch watched = watch;
    ChannelWatch.Listener known = listener;
    if (watched != null && known != null) {
      watched.remove(known);
      watches.close(channel);
    }
  }

  @Override
  public boolean isGone() {
    return !channel.isOpen();
  }
}
