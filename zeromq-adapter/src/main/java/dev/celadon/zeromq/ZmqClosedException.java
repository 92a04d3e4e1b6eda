package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;

/**
 * The socket or its context is closed, by this program itself; or was closed during the call.
 *
 * <p>Immutable.
 */
public final class ZmqClosedException extends ZmqException {

  private static final long serialVersionUID = 1L;

  ZmqClosedException(int errno, String message, @Nullable Throwable cause) {
    super(errno, message, cause);
  }
}
