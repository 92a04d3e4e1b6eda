package dev.celadon.zeromq;

import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.ZError;
import zmq.ZMQ;
import zmq.util.Errno;

/** What is made of JeroMQ's events. */
class ConnectionsTest {

  private static final String ENDPOINT = "tcp://127.0.0.1:5555";

  /** Two threads of JeroMQ, one step after the other. */
  @Test
  void twoThreadsTellOfTwoFailuresAtOnce() throws Exception {
    OnHub.run(
        IoMode.HUB,
        context -> {
          ZmqSocket socket = context.socket(SocketType.REP);
          Connections connections = new Connections(socket.base(), socket, context.handshakes());
          ZmqMonitor monitor = connections.monitor(100);
          try (SocketChannel one = SocketChannel.open();
              SocketChannel two = SocketChannel.open()) {
            tell(connections, ZMQ.ZMQ_EVENT_ACCEPTED, one);
            tell(connections, ZMQ.ZMQ_EVENT_ACCEPTED, two);
            assertInstanceOf(ZmqEvent.Accepted.class, monitor.next(LONG));
            assertInstanceOf(ZmqEvent.Accepted.class, monitor.next(LONG));
            tell(connections, ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, 1);
            Thread other = // JeroMQ's, of which each has connections of its own
                new Thread(
                    () -> {
                      tell(connections, ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, 1);
                      tell(connections, ZMQ.ZMQ_EVENT_DISCONNECTED, two);
                    });
            other.start();
            other.join();
            tell(connections, ZMQ.ZMQ_EVENT_DISCONNECTED, one);
          }
          assertEquals(2, connections.counts().failedHandshakes());
          int failures = 0;
          for (ZmqEvent event = monitor.tryNext(); event != null; event = monitor.tryNext()) {
            failures += event instanceof ZmqEvent.HandshakeFailed ? 1 : 0;
          }
          assertEquals(2, failures);
        });
  }

  private static void tell(Connections connections, int event, Object argument) {
    connections.consume(new ZMQ.Event(event, ENDPOINT, argument));
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void listenerDoesNotChangeTheReasonOfAFailure(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          String taken = context.socket(SocketType.REP).bind("tcp://127.0.0.1:*");
          ZmqSocket second = context.socket(SocketType.REP);
          second.setEventHook(
              new ZMQ.EventConsummer() {
                @Override
                public void consume(ZMQ.Event event) {
                  new Errno().set(ZError.EAGAIN); // as a send does that has no room
                }
              },
              ZMQ.ZMQ_EVENT_ALL);
          ZmqAddressException e = assertThrows(ZmqAddressException.class, () -> second.bind(taken));
          assertEquals(ZError.EADDRINUSE, e.errno());
        });
  }
}
