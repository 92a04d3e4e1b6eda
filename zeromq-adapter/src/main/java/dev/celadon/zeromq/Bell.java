package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;

/**
 * Tells a socket, in the lane of its hub, that JeroMQ has sent it a command: its state may have
 * changed. It says nothing about the state itself.
 *
 * <p>Confined to its hub.
 */
final class Bell {
  /*
   * The channel is the read end of the pipe of the socket's mailbox: a byte for each command. The commands themselves, and the
   * bytes, are consumed by every operation on the socket. So the bell is armed only while somebody waits, and an operation that changes
   * the state silences it: whoever operates looks after the other waiters.
   *
   * JeroMQ's threads put the command, write the byte, then count it, and nobody may read a byte that is not counted. Woken by the
   * byte in between, we take the command, and leave the byte. It would ring again at once, in vain, for as long as we keep the other
   * thread off the CPU. So after a ring in vain the bell is silent until that thread is through.
   */

  private final Engine engine;
  private final SelectableChannel channel;
  private final Runnable onRing;
  private final ChannelWatch watch;
  private final ChannelWatch.Listener listener;
  private final Runnable ring = this::ring;

  private boolean isArmed;
  private boolean isClosed;

  /**
   * Makes the bell of a socket.
   *
   * @param onRing runs in the lane
   */
  Bell(Hub hub, Engine engine, SelectableChannel channel, Runnable onRing) {
    this.engine = engine;
    this.channel = channel;
    this.onRing = onRing;
    this.watch = engine.watches().of(channel);
    this.listener = watch.listen(ops -> hub.runCallback(ring));
  }

  /** Rings once, when a command has come. Never switches. */
  void arm() {
    if (!isArmed) {
      isArmed = true;
      watch.arm(listener, SelectionKey.OP_READ);
    }
  }

  /** Rings once more, after a ring that brought something or not. Never switches. */
  void armAgain(boolean broughtSomething) {
    if (isArmed) {
      return;
    }
    if (broughtSomething || engine.isSettled(ring)) {
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

  /** Rings no more. Before the socket is closed, because then the channel is. */
  void close() {
    isClosed = true;
    watch.remove(listener);
    engine.watches().close(channel);
  }
}
