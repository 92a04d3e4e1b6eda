package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static zmq.ZMQ.ZMQ_POLLIN;
import static zmq.ZMQ.ZMQ_POLLOUT;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Those who want to know what a socket could do, without doing it. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqLookingTest {

  private final IoMode io;

  ZmqLookingTest(IoMode io) {
    this.io = io;
  }

  @Test
  void eventsTellWhatCouldBeDone() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://events")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            assertEquals(0, source.events());
            assertFalse(source.waitWritable(Duration.ZERO));
            source.connect(sink.bind(endpoint));
            assertTrue(source.waitWritable(LONG));
            assertEquals(ZMQ_POLLOUT, source.events());
            assertEquals(0, sink.events());
            assertFalse(sink.waitReadable(Duration.ZERO));
            source.send("1");
            assertTrue(sink.waitReadable(LONG));
            assertTrue(sink.waitReadable(LONG), "it is still there");
            assertEquals(ZMQ_POLLIN, sink.events());
            ZmqMessage message = sink.recvMessage();
            assertEquals(0, sink.events());
            sink.putBack(message);
            assertEquals(ZMQ_POLLIN, sink.events());
            assertTrue(sink.waitReadable(LONG));
            assertEquals("1", sink.recvString());
          });
    }
  }

  @Test
  void everybodyWhoLooksIsTold() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          List<Greenlet<?>> lookers = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            lookers.add(spawn(() -> assertTrue(sink.waitReadable(LONG))));
            lookers.add(spawn(() -> assertTrue(source.waitWritable(LONG))));
          }
          yieldNow();
          assertEquals(5, sink.metrics().waitingLookers());
          source.connect(sink.bind(ANY_PORT));
          source.send("x");
          joinAll(lookers);
          for (Greenlet<?> looker : lookers) {
            looker.result();
          }
          assertEquals("x", sink.recvString());
          assertEquals(0, context.caughtUp());
        });
  }

  @Test
  void whoReceivesComesBeforeWhoLooks() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("inproc://before"));
          Greenlet<Boolean> looker = spawn(() -> sink.waitReadable(LONG));
          Greenlet<String> receiver = spawn(() -> sink.recvString());
          yieldNow();
          assertEquals(0, sink.events() & ZMQ_POLLIN, "somebody waits for it");
          source.send("1");
          assertEquals("1", receiver.result());
          yieldNow();
          assertFalse(looker.isReady(), "there is nothing for it");
          source.send("2");
          assertTrue(looker.result());
          assertEquals("2", sink.recvString());
        });
  }

  @Test
  void lookingStealsNoWakeUp() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket one = context.socket(SocketType.DEALER);
          ZmqSocket two = context.socket(SocketType.DEALER);
          one.connect(two.bind(ANY_PORT));
          Greenlet<?> echo =
              spawn(
                  () -> {
                    for (int i = 0; i < 300; i++) {
                      two.send(two.recv(LONG));
                    }
                  });
          boolean[] done = {false};
          List<Greenlet<?>> spies = new ArrayList<>();
          for (ZmqSocket socket : List.of(one, two)) {
            spies.add(
                spawn(
                    () -> {
                      while (!done[0]) {
                        int _ = socket.events();
                        yieldNow();
                      }
                    }));
            spies.add(
                spawn(
                    () -> {
                      while (!done[0]) {
                        boolean _ = socket.waitReadable(SHORT);
                        yieldNow();
                      }
                    }));
          }
          for (int i = 0; i < 300; i++) {
            one.send(String.valueOf(i));
            assertEquals(String.valueOf(i), one.recvString(LONG));
          }
          done[0] = true;
          echo.result();
          joinAll(spies);
          assertEquals(0, context.caughtUp());
        });
  }

  @Test
  void roomIsTold() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          sink.options().receiveHighWaterMark(1);
          source.options().sendHighWaterMark(1);
          source.connect(sink.bind("inproc://room"));
          int sent = 0;
          while (source.trySend("x")) {
            sent++;
          }
          assertEquals(0, source.events());
          assertFalse(source.waitWritable(SHORT));
          Greenlet<Boolean> looker = spawn(() -> source.waitWritable(LONG));
          yieldNow();
          for (int i = 0; i < sent; i++) {
            assertEquals("x", sink.recvString(LONG));
          }
          assertTrue(looker.result());
          assertTrue(source.trySend("y"));
        });
  }

  @Test
  void listenersHearOfWhatInterestsThem() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://listen")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket one = context.socket(SocketType.PAIR);
            ZmqSocket two = context.socket(SocketType.PAIR);
            one.connect(two.bind(endpoint));
            int[] heard = new int[3];
            Runnable in = two.listen(ZMQ_POLLIN, () -> heard[0]++);
            Runnable out = two.listen(ZMQ_POLLOUT, () -> heard[1]++);
            assertTrue(two.waitWritable(LONG));
            while (heard[1] == 0) {
              sleep(Duration.ofMillis(1));
            }
            assertEquals(0, heard[0]);
            out.run();
            int before = heard[1];
            one.send("x");
            while (heard[0] == 0) {
              sleep(Duration.ofMillis(1));
            }
            assertEquals(ZMQ_POLLIN, two.events() & ZMQ_POLLIN);
            assertEquals("x", two.recvString());
            int atMost = heard[0];
            assertFalse(two.waitReadable(SHORT));
            assertEquals(atMost, heard[0], "nothing came");
            assertEquals(before, heard[1], "it listens no more");
            ZmqSocket three = context.socket(SocketType.PAIR);
            Runnable end =
                three.listen(
                    ZMQ_POLLIN,
                    () -> {
                      heard[2]++;
                      assertThrows(ZmqClosedException.class, three::events);
                    });
            three.close();
            assertEquals(1, heard[2], "the end is told");
            in.run();
            end.run();
          });
    }
  }

  @Test
  void listenerMayUseTheSocket() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          List<String> got = new ArrayList<>();
          Runnable end =
              sink.listen(
                  ZMQ_POLLIN,
                  () -> {
                    assertEquals(ZMQ_POLLIN, sink.events());
                    ZmqMessage message = sink.tryRecvMessage();
                    while (message != null) {
                      got.add(message.text(0));
                      message = sink.tryRecvMessage();
                    }
                  });
          source.connect(sink.bind(ANY_PORT));
          for (int i = 0; i < 50; i++) {
            source.send(String.valueOf(i));
          }
          while (got.size() < 50) {
            sleep(Duration.ofMillis(1));
          }
          end.run();
          assertNull(sink.tryRecv());
          for (int i = 0; i < 50; i++) {
            assertEquals(String.valueOf(i), got.get(i));
          }
        });
  }
}
