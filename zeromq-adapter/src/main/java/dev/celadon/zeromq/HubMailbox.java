package dev.celadon.zeromq;

import java.nio.channels.SelectableChannel;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import zmq.SocketBase;

/**
 * The mailbox of a socket on the hub: JeroMQ's own list of commands, without the pipe.
 *
 * <p>Confined to its hub.
 */
final class HubMailbox implements Bell {
  /*
   * state      a command              becomes
   * silent     only waits             armed, by somebody who waits
   * armed      makes the socket ready silent, by the ring; not if an operation was quicker and has taken the commands: then it has
   *                                   looked after those who wait as well
   * reaping    is told to the reaper  gone, by the close of JeroMQ's mailbox
   * gone       cannot come
   *
   * The socket itself takes the commands out, in its operations. The reaper does what is left: it processes the command that hands
   * the socket over first, since its selector reports its own mailbox first.
   */

  private final HubEngine engine;
  private final int number;
  private final Deque<Object> commands;
  private final ReapingKey key;

  private @Nullable Runnable onRing;
  private boolean isArmed;
  private boolean isReady;
  private boolean isReaping;

  HubMailbox(
      HubEngine engine,
      SocketBase socket,
      Deque<Object> commands,
      SelectableChannel closedChannel,
      MailboxSelector selector) {
    this.engine = engine;
    this.number = socket.getTid();
    this.commands = commands;
    this.key = new ReapingKey(socket, closedChannel, selector);
  }

  /** JeroMQ's number of the socket, which another one gets after it. */
  int number() {
    return number;
  }

  void onRing(Runnable call) {
    onRing = call;
  }

  /** A command comes. Never switches. */
  void add(Object command) {
    commands.addLast(command);
    if (isArmed) {
      makeReady();
    } else if (isReaping) {
      engine.reap(key);
    }
  }

  private void makeReady() {
    if (!isReady) {
      isReady = true;
      engine.ready(this);
    }
  }

  /** The engine's call, for one that is ready. */
  void ring() {
    isReady = false;
    Runnable call = onRing;
    if (isArmed && call != null && !commands.isEmpty()) {
      isArmed = false;
      call.run();
    }
  }

  @Override
  public void arm() {
    isArmed = true;
    if (!commands.isEmpty()) {
      makeReady();
    }
  }

  @Override
  public void armAgain(boolean broughtSomething) {
    arm();
  }

  @Override
  public void close() {
    isArmed = false;
    isReaping = true;
    if (!commands.isEmpty()) {
      engine.reap(key);
    }
  }

  /** JeroMQ has closed the mailbox. */
  void gone() {
    key.cancel();
  }

  @Override
  public boolean isGone() {
    return !key.isValid();
  }
}
