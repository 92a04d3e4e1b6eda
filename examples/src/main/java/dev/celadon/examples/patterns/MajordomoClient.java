package dev.celadon.examples.patterns;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;
import org.zeromq.SocketType;

/** A client of {@link Majordomo}. Any number of greenlets may ask at the same time. */
final class MajordomoClient {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ZmqContext context;
  private final String broker;

  MajordomoClient(ZmqContext context, String broker) {
    this.context = context;
    this.broker = broker;
  }

  String ask(String service, String words) {
    try (ZmqSocket socket = context.socket(SocketType.REQ)) {
      socket.options().linger(Duration.ZERO);
      socket.connect(broker);
      socket.send(ZmqMessage.of(MajordomoBroker.CLIENT, service, words));
      return socket.recvMessage(PATIENCE).text(2); // (protocol, service, answer)
    }
  }
}
