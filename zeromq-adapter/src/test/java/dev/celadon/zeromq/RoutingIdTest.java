package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.greenlet.Greenlet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** A routing id reaches JeroMQ however its message is sent; pyzmq's green sockets lose it. */
class RoutingIdTest {

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void routingIdIsKeptAtOnceAndAfterAWait(IoMode io) throws Exception {
    assumeTrue(io != IoMode.HUB_PIPES, "draft types need JeroMQ's commands");
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.SERVER);
          ZmqSocket client = context.socket(SocketType.CLIENT);
          server.options().sendHighWaterMark(1);
          client.options().receiveHighWaterMark(1);
          client.connect(server.bind("inproc://routing"));
          client.send("hello");
          ZmqMessage request = server.recvMessage(LONG);
          int id = request.routingId();
          assertNotEquals(0, id);

          server.send(ZmqMessage.of("at once").withRoutingId(id));
          assertEquals("at once", client.recvString(LONG));

          int filled = 0;
          while (server.trySend(ZmqMessage.of("fills").withRoutingId(id))) {
            filled++;
          }
          List<Greenlet<?>> waiting =
              List.of(
                  spawn(() -> server.send(ZmqMessage.of("waited").withRoutingId(id))),
                  spawn(() -> server.sendFromAnyThread(ZmqMessage.of("came").withRoutingId(id))));
          yieldNow();
          assertFalse(waiting.getFirst().isReady());
          for (int i = 0; i < filled; i++) {
            assertEquals("fills", client.recvString(LONG));
          }
          assertEquals("waited", client.recvString(LONG));
          assertEquals("came", client.recvString(LONG));
          for (Greenlet<?> sender : waiting) {
            sender.result();
          }
        });
  }
}
