package dev.celadon.examples.patterns;

import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.time.Duration;

/** Notices when a peer that should give signs of life does not any more. */
final class Liveness {

  /** Between two signs of life. */
  static final Duration INTERVAL = Duration.ofMillis(50);

  /** So long nobody who lives is silent. */
  static final Duration PATIENCE = Duration.ofMillis(300);

  private final Event sign = new Event();

  /** The next message of a peer that should give signs of life, or an exception if it is silent. */
  static ZmqMessage recvMessage(ZmqSocket socket) {
    try {
      return socket.recvMessage(PATIENCE);
    } catch (ZmqTimeoutException silence) {
      return socket.recvMessage(INTERVAL); // were we late ourselves?
    }
  }

  /** It lives. */
  void sign() {
    sign.set();
  }

  /** Returns when there was no sign for {@link #PATIENCE}. */
  void waitForSilence() {
    do {
      sign.clear();
    } while (sign.waitUntilSet(PATIENCE) || sign.waitUntilSet(INTERVAL)); // were we late ourselves?
  }
}
