package dev.celadon.zeromq;

import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.Newcomers.CLIENT;
import static dev.celadon.zeromq.Newcomers.SERVER;
import static dev.celadon.zeromq.Newcomers.assertDenied;
import static dev.celadon.zeromq.Newcomers.assertTalks;
import static dev.celadon.zeromq.Newcomers.client;
import static dev.celadon.zeromq.Newcomers.curve;
import static dev.celadon.zeromq.Newcomers.curveClient;
import static dev.celadon.zeromq.Newcomers.server;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqMonitorTest.next;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqEvent.FailureReason;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import dev.celadon.zeromq.ZmqEvent.HandshakeSucceeded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;
import zmq.ZMQ;

@ParameterizedClass
@EnumSource(IoMode.class)
class AuthenticatorTest {

  private final IoMode io;

  AuthenticatorTest(IoMode io) {
    this.io = io;
  }

  private static void domain(SocketOptions options) {
    options.security().zapDomain("global");
  }

  private static void nobody(SocketOptions options) {}

  // --- PLAIN

  @Test
  void plainWithTheRightPasswordTalksAndIsKnownByName() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator =
              Authenticator.open(context)
                  .plain(AuthCheck.passwords(Map.of("ann", "secret", "bob", "x")));
          ZmqSocket server = server(context, Newcomers::plain);
          ZmqSocket client = client(context, server, o -> o.plainClient("ann", "secret"));
          assertEquals("ann", assertTalks(server, client).userId());
          assertEquals(1, authenticator.asked());
          assertEquals(1, authenticator.allowed());
        });
  }

  @Test
  void plainWithAWrongPasswordOrNameIsDenied() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator =
              Authenticator.open(context).plain(AuthCheck.passwords(Map.of("ann", "secret")));
          ZmqSocket server = server(context, Newcomers::plain);
          assertDenied(400, context, server, o -> o.plainClient("ann", "secrets"));
          assertDenied(400, context, server, o -> o.plainClient("bob", "secret"));
          assertDenied(400, context, server, o -> o.plainClient("", ""));
          assertEquals(3, authenticator.denied());
          assertEquals(null, server.tryRecvMessage());
          assertEquals(
              "ann",
              assertTalks(server, client(context, server, o -> o.plainClient("ann", "secret")))
                  .userId());
        });
  }

  @Test
  void peersWithAnotherMechanismNeverTalk() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ = Authenticator.open(context).plain(AuthCheck.anybody());
          ZmqSocket server = server(context, Newcomers::plain);
          HandshakeFailed failed = assertDenied(context, server, AuthenticatorTest::nobody);
          assertEquals(FailureReason.DISCONNECTED, failed.reason());
          HandshakeFailed _ = assertDenied(context, server, Newcomers::curveClient);
        });
  }

  // --- CURVE

  @Test
  void curveWithKnownKeysTalksAndIsKnownByItsKey() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ =
              Authenticator.open(context).curve(AuthCheck.keys(List.of(CLIENT.publicOnly())));
          ZmqSocket server = server(context, Newcomers::curve);
          ZmqSocket client = client(context, server, Newcomers::curveClient);
          assertEquals(CLIENT.publicKeyText(), assertTalks(server, client).userId());
        });
  }

  @Test
  void curveWithUnknownClientIsDenied() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ = Authenticator.open(context).curve(AuthCheck.keys(List.of(CLIENT)));
          ZmqSocket server = server(context, Newcomers::curve);
          ZmqMonitor monitor = server.monitor();
          CurveKeys stranger = CurveKeys.generate();
          assertDenied(400, context, server, o -> o.curveClient(stranger, SERVER));
          HandshakeFailed atServer = next(monitor, HandshakeFailed.class);
          assertEquals(FailureReason.AUTHENTICATION, atServer.reason());
          assertEquals(400, atServer.code());
          assertEquals(1, server.connectionCounts().failedHandshakes());
        });
  }

  @Test
  void curveWithAWrongServerKeyFails() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ = Authenticator.open(context).curve(AuthCheck.anybody());
          ZmqSocket server = server(context, Newcomers::curve);
          ZmqMonitor monitor = server.monitor();
          CurveKeys other = CurveKeys.generate();
          HandshakeFailed atClient =
              assertDenied(context, server, o -> o.curveClient(CLIENT, other));
          assertEquals(FailureReason.DISCONNECTED, atClient.reason());
          HandshakeFailed atServer = next(monitor, HandshakeFailed.class);
          assertEquals(FailureReason.PROTOCOL, atServer.reason());
          assertEquals("ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC", atServer.detail());
        });
  }

  @Test
  void curveWithoutAnAuthenticatorLetsInWhoKnowsTheServersKey() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = server(context, Newcomers::curve);
          ZmqSocket client = client(context, server, Newcomers::curveClient);
          assertEquals("", assertTalks(server, client).userId());
        });
  }

  @Test
  void serverMayConnectAndClientMayBind() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ = Authenticator.open(context).curve(AuthCheck.keys(List.of(CLIENT)));
          ZmqSocket client = context.socket(SocketType.ROUTER);
          curveClient(client.options());
          ZmqSocket server = context.socket(SocketType.DEALER);
          curve(server.options());
          server.connect(client.bind(ANY_PORT));
          assertEquals("", assertTalks(/* server= */ client, /* client= */ server).userId());
          assertEquals(CLIENT.publicKeyText(), server.peers().getFirst().userId());
        });
  }

  // --- No mechanism

  @Test
  void domainAloneLetsTheAddressBeChecked() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator = Authenticator.open(context);
          ZmqSocket server = server(context, AuthenticatorTest::domain);
          ZmqPeer peer = assertTalks(server, client(context, server, AuthenticatorTest::nobody));
          assertEquals("", peer.userId());
          authenticator.deny("127.0.0.1");
          assertDenied(400, context, server, AuthenticatorTest::nobody);
          ZmqSocket naive = server(context, AuthenticatorTest::nobody);
          ZmqPeer _ = assertTalks(naive, client(context, naive, AuthenticatorTest::nobody));
          assertEquals(2, authenticator.asked());
        });
  }

  @Test
  void onlyAllowedAddressesComeInAndDeniedOnesNever() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator =
              Authenticator.open(context).plain(AuthCheck.anybody()).allow("192.0.2.1", "::1");
          ZmqSocket server = server(context, Newcomers::plain);
          assertDenied(400, context, server, o -> o.plainClient("a", "b"));
          authenticator.allow("127.0.0.1");
          ZmqPeer _ = assertTalks(server, client(context, server, o -> o.plainClient("a", "b")));
          authenticator.deny("127.0.0.1");
          assertDenied(400, context, server, o -> o.plainClient("a", "b"));
          assertThrows(IllegalArgumentException.class, () -> authenticator.allow("localhost"));
        });
  }

  // --- Checks

  @Test
  void checkIsToldEverythingAndTellsMetadata() throws Exception {
    OnHub.run(
        io,
        context -> {
          List<AuthRequest> requests = new ArrayList<>();
          Authenticator _ =
              Authenticator.open(context)
                  .plain(
                      request -> {
                        requests.add(request);
                        return new AuthVerdict.Allow("u7", Map.of("Team", "blue", "X", ""));
                      });
          ZmqSocket server =
              server(
                  context,
                  o ->
                      o.identity("srv".getBytes(UTF_8)).plainServer().security().zapDomain("shop"));
          ZmqPeer peer =
              assertTalks(server, client(context, server, o -> o.plainClient("ann", "pw")));
          assertEquals(
              List.of(
                  new AuthRequest("shop", "127.0.0.1", "srv", new AuthRequest.Plain("ann", "pw"))),
              requests);
          assertFalse(requests.toString().contains("pw"), requests::toString);
          assertEquals("u7", peer.userId());
          assertEquals("blue", peer.properties().get("Team"));
        });
  }

  @Test
  void domainsHaveChecksOfTheirOwn() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ =
              Authenticator.open(context)
                  .plain(AuthCheck.passwords(Map.of("ann", "general")))
                  .plain("shop", AuthCheck.passwords(Map.of("ann", "special")))
                  .withoutMechanism("closed", request -> AuthVerdict.deny("closed"))
                  .curve("shop", AuthCheck.anybody());
          ZmqSocket general = server(context, Newcomers::plain);
          ZmqSocket shop = server(context, o -> o.plainServer().security().zapDomain("shop"));
          ZmqSocket closed = server(context, o -> o.security().zapDomain("closed"));
          ZmqSocket curve = server(context, Newcomers::curve);
          assertDenied(400, context, shop, o -> o.plainClient("ann", "general"));
          assertDenied(400, context, closed, AuthenticatorTest::nobody);
          assertDenied(400, context, curve, Newcomers::curveClient);
          ZmqPeer _ =
              assertTalks(shop, client(context, shop, o -> o.plainClient("ann", "special")));
          ZmqPeer _ =
              assertTalks(general, client(context, general, o -> o.plainClient("ann", "general")));
        });
  }

  @Test
  void checkThatWaitsDoesNotHoldOthersUp() throws Exception {
    OnHub.run(
        io,
        context -> {
          Event decided = new Event();
          Authenticator _ =
              Authenticator.open(context)
                  .plain(
                      request -> {
                        if (request.credentials().equals(new AuthRequest.Plain("slow", ""))) {
                          decided.waitUntilSet();
                        }
                        return AuthVerdict.allow();
                      });
          ZmqSocket server = server(context, Newcomers::plain);
          ZmqSocket slow = client(context, server, o -> o.plainClient("slow", ""));
          slow.send("late");
          ZmqSocket quick = client(context, server, o -> o.plainClient("quick", ""));
          ZmqPeer _ = assertTalks(server, quick);
          assertEquals(1, server.peers().size());
          decided.set();
          assertEquals("late", server.recvMessage(LONG).text(1));
          assertTrue(server.awaitConnected(2, LONG));
        });
  }

  @Test
  void checkThatTakesTooLongDeniesForNow() throws Exception {
    OnHub.run(
        io,
        context -> {
          Event decided = new Event();
          Authenticator authenticator =
              Authenticator.open(context)
                  .checkTimeout(SHORT)
                  .plain(
                      request -> {
                        decided.waitUntilSet();
                        return AuthVerdict.allow();
                      });
          ZmqSocket server = server(context, Newcomers::plain);
          assertDenied(300, context, server, o -> o.plainClient("a", "b"));
          decided.set(); // the late answer is ignored
          yieldNow();
          assertEquals(1, authenticator.denied());
          assertEquals(0, authenticator.allowed());
          assertThrows(
              IllegalArgumentException.class, () -> authenticator.checkTimeout(Duration.ZERO));
        });
  }

  @Test
  void checkThatThrowsDeniesAndIsReported() throws Exception {
    List<Throwable> reported = new ArrayList<>();
    Hub.run(
        HubOptions.defaults().withErrorHandler((source, failure) -> reported.add(failure)),
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            Authenticator _ =
                Authenticator.open(context)
                    .plain(
                        request -> {
                          throw new UnsupportedOperationException("no database");
                        })
                    .curve(
                        request -> {
                          throw new java.io.IOException("no disk");
                        });
            ZmqSocket plain = server(context, Newcomers::plain);
            assertDenied(500, context, plain, o -> o.plainClient("a", "b"));
            ZmqSocket curve = server(context, Newcomers::curve);
            assertDenied(500, context, curve, Newcomers::curveClient);
          }
        });
    assertEquals(2, reported.size(), reported::toString);
    assertEquals("no database", reported.getFirst().getMessage());
    assertEquals("no disk", reported.getLast().getCause().getMessage());
  }

  @Test
  void withoutAnyCheckCredentialsAreDenied() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator _ = Authenticator.open(context);
          ZmqSocket plain = server(context, Newcomers::plain);
          assertDenied(400, context, plain, o -> o.plainClient("a", "b"));
          ZmqSocket curve = server(context, Newcomers::curve);
          assertDenied(400, context, curve, Newcomers::curveClient);
        });
  }

  // --- Life

  @Test
  void verdictsAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> AuthVerdict.allow("x".repeat(256)));
    assertThrows(
        IllegalArgumentException.class, () -> new AuthVerdict.Allow("", Map.of("no blanks", "")));
    assertThrows(IllegalArgumentException.class, () -> new AuthVerdict.Deny(200, "no"));
    assertEquals(new AuthVerdict.Deny(300, "wait"), AuthVerdict.tryLater("wait"));
  }

  /** For the guide. */
  @Test
  void sampleOfTheGuide() throws Exception {
    OnHub.run(
        io,
        context -> {
          CurveKeys serverKeys = CurveKeys.generate();
          CurveKeys clientKeys = CurveKeys.generate();
          Authenticator authenticator =
              Authenticator.open(context).curve(AuthCheck.keys(List.of(clientKeys.publicOnly())));

          ZmqSocket server = context.socket(SocketType.REP);
          server.options().curveServer(serverKeys);
          String endpoint = server.bind("tcp://127.0.0.1:*");

          ZmqSocket client = context.socket(SocketType.REQ);
          ZmqMonitor monitor = client.monitor();
          client.options().curveClient(clientKeys, serverKeys.publicOnly());
          client.connect(endpoint);
          client.send("who am I?");
          assertEquals("who am I?", server.recvString(LONG));
          assertEquals(clientKeys.publicKeyText(), server.peers().getFirst().userId());
          assertEquals("REP", next(monitor, HandshakeSucceeded.class).peer().socketType());
          authenticator.close();
        });
  }

  @Test
  void aCheckWithoutAVerdictDenies() throws Exception {
    List<Throwable> failures = new ArrayList<>();
    Hub.run(
        HubOptions.defaults().withErrorHandler((source, failure) -> failures.add(failure)),
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            AuthCheck nothing = forgetful();
            Authenticator authenticator = Authenticator.open(context).plain(nothing);
            ZmqSocket server = server(context, Newcomers::plain);
            assertDenied(500, context, server, o -> o.plainClient("ann", "secret"));
            assertEquals(1, authenticator.denied());
          }
        });
    assertEquals(1, failures.size(), failures::toString);
  }

  @SuppressWarnings("NullAway") // what a check must not do
  private static AuthCheck forgetful() {
    return _ -> null;
  }

  @Test
  void aSecretThatIsRefusedIsNotTold() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.ROUTER);
          String secret = SERVER.secretKeyText();
          ZmqException refused =
              assertThrows(
                  ZmqException.class,
                  () -> server.options().set(ZMQ.ZMQ_CURVE_SECRETKEY, secret + "\n"));
          assertFalse(refused.toString().contains(secret), refused::toString);
        });
  }

  @Test
  void aRefusalNeedsAReason() {
    NullPointerException _ =
        assertThrows(NullPointerException.class, AuthenticatorTest::withoutReason);
  }

  @SuppressWarnings("NullAway")
  private static AuthVerdict withoutReason() {
    return AuthVerdict.deny(null);
  }
}
