package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Waiter;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.SocketBase;
import zmq.ZMQ;

/** What comes in the very moment in which somebody looks elsewhere. */
class ZmqLateTest {

  /** One who looks takes the command that tells of room, and must tell the other who looks. */
  @Test
  void whoLooksForOneEventTellsWhoLooksForTheOther() throws Exception {
    OnHub.run(
        IoMode.THREAD,
        context -> {
          ZmqSocket socket = context.socket(SocketType.DEALER);
          String endpoint = socket.bind("tcp://127.0.0.1:*");
          Greenlet<Boolean> looker = spawn(() -> socket.waitWritable(LONG));
          yieldNow();
          Deque<Object> commands = commands(context, socket.base());
          ZmqSocket peer = context.socket(SocketType.DEALER);
          peer.connect(endpoint);
          while (commands.isEmpty()) {
            Thread.onSpinWait(); // the hub is busy, and JeroMQ's thread is not
          }
          assertFalse(socket.waitReadable(Duration.ZERO));
          assertTrue(looker.join(Duration.ofMillis(700)), "nobody has told it");
          assertTrue(looker.result());
          assertEquals(0, context.caughtUp());
        });
  }

  private static Deque<Object> commands(ZmqContext context, SocketBase socket) {
    CommandHook hook = Objects.requireNonNull(CommandHook.get());
    return hook.commands(hook.mailbox(context.engine().ctx(), socket.getTid()));
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void whoWasServedBeforeTheCloseTakesNothingAfterIt(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://late"));
          Greenlet<List<ZmqMessage>> receiver = spawn(() -> sink.recvMany(10, LONG));
          yieldNow();
          assertTrue(source.trySend("1"));
          assertTrue(source.trySend("2"));
          sink.close();
          assertEquals(1, receiver.result().size());
          assertEquals(1, sink.metrics().received());
        });
  }

  /** The callback is one of those who are served, and what it sends rings for the same socket. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void callbackMayBringTheNextCommandForItsOwnSocket(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://again"));
          ZmqSocket other = context.socket(SocketType.PUSH);
          Greenlet<Boolean> looker = spawn(() -> sink.waitWritable(Duration.ofMillis(300)));
          yieldNow();
          assertTrue(source.trySend("1"));
          Waiter waiter =
              new Waiter(
                  () -> {
                    other.connect("inproc://again");
                    assertTrue(other.trySend("2"));
                  });
          sink.receiveAsync(waiter);
          assertTrue(waiter.isGranted());
          assertEquals("2", sink.recvString());
          looker.join();
          assertEquals(0, context.caughtUp());
        });
  }

  @Test
  void closedSocketsLeaveNothingBehind() throws Exception {
    OnHub.run(
        IoMode.THREAD,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PULL);
          int number = socket.base().getTid();
          ThreadEngine engine = (ThreadEngine) context.engine();
          socket.close();
          while (!socket.isGone()) {
            sleep(Duration.ofMillis(1));
          }
          assertFalse(engine.knows(number));
        });
  }

  /** A look in one direction may take the command that was for the other one. */
  @Test
  void whatComesDuringALookIsLookedForOnceMore() throws Exception {
    OnHub.run(
        IoMode.THREAD,
        context -> {
          Engine engine = context.engine();
          SocketBase socket = engine.createSocket(ZMQ.ZMQ_DEALER);
          Deque<Object> commands = commands(context, socket);
          int[] looks = {0};
          Bell[] bell = {null};
          bell[0] =
              engine.bell(
                  socket,
                  () -> {
                    looks[0]++;
                    int _ = socket.getSocketOpt(ZMQ.ZMQ_EVENTS);
                    if (looks[0] == 1) {
                      connect(context, "inproc://look");
                      int _ = socket.getSocketOpt(ZMQ.ZMQ_EVENTS);
                      assertTrue(commands.isEmpty());
                    }
                    bell[0].armAgain(true);
                  });
          assertTrue(socket.bind("inproc://look"));
          bell[0].arm();
          connect(context, "inproc://look");
          sleep(Duration.ofMillis(1));
          bell[0].close();
          socket.close();
          assertEquals(2, looks[0]);
        });
  }

  private static void connect(ZmqContext context, String endpoint) {
    context.socket(SocketType.DEALER).connect(endpoint);
  }
}
