package dev.celadon.zeromq;

import java.util.List;
import zmq.ZError;

/**
 * A context did not end in the time given, because sockets are still open or still send.
 *
 * <p>Immutable.
 */
public final class ZmqTermTimeoutException extends ZmqException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> openSockets;

  ZmqTermTimeoutException(String message, List<String> openSockets) {
    super(ZError.EAGAIN, message, null);
    this.openSockets = openSockets;
  }

  /**
   * The sockets that hold the context up.
   *
   * @return type, endpoints and place of birth of each
   */
  public List<String> openSockets() {
    return openSockets;
  }
}
