package dev.celadon.zeromq;

/** Why a {@link ZmqProxy} has ended. Immutable. */
public enum ProxyEnd {
  /** {@link ZmqProxy#close}, or TERMINATE or KILL from the control socket. */
  STOPPED,

  /** The frontend was closed. */
  FRONTEND_CLOSED,

  /** The backend was closed. */
  BACKEND_CLOSED,

  /** The capture socket was closed. */
  CAPTURE_CLOSED,

  /** The control socket was closed. */
  CONTROL_CLOSED,

  /** The context of one of the sockets ends. */
  CONTEXT_ENDED,

  /**
   * Its greenlet was killed, or an operation failed: the call of {@link ZmqProxy#run} has thrown.
   */
  FAILED
}
