package dev.celadon.net;

/** What a {@link StreamServer} does with each connection. */
@FunctionalInterface
public interface SocketHandler {

  /**
   * Talks with one client. The server closes the socket when this returns or throws.
   *
   * @param socket the connection; its {@link Transport#remoteAddress} is the client
   * @throws Exception anything: it goes to the hub's error handler, with the client's address; the
   *     server goes on
   */
  void handle(Transport socket) throws Exception;
}
