package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import zmq.ZMQ;

/**
 * What a socket can do, as something to wait for beside events, results and greenlets.
 *
 * <p>Confined to its hub, but for {@link #unregister}.
 */
final class SocketReadiness implements Waitable {

  private final ZmqSocket socket;
  private final Lines lines;
  private final int event;

  /**
   * Makes a view of a socket.
   *
   * @param event {@code ZMQ_POLLIN} or {@code ZMQ_POLLOUT}; or 0, for its end alone
   */
  SocketReadiness(ZmqSocket socket, Lines lines, int event) {
    this.socket = socket;
    this.lines = lines;
    this.event = event;
  }

  @Override
  public boolean isReady() {
    return socket.isOver() || (event != 0 && (socket.events() & event) != 0);
  }

  @Override
  public boolean register(Waiter waiter) {
    if (isReady()) {
      return false;
    }
    lines.look(waiter, event);
    return true;
  }

  @Override
  public void unregister(Waiter waiter) {
    Hub hub = socket.context().hub();
    if (hub.inHub()) {
      lines.forget(waiter);
    } else {
      boolean _ = hub.submit(() -> lines.forget(waiter)); // a closed hub has closed the socket
    }
  }

  @Override
  public String toString() {
    return switch (event) {
          case ZMQ.ZMQ_POLLIN -> "a message for ";
          case ZMQ.ZMQ_POLLOUT -> "room in ";
          default -> "the end of ";
        }
        + socket;
  }
}
