package dev.celadon.net;

import static dev.celadon.net.TestCertificates.AUTHORITY;
import static dev.celadon.net.TestCertificates.STRANGER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsHandshakeTest {

  @TempDir Path folder;

  // --- Who the server is

  @Test
  void connectsAndChecksTheName() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener =
              StreamListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Greenlet<?> server =
                Greenlets.spawn(
                    () -> {
                      while (true) {
                        TlsSocket socket = TlsSocket.server(listener.accept(), TlsPair.SERVER);
                        Greenlet<?> _ = Greenlets.spawn(() -> serve(socket));
                      }
                    });
            for (String host : List.of("localhost", "127.0.0.1")) {
              try (TlsSocket socket = TlsSocket.connect(host, listener.port(), TlsPair.CLIENT)) {
                assertEquals("hi", new String(socket.inputStream().readAllBytes(), UTF_8));
                assertEquals(listener.localAddress(), socket.remoteAddress());
              }
            }
            SSLHandshakeException untrusted =
                assertThrows(
                    SSLHandshakeException.class,
                    () -> TlsSocket.connect("localhost", listener.port()));
            assertTrue(untrusted.getMessage().contains("localhost"), untrusted.getMessage());
            server.kill();
          }
        });
  }

  private static void serve(TlsSocket socket) throws IOException {
    try (socket) {
      socket.write("hi".getBytes(UTF_8));
    } catch (SSLHandshakeException _) {
      // one of the clients trusts nobody
    }
  }

  @Test
  void aWrongNameIsRefusedUnlessNobodyChecks() throws Exception {
    TlsOptions other = TlsOptions.defaults().withIdentity(AUTHORITY.identity("EC", "other.test"));
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open(TlsPair.CLIENT, other)) {
            Greenlet<?> server = Greenlets.spawn(() -> pair.server().handshake());
            assertThrows(SSLHandshakeException.class, () -> pair.client().handshake());
            assertFalse(pair.client().transport().isOpen());
            SSLHandshakeException told = assertThrows(SSLHandshakeException.class, server::result);
            assertTrue(told.getMessage().contains("certificate"), told.getMessage());
            assertFalse(pair.server().transport().isOpen());
          }
          try (TlsPair pair = TlsPair.open(TlsPair.CLIENT.withHostnameCheck(false), other)) {
            TlsSocketTest.shakeHands(pair);
          }
        });
  }

  @Test
  void anUnknownAuthorityIsRefusedUnlessAnybodyIsTrusted() throws Exception {
    Hub.run(
        () -> {
          TlsOptions stranger = TlsOptions.defaults().withTrusted(STRANGER.trusted());
          try (TlsPair pair = TlsPair.open(stranger, TlsPair.SERVER)) {
            Greenlet<?> server = Greenlets.spawn(() -> pair.server().read(new byte[1]));
            SSLHandshakeException refused =
                assertThrows(SSLHandshakeException.class, () -> pair.client().write(new byte[1]));
            assertTrue(refused.getMessage().startsWith("TLS handshake with localhost: "));
            assertInstanceOf(SSLException.class, refused.getCause());
            assertThrows(SSLHandshakeException.class, server::result);
          }
          try (TlsPair pair =
              TlsPair.open(TlsOptions.defaults().withInsecureTrustInAnybody(), TlsPair.SERVER)) {
            TlsSocketTest.shakeHands(pair);
          }
        });
  }

  @Test
  void theNameThatIsAskedForSelectsTheCertificate() throws Exception {
    TlsOptions server =
        TlsPair.SERVER
            .withIdentity(AUTHORITY.identity("EC", "alpha.test"))
            .withIdentity(AUTHORITY.identity("RSA", "alpha.test"))
            .withIdentity(AUTHORITY.identity("RSA", "*.beta.test", "beta.test"));
    assertEquals("EC alpha.test", shown("alpha.test", server));
    assertEquals("RSA *.beta.test", shown("www.beta.test", server));
    assertEquals("RSA *.beta.test", shown("BETA.test", server));
    assertEquals("EC localhost", shown("a.b.beta.test", server), "the first one");
    assertEquals("EC localhost", shown("192.0.2.1", server), "no name at all");
    assertEquals("EC alpha.test", shown("alpha.test.", server), "the dot is not sent");
    assertEquals("EC localhost", shown("not_a_name.alpha.test", server), "nor is what is no name");
  }

  private static String shown(String host, TlsOptions serverOptions) throws Exception {
    return Hub.run(
        () -> {
          SocketPair sockets = StreamSocket.pair();
          TlsOptions options = TlsPair.CLIENT.withHostnameCheck(false);
          try (TlsPair pair =
              new TlsPair(
                  TlsSocket.client(sockets.first(), host, options),
                  TlsSocket.server(sockets.second(), serverOptions))) {
            TlsSocketTest.shakeHands(pair);
            X509Certificate shown =
                (X509Certificate) pair.client().session().getPeerCertificates()[0];
            return shown.getPublicKey().getAlgorithm()
                + " "
                + shown.getSubjectX500Principal().getName().substring("CN=".length());
          }
        });
  }

  // --- Who the client is

  @Test
  void aServerMayNeedACertificateOfItsClients() throws Exception {
    TlsOptions needs =
        TlsPair.SERVER.withTrusted(AUTHORITY.trusted()).withClientAuth(TlsOptions.ClientAuth.NEED);
    Hub.run(
        () -> {
          try (TlsPair pair =
              TlsPair.open(TlsPair.CLIENT.withIdentity(TestCertificates.CLIENT), needs)) {
            TlsSocketTest.shakeHands(pair);
            assertEquals("CN=client", pair.server().session().getPeerPrincipal().getName());
          }
          TlsIdentity unknown = STRANGER.identity("EC", "client");
          for (TlsOptions client : List.of(TlsPair.CLIENT, TlsPair.CLIENT.withIdentity(unknown))) {
            try (TlsPair pair = TlsPair.open(client, needs)) {
              Greenlet<?> server = Greenlets.spawn(() -> pair.server().handshake());
              assertThrows(SSLException.class, () -> pair.client().read(new byte[1]));
              assertThrows(SSLHandshakeException.class, server::result);
            }
          }
        });
  }

  @Test
  void aServerMayWantACertificateOfItsClients() throws Exception {
    TlsOptions wants =
        TlsPair.SERVER.withTrusted(AUTHORITY.trusted()).withClientAuth(TlsOptions.ClientAuth.WANT);
    Hub.run(
        () -> {
          try (TlsPair pair =
              TlsPair.open(TlsPair.CLIENT.withIdentity(TestCertificates.CLIENT), wants)) {
            TlsSocketTest.shakeHands(pair);
            assertEquals("CN=client", pair.server().session().getPeerPrincipal().getName());
          }
          try (TlsPair pair = TlsPair.open(TlsPair.CLIENT, wants)) {
            TlsSocketTest.shakeHands(pair);
            assertThrows(
                SSLPeerUnverifiedException.class, () -> pair.server().session().getPeerPrincipal());
          }
        });
  }

  // --- What is spoken inside

  @Test
  void theProtocolInsideIsAgreedOn() throws Exception {
    assertEquals("h2", agreed(List.of("h2", "http/1.1"), List.of("h2", "http/1.1")));
    assertEquals("http/1.1", agreed(List.of("http/1.1"), List.of("h2", "http/1.1")));
    assertEquals("", agreed(List.of(), List.of("h2")));
    assertEquals("", agreed(List.of("h2"), List.of()));
    assertThrows(SSLHandshakeException.class, () -> agreed(List.of("h3"), List.of("h2")));
  }

  private static String agreed(List<String> client, List<String> server) throws Exception {
    return Hub.run(
        () -> {
          try (TlsPair pair =
              TlsPair.open(
                  TlsPair.CLIENT.withApplicationProtocols(client.toArray(String[]::new)),
                  TlsPair.SERVER.withApplicationProtocols(server.toArray(String[]::new)))) {
            Greenlet<String> atServer =
                Greenlets.spawn(
                    () -> {
                      try {
                        return pair.server().applicationProtocol();
                      } catch (SSLHandshakeException e) {
                        return "refused";
                      }
                    });
            String agreed = pair.client().applicationProtocol();
            assertEquals(agreed, atServer.result());
            return agreed;
          }
        });
  }

  @Test
  void versionsAndCipherSuitesCanBeChosen() throws Exception {
    Hub.run(
        () -> {
          TlsOptions only =
              TlsPair.CLIENT
                  .withProtocols("TLSv1.3")
                  .withCipherSuites("TLS_CHACHA20_POLY1305_SHA256");
          try (TlsPair pair = TlsPair.open(only, TlsPair.SERVER)) {
            TlsSocketTest.shakeHands(pair);
            assertEquals("TLS_CHACHA20_POLY1305_SHA256", pair.server().session().getCipherSuite());
          }
          try (TlsPair pair = TlsPair.open(only, TlsPair.SERVER.withProtocols("TLSv1.2"))) {
            Greenlet<?> server = Greenlets.spawn(() -> pair.server().handshake());
            assertThrows(SSLHandshakeException.class, () -> pair.client().handshake());
            assertThrows(SSLHandshakeException.class, server::result);
          }
        });
  }

  // --- Peers that do not speak TLS, or stop

  @Test
  void aPeerThatSpeaksNoTlsIsRefusedAndNothingOfItIsRead() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          TlsSocket server = TlsSocket.server(pair.second(), TlsPair.SERVER);
          pair.first().write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
          pair.first().shutdownOutput();
          assertThrows(SSLHandshakeException.class, () -> server.read(new byte[100]));
          assertThrows(ClosedChannelException.class, () -> server.read(new byte[100]));
          assertFalse(pair.second().isOpen());
          pair.close();
        });
  }

  @Test
  void aPeerThatClosesMidwayEndsTheHandshake() throws Exception {
    Hub.run(
        () -> {
          SocketPair pair = StreamSocket.pair();
          TlsSocket server = TlsSocket.server(pair.second(), TlsPair.SERVER);
          pair.first().write(new byte[] {22, 3, 1, 1, 0, 1});
          pair.first().close();
          assertThrows(EOFException.class, server::handshake);
          assertFalse(pair.second().isOpen());
        });
  }

  @Test
  void aSilentPeerIsGivenUp() throws Exception {
    TlsSocketTest.inVirtualTime(
        () -> {
          SocketPair pair = StreamSocket.pair();
          TlsSocket server =
              TlsSocket.server(
                  pair.second(), TlsPair.SERVER.withHandshakeTimeout(Duration.ofSeconds(3)));
          SocketTimeoutException over =
              assertThrows(SocketTimeoutException.class, () -> server.read(new byte[1]));
          assertTrue(over.getMessage().contains("PT3S"), over.getMessage());
          assertFalse(pair.second().isOpen());
          assertEquals(0, Hub.current().loop().pendingTimers());
          pair.close();
        });
  }

  @Test
  void aKillOrACloseInAHandshakeLeavesNothingOpen() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            Greenlet<?> client = Greenlets.spawn(() -> pair.client().handshake());
            Greenlet<?> second = Greenlets.spawn(() -> pair.client().write(new byte[1]));
            Greenlets.yieldNow();
            client.kill();
            assertThrows(AsynchronousCloseException.class, second::result);
            assertFalse(pair.client().transport().isOpen());
          }
          try (TlsPair pair = TlsPair.open()) {
            Greenlet<?> client = Greenlets.spawn(() -> pair.client().handshake());
            Greenlets.yieldNow();
            pair.client().close();
            assertThrows(AsynchronousCloseException.class, client::result);
          }
        });
  }

  @Test
  void theComputationsMayRunOnAThread() throws Exception {
    Hub.run(
        () -> {
          for (int i = 0; i < 20; i++) {
            try (TlsPair pair =
                TlsPair.open(
                    TlsPair.CLIENT.withOffloadedHandshake(true),
                    TlsPair.SERVER.withOffloadedHandshake(true))) {
              TlsSocketTest.bothWaysAtOnce(pair, 50_000);
            }
          }
          TlsPair pair = TlsPair.open(TlsPair.CLIENT.withOffloadedHandshake(true), TlsPair.SERVER);
          Greenlet<?> server = Greenlets.spawn(() -> pair.server().handshake());
          Greenlet<?> client = Greenlets.spawn(() -> pair.client().handshake());
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          client.kill();
          assertFalse(pair.client().transport().isOpen());
          server.join();
          pair.close();
        });
  }

  // --- Where keys come from

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void keysAreReadFromPemFiles(String kind) throws Exception {
    TlsIdentity identity = AUTHORITY.identity(kind, "localhost");
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    Path roots = folder.resolve("roots.pem");
    Files.writeString(chain, "# a comment\n" + TestCertificates.pem(identity.chain()));
    Files.writeString(key, TestCertificates.pem(identity.key()));
    Files.writeString(
        roots,
        TestCertificates.pem(STRANGER.trusted()) + TestCertificates.pem(AUTHORITY.trusted()));
    Hub.run(
        () -> {
          TlsOptions server = TlsOptions.defaults().withIdentity(chain, key);
          TlsOptions client = TlsOptions.defaults().withTrusted(roots);
          try (TlsPair pair = TlsPair.open(client, server)) {
            TlsSocketTest.shakeHands(pair);
          }
        });
  }

  @Test
  void keysAndContextsMayComeFromElsewhere() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    char[] password = "secret".toCharArray();
    TlsIdentity identity = TestCertificates.LOCALHOST;
    store.setKeyEntry(
        "me", identity.key(), password, identity.chain().toArray(X509Certificate[]::new));
    assertEquals(identity, TlsIdentity.ofKeyStore(store, null, password));
    assertEquals(identity, TlsIdentity.ofKeyStore(store, "me", password));
    assertFalse(identity.toString().contains("private"), identity.toString());
    SSLContext context = TlsPair.SERVER.credentials().context();
    Hub.run(
        () -> {
          SocketPair sockets = StreamSocket.pair();
          try (TlsPair pair =
              new TlsPair(
                  TlsSocket.client(sockets.first(), "localhost", TlsPair.CLIENT),
                  TlsSocket.server(sockets.second(), context))) {
            TlsSocketTest.bothWaysAtOnce(pair, 1_000);
          }
        });
  }

  @Test
  void aSecondConnectionResumesTheSession() throws Exception {
    Hub.run(
        () -> {
          long first = sessionTime();
          assertEquals(first, sessionTime(), "the session is older than the connection");
        });
  }

  private static long sessionTime() throws Exception {
    MemoryTransport.Ends ends = MemoryTransport.pair(10_000, 10_000, 1);
    try (TlsPair pair = TlsPair.over(ends.first(), TlsPair.CLIENT, ends.second(), TlsPair.SERVER)) {
      Greenlet<?> server = Greenlets.spawn(() -> pair.server().write(new byte[1]));
      assertEquals(1, pair.client().read(new byte[1]), "behind the ticket");
      server.result();
      return pair.client().session().getCreationTime();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void anotherProviderDoesItToo(String protocol) throws Exception {
    TlsOptions server =
        TlsOptions.defaults()
            .withProvider(Conscrypt.newProvider())
            .withIdentity(AUTHORITY.identity("EC", "other.test"))
            .withIdentity(TestCertificates.LOCALHOST)
            .withApplicationProtocols("h2")
            .withProtocols(protocol);
    TlsOptions client =
        TlsPair.CLIENT.withProvider(Conscrypt.newProvider()).withApplicationProtocols("h2");
    Hub.run(
        () -> {
          for (TlsOptions from : List.of(client, TlsPair.CLIENT)) {
            for (TlsOptions to : List.of(server, TlsPair.SERVER.withProtocols(protocol))) {
              try (TlsPair pair = TlsPair.open(from, to)) {
                TlsSocketTest.bothWaysAtOnce(pair, 300_000);
                assertEquals(protocol, pair.client().session().getProtocol());
                pair.client().close();
                assertEquals(-1, pair.server().read(new byte[1]));
              }
            }
          }
          TlsOptions other =
              TlsOptions.defaults()
                  .withProvider(Conscrypt.newProvider())
                  .withIdentity(AUTHORITY.identity("EC", "other.test"));
          try (TlsPair pair = TlsPair.open(client, other)) {
            Greenlet<?> atServer = Greenlets.spawn(() -> pair.server().handshake());
            assertThrows(SSLHandshakeException.class, () -> pair.client().handshake());
            assertThrows(SSLException.class, atServer::result);
          }
        });
  }

  @Test
  void whatIsNoKeyIsRefusedWithTheWayOut() {
    TlsIdentity identity = TestCertificates.LOCALHOST;
    String chain = TestCertificates.pem(identity.chain());
    String pkcs1 = TestCertificates.pem("RSA PRIVATE KEY", new byte[9]);
    assertMessage("openssl pkcs8", () -> TlsIdentity.ofPem(chain, pkcs1));
    assertMessage("CERTIFICATE", () -> TlsIdentity.ofPem(chain, chain));
    assertMessage("PRIVATE KEY", () -> TlsIdentity.ofPem(pkcs1, pkcs1));
    String broken = TestCertificates.pem("PRIVATE KEY", new byte[9]);
    assertMessage("broken", () -> TlsIdentity.ofPem(chain, broken));
    String rsa = TestCertificates.pem(AUTHORITY.identity("RSA", "x").key());
    assertMessage("stands first", () -> TlsIdentity.ofPem(chain, rsa));
  }

  private static void assertMessage(
      String part, org.junit.jupiter.api.function.Executable mistake) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, mistake);
    assertNotNull(refused.getMessage());
    assertTrue(refused.getMessage().contains(part), refused.getMessage());
  }

  @Test
  void bytesBehindTheHandshakeAreNotLost() throws Exception {
    Hub.run(
        () -> {
          try (TlsPair pair = TlsPair.open()) {
            Greenlet<?> client =
                Greenlets.spawn(
                    () -> {
                      pair.client().write("first".getBytes(UTF_8));
                      pair.client().close();
                    });
            pair.server().handshake();
            client.join();
            assertArrayEquals("first".getBytes(UTF_8), pair.server().inputStream().readAllBytes());
          }
        });
  }
}
