package dev.celadon.zeromq;

import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import zmq.ZError;

/**
 * Who may use a socket, and when: the greenlets and callbacks of its hub, until it is closed or its
 * context ends.
 *
 * <p>Confined to its hub.
 */
final class Door {

  private final ZmqContext context;
  private final Hub hub;
  private final ZmqSocket socket;

  private boolean isClosed;

  Door(ZmqContext context, ZmqSocket socket) {
    this.context = context;
    this.hub = context.hub();
    this.socket = socket;
  }

  void requireHub() {
    context.requireHub();
  }

  /** Throws unless the caller may do this now. */
  void enter(String operation) {
    context.requireHub();
    if (isClosed || context.isTerminating()) {
      throw closed(operation);
    }
  }

  /** As {@link #enter}, for what may wait. */
  void enterBlocking(String operation) {
    enter(operation);
    if (hub.inLane()) {
      throw new BlockingSwitchOut(
          "a callback or coroutine of "
              + hub
              + " must not block in "
              + operation
              + " on "
              + socket
              + ": use a form that never waits (try..., events()), spawn a greenlet for what waits,"
              + " or take the suspending form of the call");
    }
  }

  ZmqClosedException closed(String operation) {
    if (!isClosed && context.isTerminating()) {
      return context.closed(operation + " on " + socket);
    }
    return new ZmqClosedException(
        ZError.ENOTSOCK, "cannot " + operation + ": " + socket + " is closed", null);
  }

  boolean isClosed() {
    return isClosed;
  }

  void close() {
    isClosed = true;
  }
}
