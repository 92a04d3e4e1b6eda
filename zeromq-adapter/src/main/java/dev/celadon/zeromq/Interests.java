package dev.celadon.zeromq;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.Command;
import zmq.io.IEngine;
import zmq.io.SessionBase;
import zmq.io.StreamEngine;
import zmq.pipe.Pipe;
import zmq.poll.Poller;

/**
 * What a poller of JeroMQ wants to hear of its connections, taken over without a walk over all of
 * them.
 *
 * <p>Confined to its hub.
 */
final class Interests {
  /*
   * JeroMQ (0.6.0): whoever changes its interest in a channel changes its handle, and marks the poller as `retired`. Before its next select
   * the poller then tells its selector the interest of every handle that it has. A message changes the interest of one connection, twice; so
   * each costs a walk over all connections, most of which are idle.
   *
   * At the end of a round, when the poller has called all whose channels were reported, it is known whose interest may have changed:
   *
   *   an engine that was called, because its channel was reported: its own;
   *   an engine whose session has a pipe that was told to read or write on, by a command to the worker: its own;
   *   a command of another kind: unknown, and so is what follows from it;
   *   handles that came and went: the numbers of all and of those in use tell, since those that go are taken out by the walk only.
   *
   * So if nothing is unknown, the interests of those few are taken over, and the mark is taken away. Else the poller walks, as ever. A timer
   * runs after this, and before the poller looks at the mark.
   *
   * Commands are noted when they are sent, and forgotten at the end of a round that has left none in the mailbox.
   */

  private static final Logger LOG = LoggerFactory.getLogger(Interests.class);

  /** So many pipes are remembered at most; a walk is cheaper then. */
  private static final int MOST_PIPES = 256;

  /** What of JeroMQ's insides is needed here. */
  private record Inside(
      VarHandle retired,
      VarHandle handles,
      VarHandle ops,
      VarHandle cancelled,
      VarHandle channel,
      VarHandle type,
      VarHandle destination,
      VarHandle sink,
      VarHandle engineOfSession,
      VarHandle handleOfEngine) {}

  private static final @Nullable Inside INSIDE = inside();

  private static @Nullable Inside inside() {
    try {
      MethodHandles.Lookup us = MethodHandles.lookup();
      MethodHandles.Lookup poller = MethodHandles.privateLookupIn(Poller.class, us);
      MethodHandles.Lookup handle = MethodHandles.privateLookupIn(Poller.Handle.class, us);
      MethodHandles.Lookup command = MethodHandles.privateLookupIn(Command.class, us);
      return new Inside(
          poller.findVarHandle(Poller.class, "retired", boolean.class),
          poller.findVarHandle(Poller.class, "fdTable", Set.class),
          handle.findVarHandle(Poller.Handle.class, "ops", int.class),
          handle.findVarHandle(Poller.Handle.class, "cancelled", boolean.class),
          handle.findVarHandle(Poller.Handle.class, "fd", SelectableChannel.class),
          command.findVarHandle(Command.class, "type", Command.Type.class),
          command.findVarHandle(Command.class, "destination", command.findClass("zmq.ZObject")),
          MethodHandles.privateLookupIn(Pipe.class, us)
              .findVarHandle(Pipe.class, "sink", Pipe.IPipeEvents.class),
          MethodHandles.privateLookupIn(SessionBase.class, us)
              .findVarHandle(SessionBase.class, "engine", IEngine.class),
          MethodHandles.privateLookupIn(StreamEngine.class, us)
              .findVarHandle(StreamEngine.class, "handle", Poller.Handle.class));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("a message of JeroMQ costs a walk over all connections of its I/O side", e);
      return null;
    }
  }

  private final Inside inside;
  private final Poller poller;
  private final Selector selector;

  /** Called in this round. */
  private final List<HubKey> called = new ArrayList<>();

  /** Told to go on by commands that may have been processed. */
  private final List<Pipe> pipes = new ArrayList<>();

  /** There was a command of another kind; or, at first, may have been before this was made. */
  private boolean isUnknown = true;

  private @Nullable Deque<Object> mailbox;

  /** At the beginning of the round. */
  private int handles;

  /** At the beginning of the round: those in use. */
  private int load;

  private Interests(Inside inside, Poller poller, Selector selector) {
    this.inside = inside;
    this.poller = poller;
    this.selector = selector;
  }

  /** The interests of a poller; null where JeroMQ does not let us in, or it is no poller. */
  static @Nullable Interests of(Runnable worker, Selector selector) {
    Inside known = INSIDE;
    return known != null && worker instanceof Poller poller
        ? new Interests(known, poller, selector)
        : null;
  }

  /**
   * A command for the worker was sent.
   *
   * @param into the mailbox
   */
  void sent(Object command, Deque<Object> into) {
    mailbox = into;
    if (isUnknown) {
      return;
    }
    switch ((Command.Type) inside.type.get((Command) command)) {
      case ACTIVATE_READ, ACTIVATE_WRITE -> {
        if (inside.destination.get((Command) command) instanceof Pipe pipe
            && pipes.size() < MOST_PIPES) {
          pipes.add(pipe);
        } else {
          isUnknown = true;
        }
      }
      default -> isUnknown = true;
    }
  }

  /** The poller is about to select: it has told all that it wants. */
  void roundBegins() {
    handles = handles();
    load = poller.getLoad();
  }

  private int handles() {
    return ((Set<?>) inside.handles.get(poller)).size();
  }

  /** The poller is about to call the owner of a channel. */
  void calls(HubKey key) {
    called.add(key);
  }

  /** The poller has called everybody. */
  void roundEnds() {
    if ((boolean) inside.retired.get(poller) && isKnown() && takeOver()) {
      inside.retired.set(poller, false);
    }
    called.clear();
    if (mailbox != null && mailbox.isEmpty()) {
      pipes.clear();
      isUnknown = false;
    }
  }

  private boolean isKnown() {
    return !isUnknown && handles() == handles && poller.getLoad() == load;
  }

  /** False if there is more to be done than to take over interests. */
  private boolean takeOver() {
    for (HubKey key : called) {
      if (!takeOver(key)) {
        return false;
      }
    }
    for (Pipe pipe : pipes) {
      if (inside.sink.get(pipe) instanceof SessionBase session
          && !takeOver((IEngine) inside.engineOfSession.get(session))) {
        return false;
      }
    }
    return true;
  }

  private boolean takeOver(@Nullable IEngine engine) {
    if (engine == null) {
      return true; // its session is not connected
    }
    return engine instanceof StreamEngine stream
        && inside.handleOfEngine.get(stream) instanceof Poller.Handle handle
        && ((SelectableChannel) inside.channel.get(handle)).keyFor(selector) instanceof HubKey key
        && takeOver(key);
  }

  private boolean takeOver(HubKey key) {
    if (!key.isValid()
        || !(key.attachment() instanceof Poller.Handle handle)
        || (boolean) inside.cancelled.get(handle)) {
      return false;
    }
    key.interestOps((int) inside.ops.get(handle));
    return true;
  }
}
