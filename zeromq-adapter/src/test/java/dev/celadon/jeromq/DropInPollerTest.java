package dev.celadon.jeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.zeromq.IoMode;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

@ParameterizedClass
@EnumSource(IoMode.class)
class DropInPollerTest {

  private final IoMode io;

  DropInPollerTest(IoMode io) {
    this.io = io;
  }

  private static ZMQ.Socket[] pair(ZContext context, String name) {
    ZMQ.Socket bound = context.createSocket(SocketType.PAIR);
    bound.bind("inproc://" + name);
    ZMQ.Socket connected = context.createSocket(SocketType.PAIR);
    connected.connect("inproc://" + name);
    return new ZMQ.Socket[] {bound, connected};
  }

  @Test
  void pollerTellsWhichSocketIsReady() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket[] one = pair(context, "one");
          ZMQ.Socket[] two = pair(context, "two");
          ZMQ.Poller poller = context.createPoller(2);
          assertEquals(0, poller.register(one[0], ZMQ.Poller.POLLIN));
          assertEquals(1, poller.register(two[0], ZMQ.Poller.POLLIN));
          assertEquals(0, poller.poll(0));
          assertEquals(0, poller.poll(10));
          Greenlet<Integer> polls = spawn(() -> poller.poll());
          yieldNow();
          two[1].send("x");
          assertEquals(1, polls.get());
          assertFalse(poller.pollin(0));
          assertTrue(poller.pollin(1));
          assertFalse(poller.pollout(1));
          assertEquals(1, poller.poll());
          assertEquals("x", two[0].recvStr());
          assertEquals(0, poller.poll(0));
          assertFalse(poller.pollin(1));

          poller.unregister(one[0]);
          assertEquals(1, poller.getSize());
          assertEquals(two[0], poller.getSocket(0));
          assertNull(poller.getItem(1));
          two[1].send("y");
          assertEquals(1, poller.poll(-1));
          assertTrue(poller.pollin(0));
          poller.close();
        });
  }

  @Test
  void framesNotTakenYetAreReady() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket[] one = pair(context, "rest");
          ZMsg.newStringMsg("a", "b").send(one[1]);
          assertEquals("a", one[0].recvStr());
          try (ZMQ.Poller poller = context.createPoller(1)) {
            poller.register(one[0], ZMQ.Poller.POLLIN);
            assertEquals(1, poller.poll(-1));
            assertTrue((one[0].getEvents() & ZMQ.Poller.POLLIN) != 0);
            assertEquals("b", one[0].recvStr());
            assertEquals(0, poller.poll(0));
          }
        });
  }

  @Test
  void channelsArePolledToo() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipe pipe = Pipe.open();
          pipe.source().configureBlocking(false);
          try (ZMQ.Poller poller = context.createPoller(1);
              Pipe.SourceChannel source = pipe.source();
              Pipe.SinkChannel sink = pipe.sink()) {
            poller.register(source, ZMQ.Poller.POLLIN);
            Greenlet<Integer> polls = spawn(() -> poller.poll(-1));
            yieldNow();
            assertEquals(1, sink.write(ByteBuffer.allocate(1)));
            assertEquals(1, polls.get());
            assertTrue(poller.pollin(0));
          }
        });
  }

  @Test
  void endOfTheContextEndsAPoll() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket[] one = pair(context, "end");
          ZMQ.Poller poller = context.createPoller(1);
          poller.register(one[0], ZMQ.Poller.POLLIN);
          Greenlet<Integer> polls = spawn(() -> poller.poll(-1));
          yieldNow();
          context.close();
          assertEquals(-1, polls.get());
        });
  }

  @Test
  void staticPollTakesASelectorOfTheContext() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket[] one = pair(context, "static");
          Selector selector = context.getContext().selector();
          ZMQ.PollItem[] items = {new ZMQ.PollItem(one[0], ZMQ.Poller.POLLIN)};
          assertEquals(0, ZMQ.poll(selector, items, 0));
          one[1].send("x");
          assertEquals(1, ZMQ.poll(selector, items, -1));
          assertTrue(items[0].isReadable());
          assertThrows(UnsupportedOperationException.class, selector::select);
          assertTrue(context.getContext().close(selector));
          assertFalse(context.getContext().close(selector));
        });
  }

  @Test
  void zpollerCallsHandlers() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket[] one = pair(context, "one");
          ZMQ.Socket[] two = pair(context, "two");
          List<String> trail = new ArrayList<>();
          try (ZPoller poller = new ZPoller(context)) {
            assertTrue(
                poller.register(
                    one[0],
                    (socket, _) -> {
                      trail.add("one " + socket.recvStr());
                      return true;
                    },
                    ZPoller.IN));
            assertTrue(poller.register(two[0], ZPoller.IN));
            assertFalse(poller.register(two[0], ZPoller.IN));
            one[1].send("a");
            two[1].send("b");
            assertEquals(2, poller.poll(-1));
            assertEquals(List.of("one a"), trail);
            assertTrue(poller.isReadable(two[0]));
            assertEquals("b", two[0].recvStr());
            assertTrue(poller.unregister(one[0]));
            assertEquals(1, poller.registered());
            assertEquals(0, poller.poll(0));
          }
        });
  }

  @Test
  void loopCallsTimersAndHandlersUntilOneSaysNo() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket[] one = pair(context, "loop");
          List<String> trail = new ArrayList<>();
          ZLoop loop = new ZLoop(context);
          loop.addTimer(
              5,
              1,
              (_, _, arg) -> {
                trail.add("timer " + arg);
                one[1].send("stop");
                return 0;
              },
              "once");
          loop.addPoller(
              new ZMQ.PollItem(one[0], ZMQ.Poller.POLLIN),
              (_, item, _) -> {
                trail.add(item.getSocket().recvStr());
                return -1;
              },
              null);
          assertEquals(-1, loop.start());
          assertEquals(List.of("timer once", "stop"), trail);
        });
  }

  @Test
  void proxyForwardsUntilItIsToldToEnd() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket front = context.createSocket(SocketType.ROUTER);
          front.bind("inproc://front");
          ZMQ.Socket back = context.createSocket(SocketType.DEALER);
          back.bind("inproc://back");
          ZMQ.Socket[] control = pair(context, "control");
          Greenlet<Boolean> proxy = spawn(() -> ZMQ.proxy(front, back, null, control[0]));
          ZMQ.Socket rep = context.createSocket(SocketType.REP);
          rep.connect("inproc://back");
          spawn(
              () -> {
                for (int i = 0; i < 3; i++) {
                  rep.send(rep.recvStr() + "!");
                }
              });
          ZMQ.Socket req = context.createSocket(SocketType.REQ);
          req.connect("inproc://front");
          for (int i = 0; i < 3; i++) {
            req.send("hello");
            assertEquals("hello!", req.recvStr());
          }
          control[1].send(ZMQ.PROXY_TERMINATE);
          assertTrue(proxy.get());
        });
  }

  @Test
  void endOfTheContextEndsAProxy() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket front = context.createSocket(SocketType.PULL);
          ZMQ.Socket back = context.createSocket(SocketType.PUSH);
          Greenlet<Boolean> proxy = spawn(() -> ZMQ.proxy(front, back, null));
          yieldNow();
          context.close();
          assertFalse(proxy.get());
        });
  }
}
