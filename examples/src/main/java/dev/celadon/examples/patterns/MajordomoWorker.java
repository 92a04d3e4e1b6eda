package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.zeromq.SocketType;

/** A worker for a service of {@link Majordomo}. */
final class MajordomoWorker {

  private static final byte[] EMPTY = {};
  private static final byte[] PROTOCOL = MajordomoBroker.WORKER.getBytes(UTF_8);

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
        command(socket, MajordomoBroker.READY, service.getBytes(UTF_8));
        try (var _ = spawn(() -> beat(socket)).killOnClose()) {
          serve(socket, work);
        }
      }
    }
  }

  private static void beat(ZmqSocket socket) {
    while (true) {
      sleep(Liveness.INTERVAL);
      command(socket, MajordomoBroker.HEARTBEAT);
    }
  }

  /** Returns when the broker is silent or has taken us for dead. */
  private static void serve(ZmqSocket socket, UnaryOperator<String> work) {
    try {
      while (true) {
        // (empty, protocol, command), for a request with (client, empty, words) behind it
        ZmqMessage message = Liveness.recvMessage(socket);
        byte command = message.frame(2)[0];
        if (command == MajordomoBroker.DISCONNECT) {
          return;
        }
        if (command == MajordomoBroker.REQUEST) {
          byte[] answer = work.apply(message.text(5)).getBytes(UTF_8);
          command(socket, MajordomoBroker.REPLY, message.frame(3), EMPTY, answer);
        }
      }
    } catch (ZmqTimeoutException silence) {
      // The caller tries another socket.
    }
  }

  private static void command(ZmqSocket socket, byte command, byte[]... rest) {
    List<byte[]> frames = new ArrayList<>(List.of(EMPTY, PROTOCOL, new byte[] {command}));
    frames.addAll(List.of(rest));
    socket.sendMultipart(frames);
  }
}
