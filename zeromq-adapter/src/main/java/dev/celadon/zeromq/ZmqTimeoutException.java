package dev.celadon.zeromq;

import zmq.ZError;

/**
 * The time given to a send or receive was over first. Nothing was sent or taken; the call may be
 * repeated. pyzmq's {@code Again}.
 *
 * <p>Immutable.
 */
public final class ZmqTimeoutException extends ZmqException {

  private static final long serialVersionUID = 1L;

  ZmqTimeoutException(String message) {
    super(ZError.EAGAIN, message, null);
  }
}
