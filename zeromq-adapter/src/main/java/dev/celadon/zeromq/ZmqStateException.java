package dev.celadon.zeromq;

import org.jspecify.annotations.Nullable;

/**
 * The socket cannot do this now, or never can: its type or its turn forbids it.
 *
 * <p>Immutable.
 */
public final class ZmqStateException extends ZmqException {

  private static final long serialVersionUID = 1L;

  ZmqStateException(int errno, String message, @Nullable Throwable cause) {
    super(errno, message, cause);
  }
}
