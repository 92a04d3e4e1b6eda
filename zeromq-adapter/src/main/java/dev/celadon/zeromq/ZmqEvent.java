package dev.celadon.zeromq;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened to the endpoints and TCP connections of a socket; see {@link
 * ZmqMonitor}. {@code inproc://} has no events.
 *
 * <p>Immutable.
 */
public sealed interface ZmqEvent {

  /**
   * The endpoint of this side that it has happened to: what it is bound to, or what it connects to,
   * in numbers.
   *
   * @return the endpoint
   */
  String endpoint();

  /**
   * The socket is bound.
   *
   * @param endpoint with wildcards filled in
   */
  record Listening(String endpoint) implements ZmqEvent {}

  /**
   * The socket could not be bound.
   *
   * @param endpoint as it was given, without the transport
   * @param errno one of the constants of {@link zmq.ZError}
   */
  record BindFailed(String endpoint, int errno) implements ZmqEvent {}

  /**
   * A peer has connected; its handshake comes next.
   *
   * @param endpoint what the socket is bound to
   * @param peer where it comes from, or null if it is gone
   */
  record Accepted(String endpoint, @Nullable InetSocketAddress peer) implements ZmqEvent {}

  /**
   * A peer was about to connect.
   *
   * @param endpoint what the socket is bound to
   * @param errno one of the constants of {@link zmq.ZError}
   */
  record AcceptFailed(String endpoint, int errno) implements ZmqEvent {}

  /**
   * A connection is being made.
   *
   * @param endpoint what the socket connects to
   */
  record ConnectDelayed(String endpoint) implements ZmqEvent {}

  /**
   * A connection could not be made, or was lost, and will be tried again.
   *
   * @param endpoint what the socket connects to
   * @param pause until the next attempt
   */
  record ConnectRetried(String endpoint, Duration pause) implements ZmqEvent {}

  /**
   * A connection is made; its handshake comes next.
   *
   * @param endpoint what the socket connects to
   * @param peer what it is connected to, or null if that is gone
   */
  record Connected(String endpoint, @Nullable InetSocketAddress peer) implements ZmqEvent {}

  /**
   * The other side speaks ZeroMQ, and has the same mechanism; who it is comes next.
   *
   * @param endpoint of this side
   * @param protocol 0 and 1 for ZMTP 1.0, 2 for ZMTP 2.0, 3 for ZMTP 3.0 and later
   */
  record Greeted(String endpoint, int protocol) implements ZmqEvent {}

  /**
   * The peer is who it should be: messages flow.
   *
   * @param endpoint of this side
   * @param peer who it is
   */
  record HandshakeSucceeded(String endpoint, ZmqPeer peer) implements ZmqEvent {}

  /**
   * The peer is not who it should be, or does not speak ZeroMQ as it should.
   *
   * @param endpoint of this side
   * @param reason whose fault it is
   * @param code the status of RFC 27 for {@link FailureReason#AUTHENTICATION}, the number of
   *     JeroMQ's protocol error for {@link FailureReason#PROTOCOL}, else 0
   * @param detail the same in words
   */
  record HandshakeFailed(String endpoint, FailureReason reason, int code, String detail)
      implements ZmqEvent {}

  /**
   * A connection has ended. Those that end with their socket do not tell.
   *
   * @param endpoint of this side
   * @param peer what it was connected to, or null if that is not known
   */
  record Disconnected(String endpoint, @Nullable InetSocketAddress peer) implements ZmqEvent {}

  /**
   * The socket is not bound any more, or an attempt to connect has ended.
   *
   * @param endpoint of this side
   */
  record Closed(String endpoint) implements ZmqEvent {}

  /**
   * A channel could not be closed.
   *
   * @param endpoint of this side
   * @param errno one of the constants of {@link zmq.ZError}
   */
  record CloseFailed(String endpoint, int errno) implements ZmqEvent {}

  /** Why a handshake has failed. */
  enum FailureReason {
    /** An authenticator has denied it, here or there. */
    AUTHENTICATION,

    /** The other side does not speak as it should, or has the wrong keys. */
    PROTOCOL,

    /** The connection has ended before; this side does not know why. */
    DISCONNECTED
  }
}
