package dev.celadon.examples.patterns;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.time.Duration;
import org.zeromq.SocketType;

/**
 * A client that asks again, with a new socket each time, because a REQ whose request is lost waits
 * for ever. Something may be done twice; it must not matter.
 */
final class LazyPirate {

  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int TRIES = 5;

  private final ZmqContext context;
  private final String queue;

  LazyPirate(ZmqContext context, String queue) {
    this.context = context;
    this.queue = queue;
  }

  String ask(String request) {
    for (int tries = 1; ; tries++) {
      try (ZmqSocket socket = context.socket(SocketType.REQ)) {
        socket.options().linger(Duration.ZERO);
        socket.connect(queue);
        socket.send(request);
        return socket.recvString(PATIENCE);
      } catch (ZmqTimeoutException e) {
        if (tries == TRIES) {
          throw e;
        }
      }
    }
  }
}
