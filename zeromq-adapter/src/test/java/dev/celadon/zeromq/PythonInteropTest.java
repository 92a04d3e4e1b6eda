package dev.celadon.zeromq;

import static dev.celadon.zeromq.OnHub.LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.threadpool.ThreadPool;
import java.io.BufferedReader;
import java.io.File;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Talks to libzmq, through Python in its own process. */
class PythonInteropTest {

  private static final String PYTHON = "/usr/bin/python3";
  private static final String ANY_PORT = "tcp://127.0.0.1:*";

  private static final String PRELUDE =
      """
      import sys, zmq
      context = zmq.Context()
      def socket(kind):
          s = context.socket(kind)
          s.linger = 5000
          s.rcvtimeo = 20000
          s.sndtimeo = 20000
          return s
      def bound(kind):
          s = socket(kind)
          port = s.bind_to_random_port('tcp://127.0.0.1')
          print('tcp://127.0.0.1:%d' % port, flush=True)
          return s
      def connected(kind):
          s = socket(kind)
          s.connect(sys.argv[1])
          return s
      """;

  @BeforeAll
  static void pythonHasZmq() throws Exception {
    assumeTrue(new File(PYTHON).canExecute(), PYTHON + " is not there: install python3");
    Process probe =
        new ProcessBuilder(PYTHON, "-c", "import zmq").redirectErrorStream(true).start();
    assertTrue(probe.waitFor(30, TimeUnit.SECONDS));
    assumeTrue(probe.exitValue() == 0, "python3 cannot import zmq: install python3-zmq");
  }

  /** The other side of a Python program. */
  private interface Peer {
    void run(BufferedReader output) throws Exception;
  }

  /** Runs a Python program and its peer, both of which must end well. */
  private static void withPython(String program, String argument, Peer peer) throws Exception {
    Process process =
        new ProcessBuilder(PYTHON, "-c", PRELUDE + program, argument)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      peer.run(process.inputReader(UTF_8));
      boolean ended = ThreadPool.offload(() -> process.waitFor(20, TimeUnit.SECONDS));
      assertTrue(ended, "Python did not end");
      assertEquals(0, process.exitValue(), "Python's exit value");
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void requestsToPython(IoMode io) throws Exception {
    withPython(
        """
        s = bound(zmq.REP)
        for i in range(100):
            s.send(b're: ' + s.recv())
        """,
        "",
        output -> {
          String endpoint = output.readLine();
          OnHub.run(
              io,
              context -> {
                ZmqSocket client = context.socket(SocketType.REQ);
                client.connect(endpoint);
                for (int i = 0; i < 100; i++) {
                  client.send("q" + i);
                  assertEquals("re: q" + i, client.recvString(LONG));
                }
              });
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void requestsFromPython(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          withPython(
              """
              s = connected(zmq.REQ)
              for i in range(100):
                  s.send(b'q%d' % i)
                  assert s.recv() == b're: q%d' % i
              """,
              server.bind(ANY_PORT),
              output -> {
                for (int i = 0; i < 100; i++) {
                  server.send("re: " + server.recvString(LONG));
                }
              });
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void dealerToPythonsRouter(IoMode io) throws Exception {
    withPython(
        """
        s = bound(zmq.ROUTER)
        for i in range(50):
            frames = s.recv_multipart()
            assert frames[0] == b'jvm' and len(frames) == 4, frames
            s.send_multipart([frames[0]] + frames[:0:-1])
        """,
        "",
        output -> {
          String endpoint = output.readLine();
          OnHub.run(
              io,
              context -> {
                ZmqSocket dealer = context.socket(SocketType.DEALER);
                dealer.options().identity("jvm".getBytes(UTF_8));
                dealer.connect(endpoint);
                for (int i = 0; i < 50; i++) {
                  dealer.send(ZmqMessage.of("", "a" + i, "b".repeat(i * 500)));
                }
                for (int i = 0; i < 50; i++) {
                  assertEquals(
                      ZmqMessage.of("b".repeat(i * 500), "a" + i, ""), dealer.recvMessage(LONG));
                }
              });
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void routerToPythonsDealers(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          withPython(
              """
              sockets = []
              for k in range(5):
                  s = socket(zmq.DEALER)
                  s.identity = b'py%d' % k
                  s.connect(sys.argv[1])
                  sockets.append(s)
              for i in range(20):
                  for k, s in enumerate(sockets):
                      s.send_multipart([b'hello', b'%d' % i])
              for i in range(20):
                  for k, s in enumerate(sockets):
                      assert s.recv_multipart() == [b'hello', b'%d' % i]
              """,
              router.bind(ANY_PORT),
              output -> {
                for (int i = 0; i < 100; i++) {
                  ZmqMessage message = router.recvMessage(LONG);
                  assertTrue(message.text(0).startsWith("py"), message::toString);
                  assertEquals(3, message.size());
                  router.send(message);
                }
              });
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void subscribesToPython(IoMode io) throws Exception {
    withPython(
        """
        s = bound(zmq.XPUB)
        assert s.recv() == b'\\x01news'
        for i in range(50):
            s.send_multipart([b'noise', b'%d' % i])
            s.send_multipart([b'news', b'%d' % i])
        """,
        "",
        output -> {
          String endpoint = output.readLine();
          OnHub.run(
              io,
              context -> {
                ZmqSocket subscriber = context.socket(SocketType.SUB);
                subscriber.subscribe("news");
                subscriber.connect(endpoint);
                for (int i = 0; i < 50; i++) {
                  assertEquals(
                      ZmqMessage.of("news", String.valueOf(i)), subscriber.recvMessage(LONG));
                }
              });
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void publishesToPython(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket publisher = context.socket(SocketType.XPUB);
          withPython(
              """
              s = connected(zmq.SUB)
              s.subscribe(b'news')
              for i in range(50):
                  assert s.recv_multipart() == [b'news', b'%d' % i]
              """,
              publisher.bind(ANY_PORT),
              output -> {
                publisher.recv(LONG);
                for (int i = 0; i < 50; i++) {
                  publisher.send(ZmqMessage.of("noise", "x"));
                  publisher.send(ZmqMessage.of("news", String.valueOf(i)));
                }
              });
        });
  }
}
