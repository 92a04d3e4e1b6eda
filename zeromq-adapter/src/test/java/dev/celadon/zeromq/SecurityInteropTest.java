package dev.celadon.zeromq;

import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqMonitorTest.next;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.threadpool.ThreadPool;
import dev.celadon.zeromq.ZmqEvent.FailureReason;
import dev.celadon.zeromq.ZmqEvent.HandshakeFailed;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** PLAIN and CURVE with libzmq at the other end. */
@ParameterizedClass
@EnumSource(IoMode.class)
class SecurityInteropTest {

  private static final CurveKeys SERVER = CurveKeys.generate();
  private static final CurveKeys CLIENT = CurveKeys.generate();

  /** What a ZAP handler needs in Python: allows one user name, or one key. */
  private static final String HANDLER =
      """
      import threading
      handler = context.socket(zmq.REP)
      handler.bind('inproc://zeromq.zap.01')
      def decide():
          try:
              while True:
                  f = handler.recv_multipart()
                  assert f[0] == b'1.0', f
                  ok = f[6:] == [b'ann', b'secret'] or (f[5] == b'CURVE' and f[6] == allowed)
                  handler.send_multipart([f[0], f[1], b'200' if ok else b'400', b'', b'u1' if ok else b'', b''])
          except zmq.ContextTerminated:
              handler.close(0)
      threading.Thread(target=decide, daemon=True).start()
      """;

  @TempDir private Path directory;

  private final IoMode io;

  SecurityInteropTest(IoMode io) {
    this.io = io;
  }

  @BeforeAll
  static void pythonHasZmqWithCurve() throws Exception {
    assumeTrue(Python.isThere(), Python.ABSENT);
    assumeTrue(Python.hasCurve(), "this libzmq has no CURVE: install one with libsodium");
  }

  private interface Peer {
    void run(BufferedReader output) throws Exception;
  }

  /** Runs a Python program and its peer, both of which must end well. */
  private static void withPython(String program, Peer peer, String... arguments) throws Exception {
    Process process = Python.start(program, arguments);
    try {
      peer.run(process.inputReader(UTF_8));
      assertTrue(
          ThreadPool.offload(() -> process.waitFor(20, TimeUnit.SECONDS)), "Python did not end");
      assertEquals(0, process.exitValue(), "Python's exit value");
    } finally {
      Process _ = process.destroyForcibly();
    }
  }

  private static ZmqSocket client(
      ZmqContext context, String endpoint, Consumer<SocketOptions> security) {
    ZmqSocket client = context.socket(SocketType.REQ);
    security.accept(client.options());
    client.connect(endpoint);
    return client;
  }

  // --- CURVE

  @Test
  void curveClientOfPythonsServer() throws Exception {
    withPython(
        "from zmq.utils import z85\nallowed = z85.decode(sys.argv[2].encode())\n"
            + HANDLER
            + """
            s = socket(zmq.REP)
            s.curve_server = True
            s.curve_publickey = sys.argv[1].encode()
            s.curve_secretkey = sys.argv[3].encode()
            bound(s)
            m = s.recv(copy=False)
            assert m.get('User-Id') == 'u1'
            s.send(b're: ' + m.bytes)
            """,
        output -> {
          String endpoint = output.readLine();
          OnHub.run(
              io,
              context -> {
                CurveKeys stranger = CurveKeys.generate();
                ZmqSocket unknown = context.socket(SocketType.REQ);
                ZmqMonitor monitor = unknown.monitor();
                unknown.options().curveClient(stranger, SERVER);
                unknown.connect(endpoint);
                HandshakeFailed failed = next(monitor, HandshakeFailed.class);
                assertEquals(FailureReason.AUTHENTICATION, failed.reason());
                assertEquals(400, failed.code());
                unknown.close();
                ZmqSocket client = client(context, endpoint, o -> o.curveClient(CLIENT, SERVER));
                client.send("q");
                assertEquals("re: q", client.recvString(LONG));
              });
        },
        SERVER.publicKeyText(),
        CLIENT.publicKeyText(),
        SERVER.secretKeyText());
  }

