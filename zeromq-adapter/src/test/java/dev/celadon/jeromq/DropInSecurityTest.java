package dev.celadon.jeromq;

import static dev.celadon.Greenlets.spawn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.zeromq.IoMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import org.zeromq.ZMQException;
import zmq.ZError;

/** ZMonitor and ZAuth. */
@ParameterizedClass
@EnumSource(IoMode.class)
class DropInSecurityTest {

  @TempDir private Path directory;

  private final IoMode io;

  DropInSecurityTest(IoMode io) {
    this.io = io;
  }

  @Test
  void monitorTellsOfWhatWasAdded() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMQ.Socket rep = context.createSocket(SocketType.REP);
          try (ZMonitor monitor = new ZMonitor(context, rep)) {
            assertNull(monitor.nextEvent());
            monitor
                .add(ZMonitor.Event.LISTENING, ZMonitor.Event.ACCEPTED)
                .add(ZMonitor.Event.HANDSHAKE_PROTOCOL)
                .remove(ZMonitor.Event.HANDSHAKE_PROTOCOL)
                .start();
            assertNull(monitor.nextEvent(false));
            assertNull(monitor.nextEvent(5));
            int port = rep.bindToRandomPort("tcp://127.0.0.1");
            ZMonitor.ZEvent listening = Objects.requireNonNull(monitor.nextEvent());
            assertEquals(ZMonitor.Event.LISTENING, listening.type);
            assertTrue(listening.address.contains(Integer.toString(port)));
            ZMQ.Socket req = context.createSocket(SocketType.REQ);
            req.connect("tcp://127.0.0.1:" + port);
            ZMonitor.ZEvent accepted = Objects.requireNonNull(monitor.nextEvent(-1));
            assertEquals(ZMonitor.Event.ACCEPTED, accepted.type);
          }
        });
  }

  @Test
  void closeEndsAWaitForEvents() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZMonitor monitor = new ZMonitor(context, context.createSocket(SocketType.REP));
          monitor.add(ZMonitor.Event.ALL).start();
          Greenlet<ZMonitor.ZEvent> waits = spawn(() -> monitor.nextEvent());
          Greenlet<?> closes = spawn(monitor::close);
          assertNull(waits.get());
          closes.get();
          monitor.close();
          assertNull(monitor.nextEvent());
        });
  }

  @Test
  void plainClientsNeedTheRightPassword() throws Exception {
    Path passwords = directory.resolve("passwords");
    Files.writeString(passwords, "admin=secret\n");
    OnHub.run(
        io,
        context -> {
          try (ZAuth auth = new ZAuth(context)) {
            assertNull(auth.nextReply());
            auth.configurePlain("*", passwords.toString()).replies(true);
            ZMQ.Socket server = context.createSocket(SocketType.PULL);
            server.setPlainServer(true);
            server.setZapDomain("global");
            int port = server.bindToRandomPort("tcp://127.0.0.1");

            plainClient(context, port, "wrong");
            ZAuth.ZapReply no = Objects.requireNonNull(auth.nextReply());
            assertEquals(400, no.statusCode);

            ZMQ.Socket good = plainClient(context, port, "secret");
            good.send("let in");
            assertEquals("let in", server.recvStr());
            ZAuth.ZapReply yes = nextYes(auth);
            assertEquals("admin", yes.userId);
            assertEquals("127.0.0.1", yes.address);
          }
        });
  }

  /** A client that was refused tries again and again. */
  private static ZAuth.ZapReply nextYes(ZAuth auth) {
    ZAuth.ZapReply reply = Objects.requireNonNull(auth.nextReply());
    while (reply.statusCode != 200) {
      reply = Objects.requireNonNull(auth.nextReply());
    }
    return reply;
  }

  private static ZMQ.Socket plainClient(ZContext context, int port, String password) {
    ZMQ.Socket client = context.createSocket(SocketType.PUSH);
    client.setPlainUsername("admin");
    client.setPlainPassword(password);
    client.connect("tcp://127.0.0.1:" + port);
    return client;
  }

  @Test
  void curveClientsWithAnyKeyAreLetIn() throws Exception {
    OnHub.run(
        io,
        context -> {
          try (ZAuth auth = new ZAuth(context)) {
            auth.configureCurve(ZAuth.CURVE_ALLOW_ANY).replies(true);
            org.zeromq.ZMQ.Curve.KeyPair keys = ZMQ.Curve.generateKeyPair();
            ZMQ.Socket server = context.createSocket(SocketType.PULL);
            server.setCurveServer(true);
            server.setCurvePublicKey(ZMQ.Curve.z85Decode(keys.publicKey));
            server.setCurveSecretKey(ZMQ.Curve.z85Decode(keys.secretKey));
            int port = server.bindToRandomPort("tcp://127.0.0.1");
            org.zeromq.ZMQ.Curve.KeyPair own = ZMQ.Curve.generateKeyPair();
            ZMQ.Socket client = context.createSocket(SocketType.PUSH);
            client.setCurveServerKey(ZMQ.Curve.z85Decode(keys.publicKey));
            client.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey));
            client.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey));
            client.connect("tcp://127.0.0.1:" + port);
            client.send("encrypted");
            assertEquals("encrypted", server.recvStr());
            assertEquals(200, nextYes(auth).statusCode);
          }
        });
  }

  @Test
  void deniedAddressesStayOut() throws Exception {
    OnHub.run(
        io,
        context -> {
          try (ZAuth auth = new ZAuth(context)) {
            auth.deny("127.0.0.1").replies(true);
            ZMQ.Socket server = context.createSocket(SocketType.PULL);
            server.setZapDomain("global");
            server.setReceiveTimeOut(30);
            int port = server.bindToRandomPort("tcp://127.0.0.1");
            ZMQ.Socket client = context.createSocket(SocketType.PUSH);
            client.connect("tcp://127.0.0.1:" + port);
            assertEquals(400, Objects.requireNonNull(auth.nextReply()).statusCode);
            client.send("out");
            assertNull(server.recvStr());
          }
        });
  }

  /** Nobody is let in by an error, and those who come later are asked for. */
  @Test
  void errorOfADecisionDeniesAndTheNextOneIsDecided() throws Exception {
    OnHub.run(
        io,
        context -> {
          int[] asked = new int[1];
          ZAuth.Auth failing =
              new ZAuth.Auth() {
                @Override
                public boolean configure(ZMsg msg, boolean verbose) {
                  return true;
                }

                @Override
                public boolean authorize(ZAuth.ZapRequest request, boolean verbose) {
                  if (++asked[0] == 1) {
                    throw new StackOverflowError("deep");
                  }
                  return true;
                }
              };
          try (ZAuth auth = new ZAuth(context, "test", Map.of("NULL", failing))) {
            auth.replies(true);
            ZMQ.Socket server = context.createSocket(SocketType.PULL);
            server.setZapDomain("global");
            int port = server.bindToRandomPort("tcp://127.0.0.1");
            ZMQ.Socket client = context.createSocket(SocketType.PUSH);
            client.connect("tcp://127.0.0.1:" + port);
            assertEquals(400, Objects.requireNonNull(auth.nextReply()).statusCode);
            ZMQ.Socket second = context.createSocket(SocketType.PUSH);
            second.connect("tcp://127.0.0.1:" + port);
            second.send("in");
            assertEquals("in", server.recvStr());
            assertTrue(asked[0] >= 2);
          }
        });
  }

  @Test
  void contextHasOneHandler() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZAuth first = new ZAuth(context);
          ZMQException taken = assertThrows(ZMQException.class, () -> new ZAuth(context).close());
          assertEquals(ZError.EADDRINUSE, taken.getErrorCode());
          first.close();
          new ZAuth(context).close();
        });
  }
}
