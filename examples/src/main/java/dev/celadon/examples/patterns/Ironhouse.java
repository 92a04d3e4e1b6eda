package dev.celadon.examples.patterns;

import dev.celadon.zeromq.AuthRequest.Curve;
import dev.celadon.zeromq.AuthVerdict;
import dev.celadon.zeromq.Authenticator;
import dev.celadon.zeromq.CurveKeys;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqEvent;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqMonitor;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.zeromq.SocketType;

/**
 * Encrypted connections, for those only whose public keys the server knows. Who looks at the keys
 * is a greenlet, so it may ask elsewhere, and the server learns from it who has sent what.
 */
final class Ironhouse {

  private Ironhouse() {}

  static void run(ZmqContext context, PrintStream out) {
    CurveKeys serverKeys = CurveKeys.generate();
    CurveKeys annasKeys = CurveKeys.generate();
    Map<CurveKeys, String> known = Map.of(annasKeys.publicOnly(), "Anna");
    try (Authenticator authenticator = Authenticator.open(context);
        ZmqSocket server = context.socket(SocketType.PULL);
        ZmqSocket anna = context.socket(SocketType.PUSH);
        ZmqSocket stranger = context.socket(SocketType.PUSH);
        ZmqMonitor monitor = stranger.monitor()) {
      authenticator.curve(
          request -> {
            String name =
                request.credentials() instanceof Curve(CurveKeys key) ? known.get(key) : null;
            return name == null ? AuthVerdict.deny("who are you?") : AuthVerdict.allow(name);
          });
      server.options().curveServer(serverKeys);
      String endpoint = server.bind(Pattern.ANY_PORT);

      anna.options().curveClient(annasKeys, serverKeys.publicOnly());
      anna.connect(endpoint);
      anna.send("hello");
      show(server.recvMessage(), out);

      stranger.options().curveClient(CurveKeys.generate(), serverKeys.publicOnly());
      stranger.options().linger(Duration.ZERO);
      stranger.connect(endpoint);
      stranger.send("hello, too");
      for (ZmqEvent event : monitor) {
        if (event instanceof HandshakeFailed refusal) {
          out.println("a stranger is turned away: " + refusal.code());
          break;
        }
      }
      anna.send("are we alone?");
      show(server.recvMessage(), out);
    }
  }

  private static void show(ZmqMessage message, PrintStream out) {
    out.println(message.metadata("User-Id") + ": " + message.text(0));
  }
}
