package dev.celadon.examples.patterns;

import dev.celadon.pool.TaskGroup;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.io.PrintStream;
import java.time.Duration;
import org.zeromq.SocketType;
import org.zeromq.ZMQ.Curve;
import zmq.ZMQ;

/**
 * Encrypted connections, for those only whose public keys the server knows. The guard who looks at
 * the keys is a greenlet behind a socket that ZeroMQ asks during each handshake (ZAP).
 */
final class Ironhouse {

  private static final String GUARD = "inproc://zeromq.zap.01";

  private Ironhouse() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    Curve.KeyPair serverKeys = Curve.generateKeyPair();
    Curve.KeyPair annasKeys = Curve.generateKeyPair();
    Curve.KeyPair strangersKeys = Curve.generateKeyPair();
    Event turnedAway = new Event();
    try (ZmqSocket guard = context.socket(SocketType.REP);
        ZmqSocket server = context.socket(SocketType.PULL);
        ZmqSocket anna = context.socket(SocketType.PUSH);
        ZmqSocket stranger = context.socket(SocketType.PUSH)) {
      guard.bind(GUARD);
      server
          .options()
          .set(ZMQ.ZMQ_CURVE_SERVER, true)
          .set(ZMQ.ZMQ_CURVE_SECRETKEY, serverKeys.secretKey);
      String endpoint = server.bind(Pattern.ANY_PORT);
      TaskGroup.run(
          roles -> {
            var watch = roles.spawn(() -> admit(guard, annasKeys.publicKey, turnedAway));
            connect(anna, endpoint, annasKeys, serverKeys.publicKey);
            anna.send("hello from Anna");
            out.println(server.recvString());

            connect(stranger, endpoint, strangersKeys, serverKeys.publicKey);
            stranger.send("hello from nobody");
            turnedAway.waitUntilSet();
            out.println("a stranger was turned away");
            anna.send("Anna again");
            out.println(server.recvString());
            watch.kill();
          });
    }
  }

  private static void connect(
      ZmqSocket client, String endpoint, Curve.KeyPair keys, String serverKey) {
    client
        .options()
        .linger(Duration.ZERO)
        .set(ZMQ.ZMQ_CURVE_PUBLICKEY, keys.publicKey)
        .set(ZMQ.ZMQ_CURVE_SECRETKEY, keys.secretKey)
        .set(ZMQ.ZMQ_CURVE_SERVERKEY, serverKey);
    client.connect(endpoint);
  }

  /** What comes is (version, number, domain, address, identity, mechanism, public key). */
  private static void admit(ZmqSocket guard, String known, Event turnedAway) {
    while (true) {
      ZmqMessage request = guard.recvMessage();
      boolean knows = Curve.z85Encode(request.frame(6)).equals(known);
      guard.send(
          ZmqMessage.of(
              request.text(0),
              request.text(1),
              knows ? "200" : "400",
              knows ? "OK" : "No",
              "",
              ""));
      if (!knows) {
        turnedAway.set();
      }
    }
  }
}
