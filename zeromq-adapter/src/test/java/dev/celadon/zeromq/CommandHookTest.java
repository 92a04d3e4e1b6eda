package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.Msg;
import zmq.SocketBase;
import zmq.ZError;
import zmq.ZMQ;

/** The short way of JeroMQ's commands, and the long one where JeroMQ does not let us in. */
class CommandHookTest {

  @Test
  void jeroMqOnTheClassPathLetsUsIn() throws Exception {
    assertNotNull(CommandHook.get());
    for (IoMode io : IoMode.values()) {
      OnHub.run(
          io,
          context -> {
            assertEquals(io == IoMode.HUB_PIPES, context.usesPipes());
            assertTrue(context.toString().startsWith("ZmqContext[" + io + ", "), context::toString);
          });
    }
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void contextWithoutTheHookSaysSo(IoMode io) throws Exception {
    withPipes(
        io,
        context -> {
          assertTrue(context.usesPipes());
          String expected =
              io == IoMode.HUB_PIPES
                  ? "ZmqContext[HUB_PIPES, "
                  : "ZmqContext[" + io + " with pipes";
          assertTrue(context.toString().startsWith(expected), context::toString);
          ZmqException e =
              assertThrows(ZmqException.class, () -> context.socket(SocketType.CLIENT));
          assertEquals(ZError.ENOTSUP, e.errno());
          assertTrue(
              e.getMessage().contains(io == IoMode.HUB_PIPES ? "IoMode.HUB" : "class path"),
              e::getMessage);
        });
  }

  /** The hammer's way to lose bells, without the hook. */
  @ParameterizedTest
  @CsvSource({
    "HUB,tcp://127.0.0.1:*",
    "HUB,inproc://x",
    "THREAD,tcp://127.0.0.1:*",
    "THREAD,inproc://x"
  })
  void nobodySleepsThroughABellWithoutTheHook(IoMode io, String endpoint) throws Exception {
    withPipes(io, context -> talkBothWays(context, endpoint, 1_500));
  }

  @ParameterizedTest
  @CsvSource({"HUB,inproc://x", "HUB_PIPES,inproc://x", "THREAD,inproc://x"})
  void nobodySleepsThroughABellInside(IoMode io, String endpoint) throws Exception {
    OnHub.run(io, context -> talkBothWays(context, endpoint, 3_000));
  }

  private static void talkBothWays(ZmqContext context, String endpoint, int messages)
      throws Exception {
    ZmqSocket one = context.socket(SocketType.DEALER);
    ZmqSocket two = context.socket(SocketType.DEALER);
    for (ZmqSocket socket : List.of(one, two)) {
      socket.options().sendHighWaterMark(2).receiveHighWaterMark(2);
    }
    two.connect(one.bind(endpoint));
    List<Greenlet<?>> parties = new ArrayList<>();
    for (ZmqSocket socket : List.of(one, two)) {
      parties.add(
          spawn(
              () -> {
                for (int i = 0; i < messages; i++) {
                  socket.send("" + i, LONG);
                }
              }));
      parties.add(
          spawn(
              () -> {
                for (int i = 0; i < messages; i++) {
                  assertEquals("" + i, socket.recvString(LONG));
                }
              }));
    }
    joinAll(parties);
    for (Greenlet<?> party : parties) {
      party.result();
    }
    assertEquals(0, context.caughtUp());
  }

  @ParameterizedTest
  @CsvSource({"HUB,0", "HUB_PIPES,2", "THREAD,2"})
  void socketsTakeFewDescriptors(IoMode io, int each) throws Exception {
    int sockets = 50;
    OnHub.run(
        io,
        context -> {
          context.socket(SocketType.PULL).bind("inproc://first");
          int before = OnHub.descriptors();
          List<ZmqSocket> made = new ArrayList<>();
          for (int i = 0; i < sockets; i++) {
            ZmqSocket socket = context.socket(SocketType.PUSH);
            socket.connect("inproc://first");
            made.add(socket);
          }
          assertEquals(before + sockets * each, OnHub.descriptors());
          made.forEach(ZmqSocket::close);
        });
  }

  /** The reaper has the socket, and hears of what its peers say. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void closedSocketsAreReapedWithTheirPeersOrWithoutThem(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          for (int round = 0; round < 20; round++) {
            ZmqSocket one = context.socket(SocketType.PAIR);
            ZmqSocket two = context.socket(SocketType.PAIR);
            two.connect(one.bind("inproc://round" + round));
            two.send("m");
            if (round % 2 == 0) {
              assertEquals("m", one.recvString(LONG));
            }
            if (round % 3 == 0) {
              yieldNow();
            }
            one.close();
            if (round % 5 == 0) {
              yieldNow();
            }
            two.close();
          }
          assertTrue(context.sockets().isEmpty());
          context.term(LONG);
        });
  }

  /** JeroMQ makes a socket of its own for each such name, which we never see. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void namesThatNobodyHasBoundDoNotHoldUpTheEnd(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          for (int i = 0; i < 5; i++) {
            ZmqSocket closed = context.socket(SocketType.PUSH);
            closed.connect("inproc://nobody" + i);
            closed.close();
            context.socket(SocketType.PUSH).connect("inproc://nobody" + i);
          }
          context.close();
          assertTrue(context.isClosed());
        });
  }

  /** The numbers of closed sockets come back. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void socketsThatTakeThePlaceOfClosedOnesHearTheirOwnCommands(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          String endpoint = sink.bind(ANY_PORT);
          for (int i = 0; i < 60; i++) {
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.options().linger(LONG);
            source.connect(endpoint);
            Greenlet<String> receiver = spawn(() -> sink.recvString(LONG));
            yieldNow();
            source.send("" + i);
            source.close();
            assertEquals("" + i, receiver.result());
          }
          assertEquals(0, context.caughtUp());
        });
  }

  private static void withPipes(IoMode io, OnHub.WithContext body) throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context =
              ZmqContext.openWithPipes(
                  ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            body.run(context);
          }
        });
  }

  /** A socket that JeroMQ itself has made is not known here, and its commands go the long way. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void commandsOfForeignThreadsAndSocketsArrive(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          sink.bind("inproc://sink");
          SocketBase foreign = context.engine().ctx().createSocket(ZMQ.ZMQ_PUSH);
          Greenlet<String> receiver = spawn(() -> sink.recvString(LONG));
          yieldNow();
          Thread other =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        foreign.connect("inproc://sink");
                        foreign.send(new Msg("from outside".getBytes(UTF_8)), 0);
                        foreign.close();
                      });
          assertEquals("from outside", receiver.result());
          while (other.isAlive()) {
            yieldNow();
          }
        });
  }

  /** The bell of both messages is consumed by a look for those who came first. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void whoServesTheOthersLooksForHimselfBeforeHeWaits(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          sink.bind("inproc://sink");
          SocketBase foreign = context.engine().ctx().createSocket(ZMQ.ZMQ_PUSH);
          foreign.connect("inproc://sink");
          Greenlet<String> waiting = spawn(() -> sink.recvString(LONG));
          yieldNow();
          foreign.send(new Msg("first".getBytes(UTF_8)), 0);
          foreign.send(new Msg("second".getBytes(UTF_8)), 0);
          assertEquals("second", sink.recvString(LONG));
          assertEquals("first", waiting.result());
          assertEquals(0, context.caughtUp());
          foreign.close();
        });
  }
}
