package dev.celadon.zeromq;

import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection of a socket.
 *
 * <p>Its fields that change are guarded by the lock of its {@link Connections}.
 */
final class Connection {

  private final Connections owner;
  private final SelectableChannel channel;
  private final String endpoint;
  private final @Nullable InetSocketAddress address;
  private final boolean accepted;

  /** Not null when the handshake is done. */
  private volatile @Nullable ZmqPeer peer;

  /** The handshake has failed, and somebody was told so. */
  boolean hasFailed;

  Connection(
      Connections owner,
      SelectableChannel channel,
      String endpoint,
      @Nullable InetSocketAddress address,
      boolean accepted) {
    this.owner = owner;
    this.channel = channel;
    this.endpoint = endpoint;
    this.address = address;
    this.accepted = accepted;
  }

  SelectableChannel channel() {
    return channel;
  }

  String endpoint() {
    return endpoint;
  }

  @Nullable InetSocketAddress address() {
    return address;
  }

  boolean isReady() {
    return peer != null;
  }

  @Nullable ZmqPeer peer() {
    return peer;
  }

  // --- What the handshakes have seen, where JeroMQ does its I/O

  void ready(Map<String, String> properties) {
    ZmqPeer known = new ZmqPeer(endpoint, address, accepted, properties);
    peer = known;
    owner.ready(this, known);
  }

  void refused(int status) {
    owner.refused(this, status);
  }

  void closedHere() {
    owner.closedHere(this);
  }
}
