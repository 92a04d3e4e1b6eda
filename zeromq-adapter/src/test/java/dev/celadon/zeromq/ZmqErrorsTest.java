package dev.celadon.zeromq;

import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.Sockets.connected;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** What is refused, and in which words. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqErrorsTest {

  private final IoMode io;

  ZmqErrorsTest(IoMode io) {
    this.io = io;
  }

  // --- Errors in words

  @Test
  void addressInUse() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket first = context.socket(SocketType.REP);
          String endpoint = first.bind(ANY_PORT);
          ZmqSocket second = context.socket(SocketType.REP);
          ZmqAddressException taken =
              assertThrows(ZmqAddressException.class, () -> second.bind(endpoint));
          assertEquals("EADDRINUSE", taken.errnoName());
          assertTrue(taken.getMessage().contains(endpoint), taken::getMessage);
          assertEquals(first.lastEndpoint(), endpoint);
          first.unbind(endpoint);
          ZmqAddressException gone =
              assertThrows(ZmqAddressException.class, () -> first.unbind(endpoint));
          assertEquals("ENOENT", gone.errnoName());
        });
  }

  @Test
  void nameOfAnInprocBinderStaysItsOwn() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket first = context.socket(SocketType.PULL);
          first.bind("inproc://name");
          ZmqSocket second = context.socket(SocketType.PULL);
          assertThrows(ZmqAddressException.class, () -> second.bind("inproc://name"));
          ZmqSocket source = connected(context, SocketType.PUSH, "inproc://name");
          source.send("to the first");
          assertEquals("to the first", first.recvString(LONG));
          first.unbind("inproc://name");
          second.bind("inproc://name");
          source.disconnect("inproc://name");
        });
  }

  @Test
  void badEndpoints() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.REP);
          for (String bad :
              List.of("", "5555", "tcp://", "://x", "tcp://127.0.0.1", "tcp://127.0.0.1:port")) {
            ZmqAddressException e =
                assertThrows(ZmqAddressException.class, () -> socket.bind(bad), bad);
            assertTrue(e.getMessage().contains("tcp://HOST:PORT"), e::getMessage);
          }
          for (String bad : List.of("udp://127.0.0.1:1", "pgm://x", "TCP://127.0.0.1:1")) {
            assertThrows(ZmqAddressException.class, () -> socket.connect(bad), bad);
          }
          ZmqAddressException ipc =
              assertThrows(ZmqAddressException.class, () -> socket.bind("ipc://requests"));
          assertTrue(ipc.getMessage().contains("inproc://"), ipc::getMessage);
        });
  }

  @Test
  void outOfTurn() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          String endpoint = server.bind(ANY_PORT);
          ZmqSocket client = connected(context, SocketType.REQ, endpoint);
          assertThrows(ZmqStateException.class, client::recv);
          assertThrows(ZmqStateException.class, () -> server.send("unasked"));
          client.send("first");
          ZmqStateException twice =
              assertThrows(ZmqStateException.class, () -> client.send("second"));
          assertEquals("EFSM", twice.errnoName());
          assertEquals("first", server.recvString(LONG));
          assertThrows(ZmqStateException.class, () -> context.socket(SocketType.PUSH).recv());
          assertThrows(ZmqStateException.class, () -> context.socket(SocketType.PULL).send("x"));
          assertThrows(ZmqStateException.class, () -> context.socket(SocketType.PUB).recv());
          assertThrows(ZmqStateException.class, () -> context.socket(SocketType.SUB).send("x"));
        });
  }

  @Test
  void unknownPeer() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          router.options().routerMandatory(true);
          router.bind(ANY_PORT);
          ZmqUnreachableException e =
              assertThrows(
                  ZmqUnreachableException.class, () -> router.send(ZmqMessage.of("who", "x")));
          assertEquals("EHOSTUNREACH", e.errnoName());
        });
  }

  @Test
  void draftTypesAreRefused() throws Exception {
    OnHub.run(
        io,
        context -> {
          if (context.usesPipes()) {
            assertThrows(ZmqException.class, () -> context.socket(SocketType.CLIENT));
          }
        });
  }
}
