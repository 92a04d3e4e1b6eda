package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint cannot be bound, connected, unbound or disconnected: in use, malformed, of an unknown
 * transport, or not there.
 *
 * <p>Immutable.
 */
public final class ZmqAddressException extends ZmqException {

  private static final long serialVersionUID = 1L;

  ZmqAddressException(int errno, String message, @Nullable Throwable cause) {
    super(errno, message, cause);
  }
}
