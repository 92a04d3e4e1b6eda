package dev.celadon.examples.patterns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqUnreachableException;
import java.io.PrintStream;
import org.zeromq.SocketType;

/**
 * How a ROUTER calls its peers: by the name that they have given themselves, or one that it makes
 * up. The name stands in front of what they send, and says to whom an answer goes.
 */
final class Identity {

  private Identity() {}

  static void run(ZmqContext context, PrintStream out) {
    try (ZmqSocket router = context.socket(SocketType.ROUTER);
        ZmqSocket anonymous = context.socket(SocketType.DEALER);
        ZmqSocket named = context.socket(SocketType.DEALER)) {
      router.options().routerMandatory(true);
      String endpoint = router.bind(Pattern.ANY_PORT);

      anonymous.connect(endpoint);
      anonymous.send("I am nobody");
      ZmqMessage message = router.recvMessage();
      out.println(message.frame(0).length + " bytes that it made up: " + message.text(1));

      named.options().identity("Ada".getBytes(UTF_8));
      named.connect(endpoint);
      named.send("I have a name");
      out.println(router.recvMessage());

      router.send(ZmqMessage.of("Ada", "hello by name"));
      out.println(named.recvString());
      try {
        router.send(ZmqMessage.of("Bob", "hello?"));
      } catch (ZmqUnreachableException e) {
        out.println("there is no Bob: " + e.errnoName());
      }
    }
  }
}
