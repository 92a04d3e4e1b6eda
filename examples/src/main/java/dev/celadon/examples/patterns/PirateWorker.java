package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.zeromq.SocketType;

/**
 * A worker of {@link ParanoidPirate}. Its heart beats in a greenlet of its own, also while it
 * works. If the queue is silent, it begins anew with a new socket.
 */
final class PirateWorker {

  private final ZmqContext context;
  private final String name;
  private final UnaryOperator<String> work;

  PirateWorker(ZmqContext context, String name, UnaryOperator<String> work) {
    this.context = context;
    this.name = name;
    this.work = work;
  }

  /** Works until it is killed. */
  void run(String queue) {
    while (true) {
      try (ZmqSocket socket = context.socket(SocketType.DEALER)) {
        socket.options().identity(name.getBytes(UTF_8)).linger(Duration.ZERO);
        socket.connect(queue);
        socket.send(PirateQueue.READY);
        try (var _ = spawn(() -> beat(socket)).killOnClose()) {
          serve(socket);
        }
      }
    }
  }

  private static void beat(ZmqSocket socket) {
    while (true) {
      sleep(Liveness.INTERVAL);
      socket.send(PirateQueue.HEARTBEAT);
    }
  }

  /** Returns when the queue is silent. What comes is (sign of life) or (client, empty, request). */
  private void serve(ZmqSocket socket) {
    try {
      while (true) {
        ZmqMessage message = Liveness.recvMessage(socket);
        if (message.size() > 1) {
          String answer = work.apply(message.text(2));
          socket.send(ZmqMessage.of(answer).wrap(message.frame(0)));
        }
      }
    } catch (ZmqTimeoutException silence) {
      // The caller tries another socket.
    }
  }
}
