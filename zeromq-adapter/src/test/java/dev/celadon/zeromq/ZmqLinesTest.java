package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.Sockets.connected;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.ZError;

/** Who waits for a socket, and how the waits end. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqLinesTest {

  private final IoMode io;

  ZmqLinesTest(IoMode io) {
    this.io = io;
  }

  // --- Waiting in line

  @Test
  void receiversAreServedInTheOrderOfTheirArrival() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          String endpoint = sink.bind(ANY_PORT);
          List<String> trail = new ArrayList<>();
          List<Greenlet<?>> receivers = new ArrayList<>();
          for (int g = 0; g < 20; g++) {
            int number = g;
            receivers.add(spawn(() -> trail.add(number + " got " + sink.recvString(LONG))));
          }
          yieldNow();
          assertNull(sink.tryRecv(), "nobody may overtake those who wait");
          receivers.get(3).kill();
          ZmqSocket source = connected(context, SocketType.PUSH, endpoint);
          for (int i = 0; i < 19; i++) {
            source.send(String.valueOf(i));
          }
          joinAll(receivers);
          List<String> expected = new ArrayList<>();
          for (int g = 0; g < 20; g++) {
            if (g != 3) {
              expected.add(g + " got " + (g < 3 ? g : g - 1));
            }
          }
          assertEquals(expected, trail);
        });
  }

  @Test
  void sendersAreServedInTheOrderOfTheirArrival() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          List<Greenlet<?>> senders = new ArrayList<>();
          for (int g = 0; g < 20; g++) {
            String number = String.valueOf(g);
            senders.add(spawn(() -> source.send(ZmqMessage.of("message", number))));
          }
          yieldNow();
          assertFalse(source.trySend("overtaking"));
          senders.get(7).kill();
          ZmqSocket sink = context.socket(SocketType.PULL);
          source.connect(sink.bind(ANY_PORT));
          joinAll(senders);
          for (int g = 0; g < 20; g++) {
            if (g != 7) {
              assertEquals(String.valueOf(g), sink.recvMessage(LONG).text(1));
            }
          }
          assertNull(sink.tryRecv());
        });
  }

  @Test
  void workersShareOneReplySocket() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          String endpoint = server.bind(ANY_PORT);
          int[] served = new int[3];
          for (int w = 0; w < 3; w++) {
            int worker = w;
            spawn(
                () -> {
                  while (true) {
                    String request = server.recvString();
                    served[worker]++;
                    yieldNow();
                    server.send(request);
                  }
                });
          }
          ZmqSocket client = connected(context, SocketType.REQ, endpoint);
          for (int i = 0; i < 30; i++) {
            client.send("r" + i);
            assertEquals("r" + i, client.recvString(LONG));
          }
          assertArrayEquals(new int[] {10, 10, 10}, served);
        });
  }

  @Test
  void callbacksStandInLineWithGreenlets() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          String endpoint = sink.bind(ANY_PORT);
          List<String> trail = new ArrayList<>();
          Greenlet<?> first = spawn(() -> trail.add("greenlet " + sink.recvString()));
          yieldNow();
          Callback second = new Callback();
          sink.receiveAsync(second.waiter);
          Callback withdrawn = new Callback();
          sink.receiveAsync(withdrawn.waiter);
          Greenlet<?> last = spawn(() -> trail.add("greenlet " + sink.recvString()));
          yieldNow();
          assertTrue(sink.abandon(withdrawn.waiter));
          ZmqSocket source = connected(context, SocketType.PUSH, endpoint);
          for (String text : List.of("1", "2", "3")) {
            source.send(text);
          }
          joinAll(first, last);
          assertEquals(List.of("greenlet 1", "greenlet 3"), trail);
          assertEquals(ZmqMessage.of("2"), second.waiter.value());
          assertEquals(1, second.calls);
          assertEquals(0, withdrawn.calls);
        });
  }

  @Test
  void messageThatIsPutBackIsTheNextOne() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = connected(context, SocketType.PUSH, sink.bind(ANY_PORT));
          source.send("1");
          source.send("2");
          ZmqMessage first = sink.recvMessage(LONG);
          sink.putBack(first);
          assertEquals("1", sink.recvString());
          assertEquals("2", sink.recvString(LONG));
          Greenlet<String> waiting = spawn(() -> sink.recvString());
          yieldNow();
          sink.putBack(first);
          assertEquals("1", waiting.result());
        });
  }

  @Test
  void callbackSends() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          Callback sent = new Callback();
          source.sendAsync(sent.waiter, ZmqMessage.of("a"));
          Callback withdrawn = new Callback();
          source.sendAsync(withdrawn.waiter, ZmqMessage.of("b"));
          assertTrue(source.abandon(withdrawn.waiter));
          assertEquals(0, sent.calls);
          ZmqSocket sink = context.socket(SocketType.PULL);
          source.connect(sink.bind(ANY_PORT));
          Callback atOnce = new Callback();
          source.sendAsync(atOnce.waiter, ZmqMessage.of("c"));
          assertEquals("a", sink.recvString(LONG));
          assertEquals("c", sink.recvString(LONG));
          assertTrue(sent.waiter.isGranted());
          assertEquals(1, sent.calls);
          assertEquals(1, atOnce.calls);
        });
  }

  // --- Ends

  @Test
  void killAndTimeoutLeaveTheLine() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          String endpoint = sink.bind(ANY_PORT);
          Greenlet<String> killed = spawn(() -> sink.recvString());
          Greenlet<String> late = spawn(() -> sink.recvString(SHORT));
          yieldNow();
          killed.kill();
          late.join();
          assertTrue(killed.isReady());
          assertTrue(late.exception() instanceof ZmqTimeoutException);
          ZmqSocket source = connected(context, SocketType.PUSH, endpoint);
          source.send("not lost");
          assertEquals("not lost", sink.recvString(LONG));
        });
  }

  @Test
  void closeWakesWhoeverWaits() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.DEALER);
          Greenlet<String> receiver = spawn(() -> socket.recvString());
          Greenlet<?> sender = spawn(() -> socket.send("x"));
          Greenlet<?> timed = spawn(() -> socket.send("x", LONG));
          yieldNow();
          Callback callback = new Callback();
          socket.receiveAsync(callback.waiter);
          socket.close();
          socket.close();
          joinAll(receiver, sender, timed);
          for (Greenlet<?> waited : List.of(receiver, sender, timed)) {
            assertTrue(waited.exception() instanceof ZmqClosedException, waited::toString);
          }
          assertTrue(callback.waiter.isFailed());
          assertTrue(socket.isClosed());
          ZmqClosedException after =
              assertThrows(ZmqClosedException.class, () -> socket.recv(LONG));
          assertEquals(ZError.ENOTSOCK, after.errno());
          assertThrows(ZmqClosedException.class, () -> socket.trySend("x"));
          assertThrows(ZmqClosedException.class, socket::tryRecv);
          assertThrows(ZmqClosedException.class, () -> socket.bind(ANY_PORT));
          assertThrows(ZmqClosedException.class, () -> socket.options().linger());
          assertThrows(ZmqClosedException.class, () -> socket.receiveAsync(new Callback().waiter));
        });
  }

  @Test
  void interruptStatusIsKeptAndDoesNoHarm() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = connected(context, SocketType.PUSH, sink.bind("inproc://interrupt"));
          for (int i = 0; i < 10; i++) {
            Thread.currentThread().interrupt();
            source.send("x");
            assertEquals("x", sink.tryRecvString());
            assertNull(sink.tryRecv());
            assertTrue(Thread.interrupted());
          }
          Thread.currentThread().interrupt();
          ZmqSocket another = context.socket(SocketType.PULL);
          another.bind(ANY_PORT);
          another.close();
          assertTrue(Thread.interrupted());
        });
  }

  @Test
  void foreignThreadsAreTurnedAway() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PULL);
          AtomicReference<Throwable> thrown = new AtomicReference<>();
          Thread foreign =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        try {
                          socket.tryRecv();
                        } catch (Throwable t) {
                          thrown.set(t);
                        }
                      });
          foreign.join();
          assertTrue(thrown.get() instanceof WrongThreadException, () -> "" + thrown.get());
          assertTrue(thrown.get().getMessage().contains("spawnRaw"), thrown.get()::getMessage);
        });
  }
}
