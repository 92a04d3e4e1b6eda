package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;

import dev.celadon.zeromq.ZmqAddressException;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;

/** A socket that takes the place of one that was closed just now. */
final class Successor {

  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final int TRIES = 100;

  private Successor() {}

  /**
   * Binds as soon as JeroMQ has let go of the endpoint, which it does some time after the close.
   */
  static void bind(ZmqSocket socket, String endpoint) {
    for (int tries = 1; ; tries++) {
      try {
        socket.bind(endpoint);
        return;
      } catch (ZmqAddressException e) {
        if (tries == TRIES) {
          throw e;
        }
        sleep(PAUSE);
      }
    }
  }
}
