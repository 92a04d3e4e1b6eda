package dev.celadon.jeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.jeromq.Errno.fails;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.zeromq.IoMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.Msg;
import zmq.ZError;

@ParameterizedClass
@EnumSource(IoMode.class)
class DropInSocketTest {

  private final IoMode io;

  DropInSocketTest(IoMode io) {
    this.io = io;
  }

  // --- Programs as they are written for JeroMQ

  @Test
  void helloServerAnswers() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.REP, SocketType.REQ);
          Greenlet<?> server =
              spawn(
                  () -> {
                    for (int i = 0; i < 10; i++) {
                      String request = pair.bound().recvStr(0);
                      pair.bound().send(request + " World", 0);
                    }
                  });
          for (int i = 0; i < 10; i++) {
            assertTrue(pair.connected().send("Hello"));
            assertEquals("Hello World", pair.connected().recvStr());
          }
          server.join();
        });
  }

  @Test
  void weatherReachesWhoHasSubscribed() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.XPUB, SocketType.SUB);
          assertTrue(pair.connected().subscribe("10001 "));
          assertArrayEquals("\u000110001 ".getBytes(ZMQ.CHARSET), pair.bound().recv());
          for (int zip = 9_999; zip < 10_003; zip++) {
            assertTrue(pair.bound().send(String.format("%05d %d", zip, zip - 9_990)));
          }
          assertEquals("10001 11", pair.connected().recvStr());
          assertNull(pair.connected().recvStr(ZMQ.DONTWAIT));
        });
  }

  @Test
  void workersShareTheTasksOfAVentilator() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket ventilator = context.createSocket(SocketType.PUSH);
          int tasks = ventilator.bindToRandomPort("tcp://127.0.0.1");
          ZMQ.Socket sink = context.createSocket(SocketType.PULL);
          int results = sink.bindToRandomPort("tcp://127.0.0.1");
          for (int worker = 0; worker < 3; worker++) {
            spawn(
                () -> {
                  try (ZContext own = context.shadow()) {
                    ZMQ.Socket in = own.createSocket(SocketType.PULL);
                    in.connect("tcp://127.0.0.1:" + tasks);
                    ZMQ.Socket out = own.createSocket(SocketType.PUSH);
                    out.setLinger(-1);
                    out.connect("tcp://127.0.0.1:" + results);
                    while (true) {
                      out.send(Integer.toString(Integer.parseInt(in.recvStr()) * 2));
                    }
                  } catch (ZMQException e) {
                    assertEquals(ZError.ETERM, e.getErrorCode());
                  }
                });
          }
          for (int task = 1; task <= 100; task++) {
            ventilator.send(Integer.toString(task));
          }
          int sum = 0;
          for (int task = 1; task <= 100; task++) {
            sum += Integer.parseInt(sink.recvStr());
          }
          assertEquals(2 * 5050, sum);
        });
  }

  @Test
  void messagesWithEnvelopesGoThroughARouter() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.ROUTER, SocketType.DEALER);
          pair.connected().setIdentity(new byte[0]);
          ZMsg request = ZMsg.newStringMsg("", "what", "is");
          assertTrue(request.send(pair.connected()));
          assertTrue(request.isEmpty());

          ZMsg received = Objects.requireNonNull(ZMsg.recvMsg(pair.bound()));
          assertEquals(4, received.size());
          ZFrame identity = Objects.requireNonNull(received.unwrap());
          assertEquals("[ what, is ]", received.toString());
          assertTrue(received.wrap(identity).send(pair.bound()));

          assertEquals(ZMsg.newStringMsg("", "what", "is"), ZMsg.recvMsg(pair.connected()));
          assertNull(ZMsg.recvMsg(pair.connected(), false));
        });
  }

  @Test
  void picturesArriveAsTheyWereSent() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PAIR, SocketType.PAIR);
          ZMsg rest = ZMsg.newStringMsg("a", "b");
          assertTrue(
              pair.connected()
                  .sendPicture(
                      "i1248szbfm",
                      -7,
                      255,
                      65535,
                      429,
                      1L << 40,
                      "text",
                      new byte[] {1},
                      new ZFrame("f"),
                      rest));
          Object[] parts = pair.bound().recvPicture("i1248szbfm");
          assertEquals(
              List.of(-7, 255, 65535, 429, 1L << 40, "text"), List.of(parts).subList(0, 6));
          assertArrayEquals(new byte[] {1}, (byte[]) parts[7]);
          assertEquals(new ZFrame("f"), parts[8]);
          assertEquals(rest, parts[9]);

          assertTrue(
              pair.connected()
                  .sendBinaryPicture(
                      "1248sSbfm",
                      1,
                      2,
                      3,
                      4L,
                      "short",
                      "long",
                      new byte[] {9},
                      new ZFrame("f"),
                      rest));
          Object[] binary = Objects.requireNonNull(pair.bound().recvBinaryPicture("1248sSbfm"));
          assertEquals(List.of(1, 2, 3, 4L, "short", "long"), List.of(binary).subList(0, 6));
          assertArrayEquals(new byte[] {9}, (byte[]) binary[6]);
          assertEquals(new ZFrame("f"), binary[7]);
          assertEquals(rest, binary[8]);
          fails(ZError.EPROTO, () -> pair.connected().sendPicture("x"));
        });
  }

  @Test
  void buffersAndMsgsGoOverTheWire() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PAIR, SocketType.PAIR);
          assertEquals(
              3, pair.connected().sendByteBuffer(ByteBuffer.wrap(new byte[] {1, 2, 3}), 0));
          ByteBuffer into = ByteBuffer.allocate(8);
          assertEquals(3, pair.bound().recvByteBuffer(into, 0));
          assertEquals(3, into.position());

          assertTrue(pair.connected().send(new byte[] {0, 4, 5, 0}, 1, 2, 0));
          byte[] array = new byte[4];
          assertEquals(2, pair.bound().recv(array, 1, 3, 0));
          assertArrayEquals(new byte[] {0, 4, 5, 0}, array);

          assertTrue(pair.connected().sendMsgMore(new Msg("a".getBytes(ZMQ.CHARSET))));
          assertTrue(pair.connected().sendMsg(new Msg("b".getBytes(ZMQ.CHARSET))));
          Msg first = Objects.requireNonNull(pair.bound().recvMsg());
          assertTrue(first.hasMore());
          assertTrue(pair.bound().hasReceiveMore());
          Msg second = Objects.requireNonNull(pair.bound().recvMsg());
          assertFalse(second.hasMore());
          assertFalse(pair.bound().hasReceiveMore());
        });
  }

  // --- Greenlets

  @Test
  void greenletsShareASocketWithoutMixingTheirFrames() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          for (int sender = 0; sender < 8; sender++) {
            String name = "sender " + sender;
            spawn(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    pair.connected().sendMore(name);
                    yieldNow();
                    pair.connected().sendMore(Integer.toString(i));
                    yieldNow();
                    pair.connected().send(name);
                  }
                });
          }
          List<String> seen = new ArrayList<>();
          List<Greenlet<?>> receivers = new ArrayList<>();
          for (int receiver = 0; receiver < 4; receiver++) {
            receivers.add(
                spawn(
                    () -> {
                      for (int i = 0; i < 100; i++) {
                        String first = pair.bound().recvStr();
                        yieldNow();
                        String number = pair.bound().recvStr();
                        assertTrue(pair.bound().hasReceiveMore());
                        yieldNow();
                        assertEquals(first, pair.bound().recvStr());
                        assertFalse(pair.bound().hasReceiveMore());
                        seen.add(first + " " + number);
                      }
                    }));
          }
          for (Greenlet<?> receiver : receivers) {
            receiver.get();
          }
          assertEquals(400, seen.stream().distinct().count());
        });
  }

  @Test
  void killedReceiverTakesNothing() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          Greenlet<byte[]> killed = spawn(() -> pair.bound().recv());
          Greenlet<String> next = spawn(() -> pair.bound().recvStr());
          yieldNow();
          killed.kill();
          pair.connected().send("for the next");
          assertEquals("for the next", next.get());
        });
  }

  @Test
  void halfAMessageOfAGreenletThatEndsGoesWithIt() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          spawn(() -> pair.connected().sendMore("never")).join();
          pair.connected().send("whole");
          assertEquals(ZMsg.newStringMsg("whole"), ZMsg.recvMsg(pair.bound()));
        });
  }

  // --- No

  @Test
  void nothingInTimeIsNullAndEagain() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          assertNull(pair.bound().recv(ZMQ.DONTWAIT));
          assertEquals(ZError.EAGAIN, pair.bound().errno());
          assertTrue(pair.bound().setReceiveTimeOut(10));
          assertEquals(10, pair.bound().getReceiveTimeOut());
          assertNull(pair.bound().recvStr());
          assertEquals(ZError.EAGAIN, pair.bound().errno());
          assertEquals(-1, pair.bound().recv(new byte[1], 0, 1, 0));
          assertNull(ZMsg.recvMsg(pair.bound()));
          assertNull(ZFrame.recvFrame(pair.bound()));
        });
  }

  @Test
  void noRoomInTimeIsFalseAndEagain() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket lonely = context.createSocket(SocketType.PUSH);
          assertFalse(lonely.send("nobody", ZMQ.DONTWAIT));
          assertEquals(ZError.EAGAIN, lonely.errno());
          assertFalse(lonely.send("nobody", ZMQ.DONTWAIT | ZMQ.SNDMORE));
          assertTrue(lonely.setSendTimeOut(10));
          assertFalse(lonely.send("nobody"));
          assertEquals(-1, lonely.sendByteBuffer(ByteBuffer.allocate(1), 0));
        });
  }

  @Test
  void messageThatWasRefusedIsBegunAnew() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket push = context.createSocket(SocketType.PUSH);
          push.setSendTimeOut(10);
          ZMsg message = ZMsg.newStringMsg("one", "two");
          assertFalse(message.send(push, false));
          ZMQ.Socket pull = context.createSocket(SocketType.PULL);
          push.connect("tcp://127.0.0.1:" + pull.bindToRandomPort("tcp://127.0.0.1"));
          push.setSendTimeOut(-1);
          assertTrue(message.send(push, false));
          assertEquals(message, ZMsg.recvMsg(pull));
        });
  }

  @Test
  void wrongTurnsAndAddressesAreExceptionsWithTheirErrno() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket rep = context.createSocket(SocketType.REP);
          int port = rep.bindToRandomPort("tcp://127.0.0.1");
          fails(ZError.EFSM, () -> rep.send("too early"));
          assertEquals(ZError.EFSM, rep.errno());
          ZMQ.Socket other = context.createSocket(SocketType.REP);
          fails(ZError.EADDRINUSE, () -> other.bind("tcp://127.0.0.1:" + port));
          assertFalse(other.disconnect("tcp://127.0.0.1:" + port));
          fails(ZError.EPROTONOSUPPORT, () -> other.connect("mail://you"));
          assertThrows(IllegalArgumentException.class, () -> other.bind("no endpoint"));
          assertThrows(IllegalArgumentException.class, () -> other.connect("inproc://"));
          assertThrows(IllegalArgumentException.class, () -> other.disconnect("no endpoint"));
          ZMQ.Socket router = context.createSocket(SocketType.ROUTER);
          router.setRouterMandatory(true);
          router.sendMore("who");
          fails(ZError.EHOSTUNREACH, () -> router.send("there"));
          ZMQ.Socket push = context.createSocket(SocketType.PUSH);
          assertThrows(UnsupportedOperationException.class, () -> push.recv());
          assertThrows(
              IllegalArgumentException.class, () -> push.subscribe("a PUSH has no topics"));
        });
  }

  @Test
  void interruptIsEintrAndSpentByIt() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.PULL, SocketType.PUSH);
          Thread.currentThread().interrupt();
          fails(ZError.EINTR, () -> pair.bound().recv());
          assertFalse(Thread.currentThread().isInterrupted());
          pair.connected().send("x");
          assertEquals("x", pair.bound().recvStr());
        });
  }

  @Test
  void draftTypesKnowSingleFramesWithRoutingIds() throws Exception {
    assumeTrue(io != IoMode.HUB_PIPES, "has no draft types");
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.of(context, SocketType.SERVER, SocketType.CLIENT);
          assertTrue(new ZFrame("ask").send(pair.connected(), 0));
          ZFrame asked = Objects.requireNonNull(ZFrame.recvFrame(pair.bound()));
          ZFrame answer = new ZFrame("answer");
          answer.setRoutingId(asked.getRoutingId());
          assertTrue(answer.send(pair.bound(), 0));
          assertEquals("answer", pair.connected().recvStr());
          fails(ZError.EINVAL, () -> pair.connected().sendMore("no"));
          assertFalse(new ZFrame("no").send(pair.connected(), ZFrame.MORE));
        });
  }

  @Test
  void rawThingsAreRefusedOnAHub() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket socket = context.createSocket(SocketType.DEALER);
          assertTrue(
              assertThrows(UnsupportedOperationException.class, socket::base)
                  .getMessage()
                  .contains("ZFrame"));
          assertThrows(UnsupportedOperationException.class, socket::getFD);
        });
  }

  // --- The end

  @Test
  void forkTalksOverAPair() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket pipe =
              context.fork(
                  (args, shadow, parent) -> {
                    String word = parent.recvStr();
                    parent.send(word + args[0]);
                  },
                  "!");
          pipe.send("hello");
          assertEquals("hello!", pipe.recvStr());
        });
  }

  @Test
  void foreignThreadIsToldOff() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket socket = context.createSocket(SocketType.PUSH);
          List<Throwable> failures = new ArrayList<>();
          Thread other =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        failures.add(
                            assertThrows(WrongThreadException.class, () -> socket.send("x")));
                        failures.add(
                            assertThrows(
                                WrongThreadException.class,
                                () -> context.createSocket(SocketType.PUSH)));
                      });
          other.join();
          assertEquals(2, failures.size());
        });
  }
}
