package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** The end of contexts whose sockets have connected to names that nobody has bound. */
class ZmqPendingTest {

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void contextEndsThoughAllSocketsWaitForNamesThatNobodyBinds(IoMode io) throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context = open(io);
          for (int i = 0; i < 3; i++) {
            context.socket(SocketType.DEALER).connect("inproc://nobody" + i);
          }
          context.close();
          assertTrue(context.isClosed());
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void termEndsThoughAllSocketsWaitForNamesThatNobodyBinds(IoMode io) throws Exception {
    OnHub.run(
        () -> {
          ZmqContext context = open(io);
          for (int i = 0; i < 3; i++) {
            ZmqSocket socket = context.socket(SocketType.DEALER);
            socket.connect("inproc://nobody" + i);
            Greenlet<?> _ =
                spawn(
                    () -> {
                      assertThrows(ZmqClosedException.class, () -> socket.recvMessage());
                      socket.close();
                    });
          }
          yieldNow();
          context.term(LONG);
        });
  }

  private static ZmqContext open(IoMode io) {
    return ZmqContext.open(
        ContextOptions.defaults().withIo(io).withMaxSockets(3).withLinger(Duration.ZERO));
  }
}
