package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.examples.patterns.MajordomoBroker.DISCONNECT;
import static dev.celadon.examples.patterns.MajordomoBroker.HEARTBEAT;
import static dev.celadon.examples.patterns.MajordomoBroker.READY;
import static dev.celadon.examples.patterns.MajordomoBroker.REPLY;
import static dev.celadon.examples.patterns.MajordomoBroker.REQUEST;
import static dev.celadon.examples.patterns.MajordomoBroker.WORKER;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.zeromq.SocketType;

/** A worker for a service of {@link Majordomo}. */
final class MajordomoWorker {

  private final ZmqContext context;
  private final String broker;
  private final String service;

  MajordomoWorker(ZmqContext context, String broker, String service) {
    this.context = context;
    this.broker = broker;
    this.service = service;
  }

  /** Works until it is killed. */
  void run(UnaryOperator<String> work) {
    while (true) {
      try (ZmqSocket socket = context.socket(SocketType.DEALER)) {
        socket.options().linger(Duration.ZERO);
        socket.connect(broker);
        socket.send(ZmqMessage.of("", WORKER, READY, service));
        try (var _ = spawn(() -> beat(socket)).killOnClose()) {
          serve(socket, work);
        }
      }
    }
  }

  private static void beat(ZmqSocket socket) {
    while (true) {
      sleep(Liveness.INTERVAL);
      socket.send(ZmqMessage.of("", WORKER, HEARTBEAT));
    }
  }

  /** Returns when the broker is silent or has taken us for dead. */
  private static void serve(ZmqSocket socket, UnaryOperator<String> work) {
    try {
      while (true) {
        // (empty, protocol, command), for a request with (client, empty, words) behind it
        ZmqMessage message = Liveness.recvMessage(socket);
        String command = message.text(2);
        if (command.equals(DISCONNECT)) {
          return;
        }
        if (command.equals(REQUEST)) {
          String answer = work.apply(message.text(5));
          socket.send(
              ZmqMessage.of(answer)
                  .wrap(message.frame(3))
                  .prepend(bytes(REPLY))
                  .prepend(bytes(WORKER))
                  .prepend(bytes("")));
        }
      }
    } catch (ZmqTimeoutException silence) {
      // The caller tries another socket.
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
