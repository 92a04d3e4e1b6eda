package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.queue.Queue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqProxyTest {

  private static final String ANY_PORT = "tcp://127.0.0.1:*";

  private final IoMode io;

  ZmqProxyTest(IoMode io) {
    this.io = io;
  }

  /** A source, a proxy's two sockets, and a sink, in a row. */
  private record Pipeline(ZmqSocket source, ZmqSocket front, ZmqSocket back, ZmqSocket sink) {

    static Pipeline over(ZmqContext context, String one, String two, int highWaterMark) {
      ZmqSocket front = context.socket(SocketType.PULL);
      front.options().receiveHighWaterMark(highWaterMark);
      ZmqSocket back = context.socket(SocketType.PUSH);
      back.options().sendHighWaterMark(highWaterMark);
      ZmqSocket source = context.socket(SocketType.PUSH);
      source.options().sendHighWaterMark(highWaterMark);
      source.connect(front.bind(one));
      ZmqSocket sink = context.socket(SocketType.PULL);
      sink.options().receiveHighWaterMark(highWaterMark);
      sink.connect(back.bind(two));
      return new Pipeline(source, front, back, sink);
    }

    static Pipeline over(ZmqContext context, String place) {
      return place.equals("tcp")
          ? over(context, ANY_PORT, ANY_PORT, 1000)
          : over(context, "inproc://one", "inproc://two", 1000);
    }

    Greenlet<?> sending(int count) {
      return spawn(
          () -> {
            for (int i = 0; i < count; i++) {
              source.send(ZmqMessage.of("n", String.valueOf(i)), LONG);
            }
          });
    }

    void expect(int first, int end) {
      for (int i = first; i < end; i++) {
        assertEquals(ZmqMessage.of("n", String.valueOf(i)), sink.recvMessage(LONG));
      }
    }
  }

  private static final List<String> PLACES = List.of("tcp", "inproc");

  // --- The shapes

  @Test
  void requestsOfTwentyClientsAreSharedOutToWorkers() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            boolean tcp = place.equals("tcp");
            ZmqSocket clients = context.socket(SocketType.ROUTER);
            String frontend = clients.bind(tcp ? ANY_PORT : "inproc://clients");
            ZmqSocket workers = context.socket(SocketType.DEALER);
            String backend = workers.bind(tcp ? ANY_PORT : "inproc://workers");
            ZmqProxy broker = new ZmqProxy(clients, workers);
            Greenlet<ProxyEnd> brokering = broker.start();
            int[] served = new int[4];
            for (int w = 0; w < served.length; w++) {
              int worker = w;
              spawn(
                  () -> {
                    ZmqSocket replier = context.socket(SocketType.REP);
                    replier.connect(backend);
                    while (true) {
                      replier.send(replier.recvString() + "!");
                      served[worker]++;
                    }
                  });
            }
            List<Greenlet<?>> asking = new ArrayList<>();
            for (int c = 0; c < 20; c++) {
              String name = "client " + c + " asks ";
              asking.add(
                  spawn(
                      () -> {
                        ZmqSocket client = context.socket(SocketType.REQ);
                        client.connect(frontend);
                        for (int i = 0; i < 30; i++) {
                          client.send(name + i);
                          assertEquals(name + i + "!", client.recvString(LONG));
                        }
                      }));
            }
            for (Greenlet<?> one : asking) {
              one.result();
            }
            assertEquals(600, IntStream.of(served).sum());
            IntStream.of(served).forEach(some -> assertTrue(some > 0));
            ProxyStatistics statistics = broker.statistics();
            assertEquals(600, statistics.frontendReceived().messages());
            assertEquals(600, statistics.frontendSent().messages());
            assertEquals(600, statistics.backendReceived().messages());
            assertEquals(600, statistics.backendSent().messages());
            assertEquals(0, context.caughtUp());
            broker.close();
            assertEquals(ProxyEnd.STOPPED, brokering.result());
          });
    }
  }

  @Test
  void publicationsGoForthAndSubscriptionsBack() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            boolean tcp = place.equals("tcp");
            ZmqSocket incoming = context.socket(SocketType.XSUB);
            ZmqSocket publisher = context.socket(SocketType.XPUB);
            incoming.connect(publisher.bind(tcp ? ANY_PORT : "inproc://news"));
            ZmqSocket outgoing = context.socket(SocketType.XPUB);
            String endpoint = outgoing.bind(tcp ? ANY_PORT : "inproc://more-news");
            try (ZmqProxy proxy = new ZmqProxy(incoming, outgoing)) {
              proxy.start();
              ZmqSocket subscriber = context.socket(SocketType.SUB);
              subscriber.subscribe("a");
              subscriber.connect(endpoint);
              byte[] subscription = publisher.recv(LONG);
              assertEquals(1, subscription[0]);
              assertEquals("a", new String(subscription, 1, 1, UTF_8));
              for (int i = 0; i < 500; i++) {
                publisher.send(ZmqMessage.of("b", String.valueOf(i)));
                publisher.send(ZmqMessage.of("a", String.valueOf(i)));
              }
              for (int i = 0; i < 500; i++) {
                assertEquals(ZmqMessage.of("a", String.valueOf(i)), subscriber.recvMessage(LONG));
              }
              assertEquals(1, proxy.statistics().backendReceived().messages());
            }
          });
    }
  }

  @Test
  void workGoesThroughInOrder() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            Pipeline line = Pipeline.over(context, place);
            try (ZmqProxy proxy = new ZmqProxy(line.front, line.back)) {
              proxy.start();
              Greenlet<?> sending = line.sending(5000);
              line.expect(0, 5000);
              sending.result();
              ProxyStatistics statistics = proxy.statistics();
              long bytes = IntStream.range(0, 5000).map(i -> 1 + ("" + i).length()).sum();
              ProxyStatistics.Traffic all = new ProxyStatistics.Traffic(5000, bytes);
              ProxyStatistics.Traffic none = new ProxyStatistics.Traffic(0, 0);
              assertEquals(new ProxyStatistics(all, none, none, all, 0), statistics);
              assertEquals(0, context.caughtUp());
            }
          });
    }
  }

  @Test
  void oneSocketInBothPlacesGetsItsMessagesBack() throws Exception {
    for (SocketType type : List.of(SocketType.ROUTER, SocketType.REP, SocketType.PAIR)) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket mirror = context.socket(type);
            ZmqSocket client =
                context.socket(type == SocketType.PAIR ? SocketType.PAIR : SocketType.REQ);
            client.connect(mirror.bind(ANY_PORT));
            try (ZmqProxy proxy = new ZmqProxy(mirror, mirror)) {
              proxy.start();
              for (int i = 0; i < 50; i++) {
                client.send(ZmqMessage.of("frame", String.valueOf(i)));
                assertEquals(ZmqMessage.of("frame", String.valueOf(i)), client.recvMessage(LONG));
              }
              assertEquals(50, proxy.statistics().frontendReceived().messages());
              assertEquals(50, proxy.statistics().frontendSent().messages());
              assertEquals(0, proxy.statistics().backendSent().messages());
            }
          });
    }
  }

  @Test
  void bothDirectionsGoOnUnderAFlood() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket front = context.socket(SocketType.DEALER);
          ZmqSocket back = context.socket(SocketType.DEALER);
          ZmqSocket left = context.socket(SocketType.DEALER);
          ZmqSocket right = context.socket(SocketType.DEALER);
          left.connect(front.bind("inproc://left"));
          right.connect(back.bind("inproc://right"));
          try (ZmqProxy proxy = new ZmqProxy(front, back)) {
            proxy.start();
            for (ZmqSocket one : List.of(left, right)) {
              spawn(
                  () -> {
                    while (true) {
                      one.send("x");
                    }
                  });
              spawn(
                  () -> {
                    while (true) {
                      one.recv();
                    }
                  });
            }
            while (proxy.statistics().frontendSent().messages() < 5000) {
              sleep(Duration.ofMillis(1));
            }
            while (proxy.statistics().backendSent().messages() < 5000) {
              sleep(Duration.ofMillis(1));
            }
          }
        });
  }

  // --- Capture

  @Test
  void captureSocketSeesAllFramesInOrder() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            Pipeline line = Pipeline.over(context, place);
            ZmqSocket capture = context.socket(SocketType.PUSH);
            capture.options().sendHighWaterMark(10);
            ZmqSocket witness = context.socket(SocketType.PULL);
            witness.options().receiveHighWaterMark(10);
            witness.connect(capture.bind(place.equals("tcp") ? ANY_PORT : "inproc://seen"));
            ProxyOptions options = ProxyOptions.defaults().withCapture(capture);
            try (ZmqProxy proxy = new ZmqProxy(line.front, line.back, options)) {
              proxy.start();
              line.sending(1000);
              Greenlet<?> arriving = spawn(() -> line.expect(0, 1000));
              for (int i = 0; i < 1000; i++) {
                assertEquals(ZmqMessage.of("n", String.valueOf(i)), witness.recvMessage(LONG));
              }
              arriving.result();
            }
          });
    }
  }

  @Test
  void captureWithoutPeerHoldsTheProxyUp() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqSocket capture = context.socket(SocketType.PUSH);
          String endpoint = capture.bind(ANY_PORT);
          ProxyOptions options = ProxyOptions.defaults().withCapture(capture);
          try (ZmqProxy proxy = new ZmqProxy(line.front, line.back, options)) {
            proxy.start();
            line.sending(3);
            assertThrows(ZmqTimeoutException.class, () -> line.sink.recv(SHORT));
            assertEquals(0, proxy.statistics().frontendReceived().messages());
            ZmqSocket witness = context.socket(SocketType.PULL);
            witness.connect(endpoint);
            line.expect(0, 3);
            assertEquals("n", witness.recvString(LONG));
          }
        });
  }

  /** The guide's espresso: a publisher, a proxy, a subscriber that has enough, and a listener. */
  @Test
  void espresso() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket publisher = context.socket(SocketType.PUB);
          String upstream = publisher.bind(ANY_PORT);
          Greenlet<?> publishing =
              spawn(
                  () -> {
                    for (int i = 0; true; i++) {
                      publisher.send((i % 2 == 0 ? "A-" : "C-") + i);
                      sleep(Duration.ofMillis(1));
                    }
                  });
          ZmqSocket incoming = context.socket(SocketType.XSUB);
          incoming.connect(upstream);
          ZmqSocket outgoing = context.socket(SocketType.XPUB);
          String downstream = outgoing.bind(ANY_PORT);
          Queue<ZmqMessage> heard = new Queue<>();
          ZmqProxy proxy =
              new ZmqProxy(incoming, outgoing, ProxyOptions.defaults().withListener(heard::put));
          proxy.start();

          ZmqSocket subscriber = context.socket(SocketType.SUB);
          subscriber.subscribe("A");
          subscriber.connect(downstream);
          List<String> got = new ArrayList<>();
          while (got.size() < 5) {
            got.add(subscriber.recvString(LONG));
          }
          subscriber.close();

          List<String> listened = new ArrayList<>();
          boolean left = false;
          while (!left) {
            byte[] frame = heard.get().frame(0);
            left = frame[0] == 0; // the subscription is taken back
            listened.add((frame[0] < 2 ? "subscription " : "") + new String(frame, UTF_8).strip());
          }
          proxy.close();
          publishing.kill();
          assertTrue(listened.getFirst().startsWith("subscription"), listened::toString);
          assertTrue(listened.containsAll(got), listened::toString);
          listened.forEach(text -> assertFalse(text.startsWith("C"), text));
        });
  }

  @Test
  void whatAListenerThrowsEndsTheProxyAfterTheMessage() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy =
              new ZmqProxy(
                  line.front,
                  line.back,
                  ProxyOptions.defaults()
                      .withListener(
                          message -> {
                            if (message.text(1).equals("2")) {
                              throw new IllegalArgumentException("no 2");
                            }
                          }));
          line.sending(4);
          assertThrows(IllegalArgumentException.class, proxy::run);
          assertEquals(ProxyEnd.FAILED, proxy.end());
          line.expect(0, 3);
          assertEquals(3, proxy.statistics().backendSent().messages());
          spawn(() -> new ZmqProxy(line.front, line.back).run());
          line.expect(3, 4);
        });
  }

  @Test
  void listenerMayEndTheProxy() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy[] proxy = {null};
          proxy[0] =
              new ZmqProxy(
                  line.front,
                  line.back,
                  ProxyOptions.defaults()
                      .withListener(_ -> Objects.requireNonNull(proxy[0]).close()));
          line.sending(4);
          assertEquals(ProxyEnd.STOPPED, proxy[0].run());
          line.expect(0, 1);
          assertEquals(1, proxy[0].statistics().frontendReceived().messages());
        });
  }

  // --- Steering

  @Test
  void pauseStopsAndResumeLosesNothing() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            Pipeline line = Pipeline.over(context, place);
            try (ZmqProxy proxy = new ZmqProxy(line.front, line.back)) {
              proxy.start();
              int next = 0;
              for (int round = 0; round < 5; round++) {
                Greenlet<?> sending = sendingFrom(line, next, 200);
                line.expect(next, next + 50);
                proxy.pause();
                proxy.pause();
                assertTrue(proxy.isPaused() && proxy.isRunning());
                long before = proxy.statistics().backendSent().messages();
                int arrived = 50;
                ZmqMessage late = line.sink.tryRecvMessage();
                while (late != null || arrived < before - next) {
                  if (late == null) {
                    late = line.sink.recvMessage(LONG);
                  }
                  assertEquals(String.valueOf(next + arrived), late.text(1));
                  arrived++;
                  late = line.sink.tryRecvMessage();
                }
                assertThrows(ZmqTimeoutException.class, () -> line.sink.recv(SHORT));
                assertEquals(before, proxy.statistics().frontendReceived().messages());
                assertEquals(before, proxy.statistics().backendSent().messages());
                proxy.resume();
                line.expect(next + arrived, next + 200);
                sending.result();
                next += 200;
              }
              assertEquals(0, context.caughtUp());
            }
          });
    }
  }

  private static Greenlet<?> sendingFrom(Pipeline line, int first, int count) {
    return spawn(
        () -> {
          for (int i = first; i < first + count; i++) {
            line.source.send(ZmqMessage.of("n", String.valueOf(i)), LONG);
          }
        });
  }

  @Test
  void proxyThatWasPausedBeforeItsBeginWaits() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy = new ZmqProxy(line.front, line.back);
          proxy.pause();
          proxy.start();
          line.sending(1);
          assertThrows(ZmqTimeoutException.class, () -> line.sink.recv(SHORT));
          proxy.resume();
          line.expect(0, 1);
          proxy.close();
          proxy.close();
          assertEquals(ProxyEnd.STOPPED, proxy.end());
        });
  }

  @Test
  void proxyThatWasClosedBeforeItsBeginEndsAtOnce() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy = new ZmqProxy(line.front, line.back);
          assertNull(proxy.end());
          proxy.close();
          line.sending(1);
          assertEquals(ProxyEnd.STOPPED, proxy.run());
          assertThrows(IllegalStateException.class, proxy::run);
        });
  }

  @Test
  void controlSocketsSteer() throws Exception {
    for (SocketType type : List.of(SocketType.REP, SocketType.PAIR, SocketType.ROUTER)) {
      OnHub.run(
          io,
          context -> {
            Pipeline line = Pipeline.over(context, "tcp");
            ZmqSocket control = context.socket(type);
            ZmqSocket remote =
                context.socket(type == SocketType.PAIR ? SocketType.PAIR : SocketType.REQ);
            remote.connect(control.bind(ANY_PORT));
            boolean answers = type != SocketType.PAIR;
            ZmqProxy proxy =
                new ZmqProxy(line.front, line.back, ProxyOptions.defaults().withControl(control));
            Greenlet<ProxyEnd> proxying = proxy.start();
            line.sending(3);
            line.expect(0, 3);

            command(remote, "PAUSE", answers);
            assertEquals(List.of(3L, 6L, 0L, 0L, 0L, 0L, 3L, 6L), statistics(remote));
            assertTrue(proxy.isPaused());
            sendingFrom(line, 3, 2);
            assertThrows(ZmqTimeoutException.class, () -> line.sink.recv(SHORT));
            remote.send("DANCE");
            if (answers) {
              assertTrue(remote.recvString(LONG).startsWith("unknown command"));
            }
            command(remote, "RESUME", answers);
            line.expect(3, 5);
            assertEquals(List.of(5L, 10L, 0L, 0L, 0L, 0L, 5L, 10L), statistics(remote));
            command(remote, type == SocketType.REP ? "TERMINATE" : "KILL", answers);
            assertEquals(ProxyEnd.STOPPED, proxying.result());
            assertFalse(line.front.isClosed() || control.isClosed());
          });
    }
  }

  private static void command(ZmqSocket remote, String command, boolean answers) {
    remote.send(command);
    if (answers) {
      assertEquals("", remote.recvString(LONG));
    }
  }

  private static List<Long> statistics(ZmqSocket remote) {
    remote.send("STATISTICS");
    return remote.recvMessage(LONG).frames().stream()
        .map(frame -> ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder()).getLong())
        .toList();
  }

  @Test
  void controlSocketThatCannotAnswerSteersToo() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqSocket control = context.socket(SocketType.PULL);
          ZmqSocket remote = context.socket(SocketType.PUSH);
          remote.connect(control.bind("inproc://control"));
          ZmqProxy proxy =
              new ZmqProxy(line.front, line.back, ProxyOptions.defaults().withControl(control));
          Greenlet<ProxyEnd> proxying = proxy.start();
          remote.send("STATISTICS");
          remote.send("TERMINATE");
          assertEquals(ProxyEnd.STOPPED, proxying.result());
        });
  }

  // --- Backpressure

  @Test
  void nothingIsTakenWhileTheBackHasNoRoom() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket front = context.socket(SocketType.PULL);
          front.options().receiveHighWaterMark(5);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.options().sendHighWaterMark(5);
          source.connect(front.bind("inproc://front"));
          ZmqSocket back = context.socket(SocketType.PUSH);
          String endpoint = back.bind(ANY_PORT);
          try (ZmqProxy proxy = new ZmqProxy(front, back)) {
            proxy.start();
            int sent = 0;
            try {
              while (true) {
                source.send(String.valueOf(sent), SHORT);
                sent++;
              }
            } catch (ZmqTimeoutException e) {
              assertEquals(10, sent, "as many as the two high-water marks let in");
            }
            assertEquals(0, proxy.statistics().frontendReceived().messages());
            ZmqSocket sink = context.socket(SocketType.PULL);
            sink.connect(endpoint);
            for (int i = 0; i < sent; i++) {
              assertEquals(String.valueOf(i), sink.recvString(LONG));
            }
          }
        });
  }

  @Test
  void slowSinkSlowsTheSourceAndGetsEverything() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, ANY_PORT, ANY_PORT, 2);
          try (ZmqProxy proxy = new ZmqProxy(line.front, line.back)) {
            proxy.start();
            Greenlet<?> sending = line.sending(300);
            for (int i = 0; i < 300; i++) {
              if (i % 20 == 0) {
                sleep(Duration.ofMillis(2));
              }
              line.expect(i, i + 1);
            }
            sending.result();
            assertEquals(0, context.caughtUp());
          }
        });
  }

  // --- A back that is picky about its peers

  private static ZmqSocket pickyRouter(ZmqContext context) {
    ZmqSocket back = context.socket(SocketType.ROUTER);
    back.options().routerMandatory(true).sendHighWaterMark(1);
    return back;
  }

  @Test
  void messageForAPeerThatHasLeftIsCountedAndSkipped() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket front = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(front.bind("inproc://front"));
          ZmqSocket back = pickyRouter(context);
          ZmqSocket peer = context.socket(SocketType.DEALER);
          peer.options().identity("here".getBytes(UTF_8));
          peer.connect(back.bind("inproc://back"));
          peer.send("hello");
          assertEquals("here", back.recvMessage(LONG).text(0));
          try (ZmqProxy proxy = new ZmqProxy(front, back)) {
            proxy.start();
            source.send(ZmqMessage.of("gone", "1"));
            source.send(ZmqMessage.of("here", "2"));
            assertEquals("2", peer.recvString(LONG));
            ProxyStatistics statistics = proxy.statistics();
            assertEquals(1, statistics.undeliverable());
            assertEquals(2, statistics.frontendReceived().messages());
            assertEquals(1, statistics.backendSent().messages());
          }
        });
  }

  @Test
  void messageThatStandsInLineIsPutBackByPauseKillAndClose() throws Exception {
    for (String way : List.of("pause", "kill", "close", "go on")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket front = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.connect(front.bind("inproc://front"));
            ZmqSocket back = pickyRouter(context);
            ZmqSocket peer = context.socket(SocketType.DEALER);
            peer.options().identity("p".getBytes(UTF_8)).receiveHighWaterMark(1);
            peer.connect(back.bind("inproc://back"));
            peer.send("hello");
            assertEquals("p", back.recvMessage(LONG).text(0));
            int count = 10;
            for (int i = 0; i < count; i++) {
              source.send(ZmqMessage.of("p", String.valueOf(i)));
            }
            Queue<String> seen = new Queue<>();
            ProxyOptions options =
                ProxyOptions.defaults().withListener(message -> seen.put(message.text(1)));
            ZmqProxy proxy = new ZmqProxy(front, back, options);
            Greenlet<ProxyEnd> proxying = proxy.start();
            while (proxy.statistics().frontendReceived().messages()
                == proxy.statistics().backendSent().messages()) {
              sleep(Duration.ofMillis(1));
            }
            long sent = proxy.statistics().backendSent().messages();
            assertTrue(sent < count, "sent " + sent);
            switch (way) {
              case "pause" -> {
                proxy.pause();
                assertEquals(sent, proxy.statistics().frontendReceived().messages());
                proxy.resume();
              }
              case "kill" -> proxying.kill();
              case "close" -> proxy.close();
              default -> {}
            }
            if (!proxy.isRunning()) {
              assertEquals(sent, proxy.statistics().frontendReceived().messages());
              new ZmqProxy(front, back, options).start();
            }
            for (int i = 0; i < count; i++) {
              assertEquals(String.valueOf(i), peer.recvString(LONG), way);
              assertEquals(String.valueOf(i), seen.get(), way);
            }
          });
    }
  }

  // --- Ends

  private interface Deed {
    void on(ZmqContext context, Pipeline line, ZmqSocket capture, ZmqSocket control)
        throws Exception;
  }

  private void endsBy(ProxyEnd expected, boolean isPaused, Deed deed) throws Exception {
    OnHub.run(
        () -> {
          try (ZmqContext context =
              ZmqContext.open(ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO))) {
            Pipeline line = Pipeline.over(context, "tcp");
            ZmqSocket capture = context.socket(SocketType.PUB);
            ZmqSocket control = context.socket(SocketType.REP);
            ZmqProxy proxy =
                new ZmqProxy(
                    line.front,
                    line.back,
                    ProxyOptions.defaults().withCapture(capture).withControl(control));
            Greenlet<ProxyEnd> proxying = proxy.start();
            line.sending(2);
            line.expect(0, 2);
            if (isPaused) {
              proxy.pause();
            }
            sleep(Duration.ofMillis(2));
            deed.on(context, line, capture, control);
            assertEquals(expected, proxying.get(20, TimeUnit.SECONDS));
            assertEquals(expected, proxy.end());
            assertFalse(proxy.isRunning());
          }
        });
  }

  @Test
  void closedSocketOrContextEndsIt() throws Exception {
    for (boolean isPaused : new boolean[] {false, true}) {
      endsBy(ProxyEnd.FRONTEND_CLOSED, isPaused, (_, line, _, _) -> line.front.close());
      endsBy(ProxyEnd.BACKEND_CLOSED, isPaused, (_, line, _, _) -> line.back.close());
      endsBy(ProxyEnd.CAPTURE_CLOSED, isPaused, (_, _, capture, _) -> capture.close());
      endsBy(ProxyEnd.CONTROL_CLOSED, isPaused, (_, _, _, control) -> control.close());
      endsBy(
          ProxyEnd.CONTEXT_ENDED,
          isPaused,
          (context, _, _, _) ->
              assertThrows(ZmqTermTimeoutException.class, () -> context.term(Duration.ZERO)));
      endsBy(ProxyEnd.FRONTEND_CLOSED, isPaused, (context, _, _, _) -> context.close());
    }
  }

  @Test
  void killsAtEveryPointLoseAndDoubleNothing() throws Exception {
    for (String place : PLACES) {
      OnHub.run(
          io,
          context -> {
            Pipeline line =
                place.equals("tcp")
                    ? Pipeline.over(context, ANY_PORT, ANY_PORT, 3)
                    : Pipeline.over(context, "inproc://one", "inproc://two", 3);
            int count = 2000;
            Greenlet<?> sending = line.sending(count);
            Greenlet<?> arriving = spawn(() -> line.expect(0, count));
            int kills = 0;
            for (int step = 0; !arriving.isReady(); step = (step + 1) % 40) {
              Greenlet<ProxyEnd> proxying = new ZmqProxy(line.front, line.back).start();
              for (int i = 0; i < step; i++) {
                yieldNow();
              }
              if (step % 3 == 0) {
                sleep(Duration.ofNanos(step * 5_000L));
              }
              proxying.kill();
              kills++;
              assertTrue(proxying.value() == null && proxying.isReady());
            }
            arriving.result();
            sending.result();
            assertTrue(kills > 20, "kills: " + kills);
            assertEquals(0, line.front.looking());
            assertEquals(0, line.back.looking());
            assertEquals(0, context.caughtUp());
          });
    }
  }

  @Test
  void killIsSeenAndThrown() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pipeline line = Pipeline.over(context, "inproc");
          ZmqProxy proxy = new ZmqProxy(line.front, line.back);
          Greenlet<?> proxying = spawn(() -> assertThrows(GreenletExit.class, proxy::run));
          yieldNow();
          proxying.kill();
          assertEquals(ProxyEnd.FAILED, proxy.end());
        });
  }

  // --- Misuse

  @Test
  void misuseIsRefused() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket front = context.socket(SocketType.ROUTER);
          ZmqSocket back = context.socket(SocketType.DEALER);
          ZmqSocket other = context.socket(SocketType.PAIR);
          ProxyOptions options = ProxyOptions.defaults();
          for (ProxyOptions wrong :
              List.of(
                  options.withCapture(front),
                  options.withControl(back),
                  options.withCapture(other).withControl(other))) {
            assertThrows(IllegalArgumentException.class, () -> new ZmqProxy(front, back, wrong));
          }
          ZmqProxy proxy = new ZmqProxy(front, back);
          boolean[] refused = {false};
          Thread thread =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        assertThrows(WrongThreadException.class, proxy::run);
                        assertThrows(WrongThreadException.class, proxy::pause);
                        refused[0] = true;
                      });
          thread.join();
          assertTrue(refused[0]);
        });
  }
}
