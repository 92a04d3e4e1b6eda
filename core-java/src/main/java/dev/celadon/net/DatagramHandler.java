package dev.celadon.net;

/** What a {@link DatagramServer} does with each datagram. */
@FunctionalInterface
public interface DatagramHandler {

  /**
   * Takes one datagram.
   *
   * @param datagram what has come, and from whom
   * @throws Exception anything: it goes to the hub's error handler, with the sender's address; the
   *     server goes on
   */
  void handle(Datagram datagram) throws Exception;
}
