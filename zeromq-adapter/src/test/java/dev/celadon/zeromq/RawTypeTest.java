package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.celadon.greenlet.Greenlet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.ZError;

/** RAW, the draft type that talks to whatever talks TCP, and {@code connectPeer}. */
class RawTypeTest {

  @ParameterizedTest
  @EnumSource(value = IoMode.class, names = "HUB_PIPES", mode = EnumSource.Mode.EXCLUDE)
  void rawSocketsTalkBytesWithPeersOfAnyKind(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket raw = context.socket(SocketType.RAW);
          List<ZmqSocket> streams = new ArrayList<>();
          String endpoint = raw.bind(ANY_PORT);
          Greenlet<?> echo =
              spawn(
                  () -> {
                    int bytes = 0;
                    while (bytes < 5 * "hello 0".length()) {
                      ZmqMessage some = raw.recvMessage(LONG);
                      assertNotEquals(0, some.routingId());
                      bytes += some.frame(0).length;
                      if (some.frame(0).length > 0) { // the beginning of a connection has none
                        raw.send(some, LONG);
                      }
                    }
                  });
          for (int i = 0; i < 5; i++) {
            ZmqSocket stream = context.socket(SocketType.STREAM);
            streams.add(stream);
            stream.connect(endpoint);
            List<byte[]> connected = stream.recvMultipart(LONG);
            byte[] identity = connected.getFirst();
            stream.send(ZmqMessage.of(List.of(identity, ("hello " + i).getBytes(UTF_8))));
            assertEquals("hello " + i, receive(stream, "hello 0".length()));
          }
          echo.result();
          assertEquals(0, context.caughtUp());
          streams.forEach(ZmqSocket::close);
        });
  }

  /** A stream of bytes comes in pieces. */
  private static String receive(ZmqSocket stream, int bytes) {
    StringBuilder all = new StringBuilder();
    while (all.length() < bytes) {
      all.append(stream.recvMessage(LONG).text(1));
    }
    return all.toString();
  }

  @ParameterizedTest
  @EnumSource(value = IoMode.class, names = "HUB_PIPES", mode = EnumSource.Mode.EXCLUDE)
  void whoConnectsAPeerKnowsItsRoutingId(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket one = context.socket(SocketType.PEER);
          ZmqSocket two = context.socket(SocketType.PEER);
          String endpoint = one.bind(ANY_PORT);
          int routingId = two.connectPeer(endpoint);
          assertNotEquals(0, routingId);
          assertEquals(endpoint, two.lastEndpoint());
          two.awaitConnected();
          two.send(ZmqMessage.of("question").withRoutingId(routingId), LONG);
          ZmqMessage question = one.recvMessage(LONG);
          one.send(ZmqMessage.of("answer").withRoutingId(question.routingId()), LONG);
          ZmqMessage answer = two.recvMessage(LONG);
          assertEquals("answer", answer.text(0));
          assertEquals(routingId, answer.routingId());
          two.disconnect(endpoint);
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void othersConnectNoPeer(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket dealer = context.socket(SocketType.DEALER);
          ZmqException e =
              assertThrows(ZmqException.class, () -> dealer.connectPeer("tcp://127.0.0.1:9"));
          assertEquals(ZError.ENOTSUP, e.errno());
        });
  }
}
