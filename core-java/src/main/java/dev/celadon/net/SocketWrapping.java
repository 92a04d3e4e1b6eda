package dev.celadon.net;

import java.io.IOException;

/**
 * What is laid over an accepted connection before its handler gets it, such as TLS. Runs in the
 * handler's greenlet, so that a client that is slow here holds nobody else up.
 */
@FunctionalInterface
public interface SocketWrapping {

  /**
   * Wraps a connection.
   *
   * @param socket the accepted connection; the server closes it in any case
   * @return what the handler gets; the server closes it first
   * @throws IOException if the client does not play its part
   */
  Transport wrap(StreamSocket socket) throws IOException;
}
