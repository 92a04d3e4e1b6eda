package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.Newcomers.SERVER;
import static dev.celadon.zeromq.Newcomers.assertDenied;
import static dev.celadon.zeromq.Newcomers.assertTalks;
import static dev.celadon.zeromq.Newcomers.client;
import static dev.celadon.zeromq.Newcomers.server;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqMonitorTest.next;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Authenticators that come and go while they are asked. */
@ParameterizedClass
@EnumSource(IoMode.class)
class AuthenticatorLifeTest {

  private final IoMode io;

  AuthenticatorLifeTest(IoMode io) {
    this.io = io;
  }

  // --- Life

  @Test
  void serversThatNeedAnAuthenticatorDoNotBindWithoutOne() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket plain = context.socket(SocketType.ROUTER);
          plain.options().plainServer();
          IllegalStateException failure =
              assertThrows(IllegalStateException.class, () -> plain.bind(ANY_PORT));
          assertTrue(failure.getMessage().contains("Authenticator.open"), failure::getMessage);
          assertThrows(IllegalStateException.class, () -> plain.connect("tcp://127.0.0.1:9"));
          ZmqSocket domain = context.socket(SocketType.ROUTER);
          domain.options().security().zapDomain("global");
          assertThrows(IllegalStateException.class, () -> domain.bind(ANY_PORT));
          ZmqSocket curve = context.socket(SocketType.ROUTER);
          curve.options().curveServer(SERVER).security().zapDomain("global");
          assertThrows(IllegalStateException.class, () -> curve.bind(ANY_PORT));
          String _ = plain.bind("inproc://no-security-there");
          domain.options().security().zapDomain("");
          String _ = domain.bind(ANY_PORT);
          plain.options().security().none();
          String _ = plain.bind(ANY_PORT);
        });
  }

  @Test
  void closedAuthenticatorDeniesUntilAnotherOneIsOpened() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator first = Authenticator.open(context).curve(AuthCheck.anybody());
          IllegalStateException second =
              assertThrows(IllegalStateException.class, () -> Authenticator.open(context));
          assertTrue(second.getMessage().contains("close it first"), second::getMessage);
          ZmqSocket server = server(context, Newcomers::curve);
          ZmqSocket client = client(context, server, Newcomers::curveClient);
          ZmqPeer _ = assertTalks(server, client);
          first.close();
          first.close();
          assertDenied(400, context, server, Newcomers::curveClient);
          ZmqPeer _ = assertTalks(server, client); // who is in stays in
          assertThrows(IllegalStateException.class, () -> first.allow("127.0.0.1"));
          try (Authenticator other = Authenticator.open(context).curve(AuthCheck.anybody())) {
            ZmqSocket newcomer = client(context, server, Newcomers::curveClient);
            ZmqPeer _ = assertTalks(server, newcomer);
            assertEquals(1, other.allowed());
          }
        });
  }

  @Test
  void contextEndsWithQuestionsThatAreNotAnswered() throws Exception {
    AtomicReference<Greenlet<?>> ended = new AtomicReference<>();
    OnHub.run(
        io,
        context -> {
          Event asked = new Event();
          Event decided = new Event();
          Authenticator authenticator =
              Authenticator.open(context)
                  .plain(
                      request -> {
                        asked.set();
                        decided.waitUntilSet();
                        return AuthVerdict.allow();
                      });
          ZmqSocket server = server(context, Newcomers::plain);
          ZmqSocket _ = client(context, server, o -> o.plainClient("a", "b"));
          asked.waitUntilSet();
          context.close();
          decided.set();
          ended.set(spawn(() -> assertEquals(0, authenticator.allowed())));
          authenticator.close();
          assertThrows(ZmqClosedException.class, () -> Authenticator.open(context));
        });
  }

  @Test
  void manyClientsAtOnceAreAllDecided() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator =
              Authenticator.open(context)
                  .plain(
                      request -> {
                        yieldNow();
                        return request.credentials() instanceof AuthRequest.Plain(String name, _)
                                && name.startsWith("good")
                            ? AuthVerdict.allow(name)
                            : AuthVerdict.deny("bad");
                      });
          ZmqSocket server = server(context, Newcomers::plain);
          ZmqMonitor monitor = server.monitor(10_000);
          for (int i = 0; i < 60; i++) {
            String name = (i % 3 == 0 ? "bad" : "good") + i;
            ZmqSocket _ = client(context, server, o -> o.plainClient(name, "x"));
          }
          assertTrue(server.awaitConnected(40, LONG));
          while (authenticator.denied() < 20) {
            HandshakeFailed _ = next(monitor, HandshakeFailed.class);
          }
          assertEquals(60, authenticator.asked());
          assertEquals(40, authenticator.allowed());
          List<String> names = server.peers().stream().map(ZmqPeer::userId).toList();
          assertEquals(40, names.stream().distinct().count());
          assertTrue(names.stream().allMatch(name -> name.startsWith("good")), names::toString);
        });
  }

  @Test
  void aCheckThatEndsAfterTheCloseLetsNobodyIn() throws Exception {
    OnHub.run(
        io,
        context -> {
          Event asked = new Event();
          Event closed = new Event();
          Authenticator authenticator =
              Authenticator.open(context)
                  .plain(
                      _ -> {
                        asked.set();
                        closed.waitUntilSet();
                        return AuthVerdict.allow("late");
                      });
          Greenlet<?> _ =
              spawn(
                  () -> {
                    asked.waitUntilSet();
                    authenticator.close();
                    closed.set();
                  });
          ZmqSocket server = server(context, Newcomers::plain);
          assertDenied(400, context, server, o -> o.plainClient("ann", "secret"));
          assertEquals(0, authenticator.allowed());
          assertEquals(1, authenticator.denied());
        });
  }
}
