package dev.celadon.jeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.zeromq.IoMode;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.ZError;

/** JeroMQ's monitors, and what they must not change. */
@ParameterizedClass
@EnumSource(IoMode.class)
class DropInMonitorTest {

  private final IoMode io;

  DropInMonitorTest(IoMode io) {
    this.io = io;
  }

  @Test
  void monitorTellsOfConnections() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket rep = context.createSocket(SocketType.REP);
          assertTrue(rep.monitor("inproc://events", ZMQ.EVENT_LISTENING | ZMQ.EVENT_ACCEPTED));
          ZMQ.Socket events = context.createSocket(SocketType.PAIR);
          events.connect("inproc://events");
          int port = rep.bindToRandomPort("tcp://127.0.0.1");
          assertEvent(ZMQ.EVENT_LISTENING, events);
          ZMQ.Socket req = context.createSocket(SocketType.REQ);
          req.connect("tcp://127.0.0.1:" + port);
          assertEvent(ZMQ.EVENT_ACCEPTED, events);
        });
  }

  @SuppressWarnings("deprecation")
  private static void assertEvent(int kind, ZMQ.Socket events) {
    ZMQ.Event event = Objects.requireNonNull(ZMQ.Event.recv(events));
    assertEquals(kind, event.getEvent());
    assertTrue(event.getAddress().startsWith("tcp://"));
    assertTrue(event.resolveValue() instanceof java.nio.channels.SelectableChannel);
  }

  @Test
  void failureOfABindKeepsItsReasonWhenAMonitorListens() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket first = context.createSocket(SocketType.REP);
          int port = first.bindToRandomPort("tcp://127.0.0.1");
          ZMQ.Socket second = context.createSocket(SocketType.REP);
          assertTrue(second.monitor("inproc://events", ZMQ.EVENT_ALL));
          ZMQException e =
              assertThrows(ZMQException.class, () -> second.bind("tcp://127.0.0.1:" + port));
          assertEquals(ZError.EADDRINUSE, e.getErrorCode());
          assertEquals(ZError.EADDRINUSE, second.errno());
        });
  }

  @Test
  void connectionOfAPeerIsSeen() throws Exception {
    Assumptions.assumeTrue(io != IoMode.HUB_PIPES); // a draft type
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket one = context.createSocket(SocketType.PEER);
          int port = one.bindToRandomPort("tcp://127.0.0.1");
          ZMQ.Socket two = context.createSocket(SocketType.PEER);
          assertTrue(two.monitor("inproc://events", ZMQ.EVENT_CONNECTED));
          ZMQ.Socket events = context.createSocket(SocketType.PAIR);
          events.connect("inproc://events");
          assertNotEquals(0, two.connectPeer("tcp://127.0.0.1:" + port));
          assertEvent(ZMQ.EVENT_CONNECTED, events);
          Objects.requireNonNull(two.green()).awaitConnected();
        });
  }

  @Test
  void whoIsNoPeerConnectsNone() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
          assertEquals(0, dealer.connectPeer("tcp://127.0.0.1:9"));
          assertEquals(ZError.ENOTSUP, dealer.errno());
        });
  }

  @Test
  void nullIsNoMessage() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
          ZMQException e = assertThrows(ZMQException.class, () -> dealer.sendMsg(null, 0));
          assertEquals(ZError.EFAULT, e.getErrorCode());
        });
  }
}
