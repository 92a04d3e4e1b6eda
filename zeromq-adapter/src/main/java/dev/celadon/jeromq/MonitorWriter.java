package dev.celadon.jeromq;

import org.jspecify.annotations.Nullable;
import zmq.Ctx;
import zmq.SocketBase;
import zmq.ZMQ;

/**
 * Writes the events of a socket to another one, as JeroMQ's monitors do. What nobody reads in time
 * is dropped, since a wait here would hold up the I/O side.
 *
 * <p>Confined to where JeroMQ does its I/O.
 */
final class MonitorWriter implements ZMQ.EventConsummer {

  private final SocketBase socket;
  private final int events;

  /** JeroMQ tells of the end of a socket, but not of a monitor that is taken away. */
  private boolean hasToldOfTheEnd;

  private MonitorWriter(SocketBase socket, int events) {
    this.socket = socket;
    this.events = events;
  }

  /** Null if the address cannot be bound to; errno tells. */
  static @Nullable MonitorWriter to(Ctx ctx, String address, int events) {
    SocketBase socket = ctx.createSocket(ZMQ.ZMQ_PAIR);
    boolean _ = socket.setSocketOpt(ZMQ.ZMQ_LINGER, 0);
    boolean _ = socket.setSocketOpt(ZMQ.ZMQ_SNDTIMEO, 0);
    if (!socket.bind(address)) {
      socket.close();
      return null;
    }
    return new MonitorWriter(socket, events);
  }

  @Override
  public void consume(ZMQ.Event event) {
    hasToldOfTheEnd |= event.event == ZMQ.ZMQ_EVENT_MONITOR_STOPPED;
    boolean _ = event.write(socket);
  }

  @Override
  public void close() {
    if (!hasToldOfTheEnd && (events & ZMQ.ZMQ_EVENT_MONITOR_STOPPED) != 0) {
      consume(new ZMQ.Event(ZMQ.ZMQ_EVENT_MONITOR_STOPPED, "", 0));
    }
    socket.close();
  }
}
