package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Pipeline.PLACES;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.queue.Queue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqProxyTest {

  private final IoMode io;

  ZmqProxyTest(IoMode io) {
    this.io = io;
  }

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
            try (ZmqProxy proxy = new ZmqProxy(line.front(), line.back())) {
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
            try (ZmqProxy proxy = new ZmqProxy(line.front(), line.back(), options)) {
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
          try (ZmqProxy proxy = new ZmqProxy(line.front(), line.back(), options)) {
            proxy.start();
            line.sending(3);
            assertThrows(ZmqTimeoutException.class, () -> line.sink().recv(SHORT));
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
                  line.front(),
                  line.back(),
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
          spawn(() -> new ZmqProxy(line.front(), line.back()).run());
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
                  line.front(),
                  line.back(),
                  ProxyOptions.defaults()
                      .withListener(_ -> Objects.requireNonNull(proxy[0]).close()));
          line.sending(4);
          assertEquals(ProxyEnd.STOPPED, proxy[0].run());
          line.expect(0, 1);
          assertEquals(1, proxy[0].statistics().frontendReceived().messages());
        });
  }

  // --- Steering

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
          try (ZmqProxy proxy = new ZmqProxy(line.front(), line.back())) {
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
}
