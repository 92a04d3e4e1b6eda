package dev.celadon.zeromq;

import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import zmq.Mailbox;

/**
 * The mailbox of a socket whose commands come from JeroMQ's threads: JeroMQ's own list of commands;
 * the pipe has a part only after the socket's close.
 *
 * <p>Confined to its hub, but for what JeroMQ's threads call.
 */
final class ThreadMailbox implements Bell {
  /*
   * Each side does its own part before it looks at the other's, so that one of the two sees the other:
   *
   *   who waits     arms the bell, then looks for commands
   *   who closes    marks the mailbox as closed, then looks for commands
   *   who sends     puts the command, then looks whether it is closed, and whether the bell is armed
   *
   * While the ring looks after those who wait, the bell is armed: what comes meanwhile may be taken by a look in one direction, after the
   * look in the other, which it was for. So it rings again for every command that it was armed for, even if that is taken already.
   *
   * From its close on the socket belongs to JeroMQ's reaper, which waits for a byte in the pipe.
   */

  private final ThreadEngine engine;
  private final int number;
  private final CommandHook hook;
  private final Mailbox mailbox;
  private final Deque<Object> commands;
  private final Runnable onRing;
  private final AtomicBoolean isArmed = new AtomicBoolean();

  /** Somebody waits still, or again. Confined to the hub. */
  private boolean isWanted;

  /** Written by the hub. */
  private volatile boolean isClosed;

  /** Written by JeroMQ's reaper. */
  private volatile boolean isGone;

  ThreadMailbox(
      ThreadEngine engine, int number, CommandHook hook, Mailbox mailbox, Runnable onRing) {
    this.engine = engine;
    this.number = number;
    this.hook = hook;
    this.mailbox = mailbox;
    this.commands = hook.commands(mailbox);
    this.onRing = onRing;
  }

  /** JeroMQ's number of the socket, which another one gets after it. */
  int number() {
    return number;
  }

  /** Whether it still has its number. Any thread. */
  boolean isOpen() {
    return hook.mailbox(engine.ctx(), number) == mailbox;
  }

  /** A command comes. Any thread; never switches. */
  void add(Object command) {
    commands.addLast(command);
    if (isClosed) {
      engine.signal(hook, mailbox);
    } else {
      tell();
    }
  }

  private void tell() {
    if (isArmed.get() && isArmed.compareAndSet(true, false)) {
      engine.ready(this);
    }
  }

  /** The engine's call, on the hub, after {@link ThreadEngine#ready}. */
  void ring() {
    if (isClosed) {
      return;
    }
    isWanted = false;
    isArmed.set(true);
    onRing.run();
    if (!isWanted) {
      isArmed.set(false);
    }
  }

  @Override
  public void arm() {
    isWanted = true;
    isArmed.set(true);
    if (!commands.isEmpty()) {
      tell();
    }
  }

  @Override
  public void armAgain(boolean broughtSomething) {
    arm();
  }

  @Override
  public void close() {
    isArmed.set(false);
    isClosed = true;
    if (!commands.isEmpty()) {
      engine.signal(hook, mailbox);
    }
  }

  /** JeroMQ has closed the mailbox. Any thread. */
  void gone() {
    isGone = true;
    engine.forget(this);
  }

  @Override
  public boolean isGone() {
    return isGone;
  }
}
