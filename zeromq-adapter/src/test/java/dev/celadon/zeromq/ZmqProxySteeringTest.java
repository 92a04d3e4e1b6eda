package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Pipeline.PLACES;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Pause, resume and the end of a proxy, by its methods and by control sockets. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqProxySteeringTest {

  private final IoMode io;

  ZmqProxySteeringTest(IoMode io) {
    this.io = io;
  }

  // --- Steering

  @Test
  void pauseStopsAndResumeLosesNothing() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            Pipeline line = Pipeline.over(context, place);
            try (ZmqProxy proxy = new ZmqProxy(line.front(), line.back())) {
              proxy.start();
              int next = 0;
              for (int round = 0; round < 5; round++) {
                Greenlet<?> sending = sendingFrom(line, next, 200);
                line.expect(next, next + 50);
                proxy.pause();
                proxy.pause();
                assertTrue(proxy.isPaused() && proxy.isRunning());
                long before = proxy.statistics().backendSent().messages();
                int arrived = 50;
                ZmqMessage late = line.sink().tryRecvMessage();
                while (late != null || arrived < before - next) {
                  if (late == null) {
                    late = line.sink().recvMessage(LONG);
                  }
                  assertEquals(String.valueOf(next + arrived), late.text(1));
                  arrived++;
                  late = line.sink().tryRecvMessage();
                }
                assertThrows(ZmqTimeoutException.class, () -> line.sink().recv(SHORT));
                assertEquals(before, proxy.statistics().frontendReceived().messages());
                assertEquals(before, proxy.statistics().backendSent().messages());
                proxy.resume();
                line.expect(next + arrived, next + 200);
                sending.result();
                next += 200;
              }
              assertEquals(0, context.caughtUp());
            }
          });
    }
  }

  private static Greenlet<?> sendingFrom(Pipeline line, int first, int count) {
    return spawn(
        () -> {
          for (int i = first; i < first + count; i++) {
            line.source().send(ZmqMessage.of("n", String.valueOf(i)), LONG);
          }
        });
  }

  @Test
  void proxyThatWasPausedBeforeItsBeginWaits() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy = new ZmqProxy(line.front(), line.back());
          proxy.pause();
          proxy.start();
          line.sending(1);
          assertThrows(ZmqTimeoutException.class, () -> line.sink().recv(SHORT));
          proxy.resume();
          line.expect(0, 1);
          proxy.close();
          proxy.close();
          assertEquals(ProxyEnd.STOPPED, proxy.end());
        });
  }

  @Test
  void proxyThatWasClosedBeforeItsBeginEndsAtOnce() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy = new ZmqProxy(line.front(), line.back());
          assertNull(proxy.end());
          proxy.close();
          line.sending(1);
          assertEquals(ProxyEnd.STOPPED, proxy.run());
          assertThrows(IllegalStateException.class, proxy::run);
        });
  }

  @Test
  void controlSocketsSteer() throws Exception {
    for (SocketType type : List.of(SocketType.REP, SocketType.PAIR, SocketType.ROUTER)) {
      OnHub.run(
          io,
          context -> {
            Pipeline line = Pipeline.over(context, "tcp");
            ZmqSocket control = context.socket(type);
            ZmqSocket remote =
                context.socket(type == SocketType.PAIR ? SocketType.PAIR : SocketType.REQ);
            remote.connect(control.bind(ANY_PORT));
            boolean answers = type != SocketType.PAIR;
            ZmqProxy proxy =
                new ZmqProxy(
                    line.front(), line.back(), ProxyOptions.defaults().withControl(control));
            Greenlet<ProxyEnd> proxying = proxy.start();
            line.sending(3);
            line.expect(0, 3);

            command(remote, "PAUSE", answers);
            assertEquals(List.of(3L, 6L, 0L, 0L, 0L, 0L, 3L, 6L), statistics(remote));
            assertTrue(proxy.isPaused());
            sendingFrom(line, 3, 2);
            assertThrows(ZmqTimeoutException.class, () -> line.sink().recv(SHORT));
            remote.send("DANCE");
            if (answers) {
              assertTrue(remote.recvString(LONG).startsWith("unknown command"));
            }
            command(remote, "RESUME", answers);
            line.expect(3, 5);
            assertEquals(List.of(5L, 10L, 0L, 0L, 0L, 0L, 5L, 10L), statistics(remote));
            command(remote, type == SocketType.REP ? "TERMINATE" : "KILL", answers);
            assertEquals(ProxyEnd.STOPPED, proxying.result());
            assertFalse(line.front().isClosed() || control.isClosed());
          });
    }
  }

  private static void command(ZmqSocket remote, String command, boolean answers) {
    remote.send(command);
    if (answers) {
      assertEquals("", remote.recvString(LONG));
    }
  }

  private static List<Long> statistics(ZmqSocket remote) {
    remote.send("STATISTICS");
    return remote.recvMessage(LONG).frames().stream()
        .map(frame -> ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder()).getLong())
        .toList();
  }

  @Test
  void controlSocketThatCannotAnswerSteersToo() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqSocket control = context.socket(SocketType.PULL);
          ZmqSocket remote = context.socket(SocketType.PUSH);
          remote.connect(control.bind("inproc://control"));
          ZmqProxy proxy =
              new ZmqProxy(line.front(), line.back(), ProxyOptions.defaults().withControl(control));
          Greenlet<ProxyEnd> proxying = proxy.start();
          remote.send("STATISTICS");
          remote.send("TERMINATE");
          assertEquals(ProxyEnd.STOPPED, proxying.result());
        });
  }
}
