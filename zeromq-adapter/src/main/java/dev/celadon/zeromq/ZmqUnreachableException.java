package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;

/**
 * A ROUTER that was told to report it knows no such peer.
 *
 * <p>Immutable.
 */
public final class ZmqUnreachableException extends ZmqException {

  private static final long serialVersionUID = 1L;

  ZmqUnreachableException(int errno, String message, @Nullable Throwable cause) {
    super(errno, message, cause);
  }
}
