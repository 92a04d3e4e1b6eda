package dev.celadon.net;

import javax.net.ssl.SSLException;

/**
 * Thrown by a read if the connection ended without the peer's word that this is the end
 * (close_notify): somebody between may have cut off what the peer has sent. Peers that never say it
 * are read with {@link TlsOptions#withRaggedEnds}.
 */
public final class TlsTruncatedException extends SSLException {

  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param message whose stream ended, and what to do
   */
  public TlsTruncatedException(String message) {
    super(message);
  }
}
