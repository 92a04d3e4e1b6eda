package dev.celadon.zeromq;

import java.nio.channels.SelectableChannel;
import java.nio.channels.Selector;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of a context that have to be looked at: those whose handshakes are not done, and
 * those that are about to be closed from this side.
 *
 * <p>Safe for use from any thread.
 */
final class Handshakes {
  /*
   * JeroMQ's events tell of a new connection and of one that the other side has ended, but neither of a handshake that is done nor
   * of a connection that this side closes. Both happen where JeroMQ does its I/O, which comes by here before each of its waits. So
   * whatever has happened is seen before anything else can happen there.
   */
  private final Map<SelectableChannel, Connection> watched = new ConcurrentHashMap<>();

  void watch(Connection connection) {
    watched.put(connection.channel(), connection);
    if (!connection.channel().isOpen()) {
      closed(connection); // before it was watched, perhaps
    }
  }

  private void closed(Connection connection) {
    if (watched.remove(connection.channel(), connection)) {
      connection.closedHere();
    }
  }

  void forget(Connection connection) {
    watched.remove(connection.channel());
  }

  /** The call of a worker of JeroMQ that is about to wait in this selector. Never switches. */
  void look(Selector selector) {
    if (!watched.isEmpty()) {
      watched.values().forEach(connection -> look(connection, selector));
    }
  }

  private void look(Connection connection, Selector selector) {
    SelectableChannel channel = connection.channel();
    if (!channel.isOpen()) {
      closed(connection);
      return;
    }
    if (connection.isReady()) {
      return;
    }
    switch (HandshakeView.of(channel, selector)) {
      case HandshakeView.Done done -> {
        watched.remove(channel, connection);
        connection.ready(done.properties());
      }
      case HandshakeView.Refused refused -> connection.refused(refused.status());
      case HandshakeView.Going _, HandshakeView.Elsewhere _ -> {}
    }
  }
}