  @Test
  void curveServerOfPythonsClients() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator =
              Authenticator.open(context).curve(AuthCheck.keys(List.of(CLIENT.publicOnly())));
          ZmqSocket server = context.socket(SocketType.REP);
          server.options().curveServer(SERVER);
          ZmqMonitor monitor = server.monitor();
          withPython(
              """
              def client(public, secret):
                  s = socket(zmq.REQ)
                  s.curve_serverkey = sys.argv[2].encode()
                  s.curve_publickey = public
                  s.curve_secretkey = secret
                  s.connect(sys.argv[1])
                  return s
              bad = client(*zmq.curve_keypair())
              bad.linger = 0
              bad.rcvtimeo = 300
              bad.send(b'let me in')
              try:
                  bad.recv()
                  assert False
              except zmq.Again:
                  pass
              good = client(sys.argv[3].encode(), sys.argv[4].encode())
              good.send(b'q')
              assert good.recv() == b're: q'
              """,
              output -> {
                HandshakeFailed failed = next(monitor, HandshakeFailed.class);
                assertEquals(400, failed.code());
                String question = server.recvString(LONG);
                assertEquals(CLIENT.publicKeyText(), server.peers().getLast().userId());
                server.send("re: " + question); // the client leaves when it has this
              },
              server.bind(ANY_PORT),
              SERVER.publicKeyText(),
              CLIENT.publicKeyText(),
              CLIENT.secretKeyText());
          assertEquals(1, authenticator.allowed());
          assertEquals(1, authenticator.denied());
        });
  }

  @Test
  void certificatesOfPythonAreRead() throws Exception {
    withPython(
        """
        import zmq.auth
        zmq.auth.create_certificates(sys.argv[1], 'ann')
        """,
        output -> {},
        directory.toString());
    CurveKeys keys = CurveKeys.load(directory.resolve("ann.key_secret"));
    assertEquals(CurveKeys.load(directory.resolve("ann.key")), keys);
    assertTrue(keys.hasSecretKey());
    Path ours = directory.resolve("bob.key_secret");
    SERVER.saveSecret(ours);
    withPython(
        """
        import zmq.auth
        public, secret = zmq.auth.load_certificate(sys.argv[1])
        assert public.decode() == sys.argv[2] and secret.decode() == sys.argv[3]
        """,
        output -> {},
        ours.toString(),
        SERVER.publicKeyText(),
        SERVER.secretKeyText());
  }

  // --- PLAIN

  @Test
  void plainClientOfPythonsServer() throws Exception {
    withPython(
        "allowed = None\n"
            + HANDLER
            + """
            s = socket(zmq.REP)
            s.plain_server = True
            bound(s)
            m = s.recv(copy=False)
            assert m.get('User-Id') == 'u1'
            s.send(b're: ' + m.bytes)
            """,
        output -> {
          String endpoint = output.readLine();
          OnHub.run(
              io,
              context -> {
                ZmqSocket wrong = context.socket(SocketType.REQ);
                ZmqMonitor monitor = wrong.monitor();
                wrong.options().plainClient("ann", "guess");
                wrong.connect(endpoint);
                // libzmq (4.3.4) misspells the ERROR of PLAIN, so that nobody understands the
                // reason.
                assertEquals(endpoint, next(monitor, HandshakeFailed.class).endpoint());
                wrong.close();
                ZmqSocket client = client(context, endpoint, o -> o.plainClient("ann", "secret"));
                client.send("q");
                assertEquals("re: q", client.recvString(LONG));
              });
        });
  }

  @Test
  void plainServerOfPythonsClients() throws Exception {
    OnHub.run(
        io,
        context -> {
          Authenticator authenticator =
              Authenticator.open(context).plain(AuthCheck.passwords(Map.of("ann", "secret")));
          ZmqSocket server = context.socket(SocketType.REP);
          server.options().plainServer();
          ZmqMonitor monitor = server.monitor();
          withPython(
              """
              def client(name, password):
                  s = socket(zmq.REQ)
                  s.plain_username = name
                  s.plain_password = password
                  s.connect(sys.argv[1])
                  return s
              bad = client(b'ann', b'guess')
              bad.linger = 0
              bad.rcvtimeo = 300
              bad.send(b'let me in')
              try:
                  bad.recv()
                  assert False
              except zmq.Again:
                  pass
              good = client(b'ann', b'secret')
              good.send(b'q')
              assert good.recv() == b're: q'
              """,
              output -> {
                assertEquals(400, next(monitor, HandshakeFailed.class).code());
                String question = server.recvString(LONG);
                assertEquals("ann", server.peers().getLast().userId());
                server.send("re: " + question); // the client leaves when it has this
              },
              server.bind(ANY_PORT));
          assertEquals(1, authenticator.allowed());
          assertTrue(authenticator.denied() >= 1);
        });
  }
}
