package dev.celadon.zeromq;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/**
 * Where a {@link ZmqSocket} is bound and connected, and who is there.
 *
 * <p>Confined to its hub.
 */
public sealed interface ZmqEndpoints permits ZmqSocket {

  /**
   * Waits for peers at an endpoint. Never switches, except to resolve a host name.
   *
   * @param endpoint such as {@code tcp://127.0.0.1:5555}, {@code tcp://*:*} or {@code
   *     inproc://name}
   * @return the endpoint with wildcards filled in: what peers connect to
   * @throws ZmqAddressException if it is in use, malformed, or of an unknown transport
   */
  String bind(String endpoint);

  /**
   * Binds to a free port. Never switches.
   *
   * @param address without a port, such as {@code tcp://127.0.0.1}
   * @return the port
   * @throws ZmqAddressException if the address is malformed, or not of this host
   */
  default int bindToRandomPort(String address) {
    String bound = bind(address + ":*");
    return Integer.parseInt(bound.substring(bound.lastIndexOf(':') + 1));
  }

  /**
   * Connects to an endpoint, which need not be there yet: JeroMQ tries again until it is. Never
   * switches, except to resolve a host name.
   *
   * @param endpoint such as {@code tcp://127.0.0.1:5555} or {@code inproc://name}
   * @throws ZmqAddressException if it is malformed, or of an unknown transport
   */
  void connect(String endpoint);

  /**
   * Connects a PEER to an endpoint. Never switches, except to resolve a host name.
   *
   * @param endpoint as for {@link #connect}
   * @return the routing id of the other side, for {@link ZmqMessage#withRoutingId}; positive or
   *     negative, but not 0
   * @throws ZmqAddressException if the endpoint is malformed, or of an unknown transport
   * @throws ZmqException if this is no PEER
   */
  int connectPeer(String endpoint);

  /**
   * Takes a {@link #bind} back. Never switches.
   *
   * @param endpoint what bind has returned
   * @throws ZmqAddressException if this socket is not bound to it
   */
  void unbind(String endpoint);

  /**
   * Takes a {@link #connect} back. Never switches.
   *
   * @param endpoint what connect was called with
   * @throws ZmqAddressException if this socket is not connected to it
   */
  void disconnect(String endpoint);

  /**
   * The endpoint of the last {@link #bind} or {@link #connect}, wildcards filled in.
   *
   * @return the endpoint, empty if there is none
   */
  String lastEndpoint();

  // --- Connections

  /**
   * Starts to collect what happens to the endpoints and connections of this socket. Never switches.
   *
   * @return a queue of events, for up to {@value ZmqMonitor#DEFAULT_CAPACITY} that nobody has taken
   */
  default ZmqMonitor monitor() {
    return monitor(ZmqMonitor.DEFAULT_CAPACITY);
  }

  /**
   * Starts to collect what happens to the endpoints and connections of this socket. Never switches.
   *
   * @param capacity so many events wait to be taken; the oldest ones above are dropped
   * @return a queue of events
   */
  ZmqMonitor monitor(int capacity);

  /**
   * Waits until a peer is connected, and the handshake is done, without a limit; see {@link
   * #awaitConnected(int, Duration)}. Switches if there is none.
   *
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws IllegalStateException if the socket has no endpoint on TCP
   */
  default void awaitConnected() {
    boolean _ = awaitConnected(SocketOptions.FOREVER);
  }

  /**
   * Waits until a peer is connected, and the handshake is done; see {@link #awaitConnected(int,
   * Duration)}.
   *
   * @param timeout how long to wait at most; zero or negative only looks
   * @return false if there was none in time
   */
  default boolean awaitConnected(Duration timeout) {
    return awaitConnected(1, timeout);
  }

  /**
   * Waits until so many peers are connected at the same time, and their handshakes are done. If
   * they were for a moment while the caller waited, that counts. Switches if they are fewer.
   *
   * @param peers at least 1; on TCP, others do not count
   * @param timeout how long to wait at most; zero or negative only looks
   * @return false if they were fewer all the time
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws IllegalStateException if the socket has no endpoint on TCP
   */
  boolean awaitConnected(int peers, Duration timeout);

  /**
   * Waits until no peer is connected. Switches if there is one.
   *
   * @param timeout how long to wait at most; zero or negative only looks
   * @return false if there was one all the time
   * @throws ZmqClosedException if the socket is closed, before or meanwhile
   * @throws IllegalStateException if the socket has no endpoint on TCP
   */
  boolean awaitDisconnected(Duration timeout);

  /**
   * Who is connected, over TCP, and has done the handshake. Never switches.
   *
   * @return a snapshot, in the order in which they have come
   */
  List<ZmqPeer> peers();

  /**
   * What has happened to the TCP connections of this socket so far. Never switches.
   *
   * @return a snapshot
   */
  ConnectionCounts connectionCounts();

  /**
   * Takes JeroMQ's own kind of listener, beside the monitors, for code that has one. Never
   * switches.
   *
   * @param listener called wherever JeroMQ does its I/O: on the hub, where it must not wait, or in
   *     an I/O thread; null ends the one before
   * @param events any of the {@code ZMQ_EVENT_} constants of {@link ZMQ}
   * @throws IllegalStateException if there is one already
   */
  void setEventHook(ZMQ.@Nullable EventConsummer listener, int events);
}
