package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Proxies that are killed, closed, paused and replaced while messages go through them. */
class ZmqProxyHammerTest {

  private static final int SEEDS = 3;
  private static final int CLIENTS = 20;
  private static final int REQUESTS = 40;

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void everyRequestIsAnsweredWhateverHappensToTheBroker(IoMode io) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      String hint = "seed " + seed;
      boolean tcp = random.nextBoolean();
      OnHub.run(
          io,
          context -> {
            ZmqSocket clients = context.socket(SocketType.ROUTER);
            String frontend = clients.bind(tcp ? "tcp://127.0.0.1:*" : "inproc://clients");
            ZmqSocket workers = context.socket(SocketType.DEALER);
            String backend = workers.bind(tcp ? "inproc://workers" : "tcp://127.0.0.1:*");
            for (int w = 0; w < 3; w++) {
              ZmqSocket replier = context.socket(SocketType.REP);
              replier.connect(backend);
              spawn(
                  () -> {
                    while (true) {
                      replier.send(ZmqMessage.of(replier.recvString(), "!"));
                    }
                  });
            }
            List<Greenlet<?>> asking = new ArrayList<>();
            int[] answered = new int[1];
            for (int c = 0; c < CLIENTS; c++) {
              String name = "client " + c + " asks ";
              ZmqSocket client = context.socket(SocketType.REQ);
              client.connect(frontend);
              asking.add(
                  spawn(
                      () -> {
                        for (int i = 0; i < REQUESTS; i++) {
                          client.send(name + i);
                          assertEquals(ZmqMessage.of(name + i, "!"), client.recvMessage(LONG));
                          answered[0]++;
                        }
                      }));
            }
            int brokers = 0;
            long forwarded = 0;
            while (answered[0] < CLIENTS * REQUESTS) {
              ZmqProxy broker = new ZmqProxy(clients, workers);
              Greenlet<ProxyEnd> brokering = broker.start();
              brokers++;
              sleep(Duration.ofNanos(random.nextInt(500_000)));
              if (random.nextBoolean()) {
                broker.pause();
                sleep(Duration.ofNanos(random.nextInt(50_000)));
                broker.resume();
                yieldNow();
              }
              if (random.nextBoolean()) {
                brokering.kill();
              } else {
                broker.close();
              }
              forwarded += broker.statistics().frontendSent().messages();
            }
            for (Greenlet<?> one : asking) {
              one.result();
            }
            assertEquals(CLIENTS * REQUESTS, forwarded, hint);
            assertTrue(brokers > 1, hint + ", brokers: " + brokers);
            assertEquals(0, context.caughtUp(), hint);
          });
    }
  }

  /**
   * A new order of everything that is ready for each seed; the times are short, see {@link
   * ZmqPollerHammerTest}.
   */
  @Test
  void everyOrderOfMessagesKillsAndPauses() throws Exception {
    Simulation.explore(
        1_000,
        () -> {
          try (ZmqContext context =
              ZmqContext.open(
                  ContextOptions.defaults().withIoThreads(0).withLinger(Duration.ZERO))) {
            ZmqSocket source = context.socket(SocketType.PUSH);
            ZmqSocket front = context.socket(SocketType.PULL);
            ZmqSocket back = context.socket(SocketType.PUSH);
            ZmqSocket sink = context.socket(SocketType.PULL);
            for (ZmqSocket socket : List.of(source, front, back, sink)) {
              socket.options().sendHighWaterMark(1).receiveHighWaterMark(1);
            }
            source.connect(front.bind("inproc://one"));
            sink.connect(back.bind("inproc://two"));
            List<String> heard = new ArrayList<>();
            ProxyOptions options =
                ProxyOptions.defaults().withListener(message -> heard.add(message.text(1)));
            int count = 12;
            Greenlet<?> sending =
                spawn(
                    () -> {
                      for (int i = 0; i < count; i++) {
                        source.send(ZmqMessage.of("n", String.valueOf(i)));
                      }
                    });
            Greenlet<?> arriving =
                spawn(
                    () -> {
                      for (int i = 0; i < count; i++) {
                        assertEquals(ZmqMessage.of("n", String.valueOf(i)), sink.recvMessage());
                      }
                    });
            long received = 0;
            for (int i = 0; !arriving.isReady(); i++) {
              ZmqProxy proxy = new ZmqProxy(front, back, options);
              Greenlet<ProxyEnd> proxying = proxy.start();
              yieldNow();
              switch (i % 4) {
                case 0 -> sleep(Duration.ofNanos(2_000));
                case 1 -> {
                  proxy.pause();
                  yieldNow();
                  proxy.resume();
                  yieldNow();
                }
                default -> yieldNow();
              }
              if (i % 2 == 0) {
                proxying.kill();
              } else {
                proxy.close();
              }
              received += proxy.statistics().frontendReceived().messages();
            }
            arriving.result();
            sending.result();
            assertEquals(count, received);
            assertEquals(IntStream.range(0, count).mapToObj(String::valueOf).toList(), heard);
            assertEquals(0, front.looking() + back.looking());
          }
        });
  }
}
