package dev.celadon.zeromq;

import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.threadpool.ThreadPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Between processes that speak libzmq. */
class ProxyInteropTest {

  @BeforeAll
  static void pythonHasZmq() throws Exception {
    assumeTrue(Python.isThere(), Python.ABSENT);
  }

  private static void mustEndWell(Process process) throws Exception {
    boolean ended = ThreadPool.offload(() -> process.waitFor(30, TimeUnit.SECONDS));
    assertTrue(ended, "Python did not end");
    assertEquals(0, process.exitValue(), "Python's exit value");
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void clientsAndWorkersInPythonAndAProxyBetweenThem(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket clients = context.socket(SocketType.ROUTER);
          String frontend = clients.bind(ANY_PORT);
          ZmqSocket workers = context.socket(SocketType.DEALER);
          String backend = workers.bind(ANY_PORT);
          ZmqSocket control = context.socket(SocketType.REP);
          String steering = control.bind(ANY_PORT);
          ZmqProxy proxy =
              new ZmqProxy(clients, workers, ProxyOptions.defaults().withControl(control));
          Greenlet<ProxyEnd> proxying = proxy.start();
          List<Process> all = new ArrayList<>();
          try {
            for (int i = 0; i < 2; i++) {
              all.add(
                  Python.start(
                      """
                      s = connected(zmq.REP, sys.argv[1])
                      while True:
                          frames = s.recv_multipart()
                          s.send_multipart(frames[::-1])
                          if frames == [b'the', b'end']:
                              break
                      """,
                      backend));
            }
            // Else the last word could go to a worker that has just left, the other one not being
            // there yet.
            assertTrue(workers.awaitConnected(2, OnHub.LONG));
            List<Process> asking = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              Process client =
                  Python.start(
                      """
                      s = connected(zmq.REQ, sys.argv[1])
                      for i in range(200):
                          s.send_multipart([b'q%d' % i, b'x' * i])
                          assert s.recv_multipart() == [b'x' * i, b'q%d' % i]
                      """,
                      frontend);
              asking.add(client);
              all.add(client);
            }
            for (Process client : asking) {
              mustEndWell(client);
            }
            assertEquals(600, proxy.statistics().frontendSent().messages());

            Process steersman =
                Python.start(
                    """
                    c = connected(zmq.REQ, sys.argv[1])
                    def tell(command):
                        c.send(command)
                        return c.recv_multipart()
                    assert tell(b'PAUSE') == [b'']
                    numbers = [struct.unpack('=Q', f)[0] for f in tell(b'STATISTICS')]
                    assert numbers[0::2] == [600, 600, 600, 600], numbers
                    assert numbers[1] == numbers[3] == numbers[5] == numbers[7] > 60000, numbers
                    q = connected(zmq.DEALER, sys.argv[2])
                    q.send_multipart([b'', b'the', b'end'])
                    q.rcvtimeo = 100
                    try:
                        q.recv_multipart()
                        assert False, 'paused'
                    except zmq.Again:
                        pass
                    q.rcvtimeo = 20000
                    assert tell(b'RESUME') == [b'']
                    assert q.recv_multipart() == [b'', b'end', b'the']
                    q.send_multipart([b'', b'the', b'end'])
                    assert q.recv_multipart() == [b'', b'end', b'the']
                    assert tell(b'TERMINATE') == [b'']
                    """,
                    steering,
                    frontend);
            all.add(steersman);
            mustEndWell(steersman);
            assertEquals(ProxyEnd.STOPPED, proxying.result());
            for (Process process : all) {
              mustEndWell(process);
            }
            assertEquals(0, context.caughtUp());
          } finally {
            all.forEach(Process::destroyForcibly);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void subscriptionsOfPythonGoBackThroughTheProxy(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket incoming = context.socket(SocketType.XSUB);
          String upstream = incoming.bind(ANY_PORT);
          ZmqSocket outgoing = context.socket(SocketType.XPUB);
          String downstream = outgoing.bind(ANY_PORT);
          try (ZmqProxy proxy = new ZmqProxy(incoming, outgoing)) {
            proxy.start();
            Process publisher =
                Python.start(
                    """
                    s = connected(zmq.XPUB, sys.argv[1])
                    assert s.recv() == b'\\x01news'
                    for i in range(200):
                        s.send_multipart([b'noise', b'%d' % i])
                        s.send_multipart([b'news', b'%d' % i])
                    assert s.recv() == b'\\x00news'
                    """,
                    upstream);
            Process subscriber =
                Python.start(
                    """
                    s = connected(zmq.SUB, sys.argv[1])
                    s.subscribe(b'news')
                    for i in range(200):
                        assert s.recv_multipart() == [b'news', b'%d' % i]
                    """,
                    downstream);
            try {
              mustEndWell(subscriber);
              mustEndWell(publisher);
            } finally {
              publisher.destroyForcibly();
              subscriber.destroyForcibly();
            }
            assertEquals(200, proxy.statistics().backendSent().messages());
          }
        });
  }

  /** One poller over sockets that libzmq sends to. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void pollerHearsPythonOnSeveralSockets(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket tasks = context.socket(SocketType.PULL);
          ZmqSocket news = context.socket(SocketType.SUB);
          news.subscribe("");
          String one = tasks.bind(ANY_PORT);
          String two = news.bind(ANY_PORT);
          Process sender =
              Python.start(
                  """
                  push = connected(zmq.PUSH, sys.argv[1])
                  pub = connected(zmq.XPUB, sys.argv[2])
                  assert pub.recv() == b'\\x01'
                  for i in range(500):
                      push.send(b't%d' % i)
                      pub.send(b'n%d' % i)
                  """,
                  one, two);
          int[] got = new int[2];
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item fromTasks = poller.add(tasks, ZmqPoller.POLLIN);
            ZmqPoller.Item fromNews = poller.add(news, ZmqPoller.POLLIN);
            while (got[0] + got[1] < 1000) {
              assertTrue(!poller.poll(OnHub.LONG).isEmpty());
              if (fromTasks.isReadable()) {
                assertEquals("t" + got[0]++, new String(tasks.recv(), UTF_8));
              }
              if (fromNews.isReadable()) {
                assertEquals("n" + got[1]++, new String(news.recv(), UTF_8));
              }
            }
          } finally {
            mustEndWell(sender);
          }
          assertEquals(0, context.caughtUp());
        });
  }
}
