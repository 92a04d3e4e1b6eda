package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.withTimeout;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.TimeoutExpired;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/**
 * Many parties, random ends, small queues: nothing gets lost, nothing comes twice, nobody sleeps
 * through a bell.
 */
class ZmqHammerTest {

  private static final int SEEDS = 4;

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void killsAndTimeoutsLoseNoMessageThatIsReceived(IoMode io) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      int messages = 3000;
      String hint = "seed " + seed;
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            sink.options().receiveHighWaterMark(1 + random.nextInt(8));
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.options().sendHighWaterMark(1 + random.nextInt(8));
            source.connect(sink.bind(random.nextBoolean() ? "tcp://127.0.0.1:*" : "inproc://h"));
            List<Integer> got = new ArrayList<>();
            List<Greenlet<?>> receivers = new ArrayList<>();
            Greenlet<?> sender =
                spawn(
                    () -> {
                      for (int i = 0; i < messages; i++) {
                        source.send(ZmqMessage.of("n", String.valueOf(i)));
                        switch (random.nextInt(4)) {
                          case 0 -> sleep(Duration.ofNanos(random.nextInt(20_000)));
                          case 1 -> yieldNow();
                          default -> {}
                        }
                      }
                    });
            int kills = 0;
            while (got.size() < messages) {
              while (receivers.size() < 8) {
                receivers.add(spawn(() -> receiveAll(sink, got, random)));
              }
              Greenlet<?> victim = receivers.remove(random.nextInt(receivers.size()));
              kills++;
              if (random.nextBoolean()) {
                victim.killAsync();
              } else {
                // Once more if something else was being thrown into it.
                while (!victim.kill(Duration.ofMillis(5))) {}
              }
              Callback callback = new Callback();
              sink.receiveAsync(callback.waiter);
              if (random.nextInt(3) == 0) {
                yieldNow();
              }
              if (!sink.abandon(callback.waiter)) {
                ZmqMessage message = (ZmqMessage) callback.waiter.value();
                if (random.nextBoolean()) {
                  sink.putBack(message);
                } else {
                  got.add(Integer.valueOf(message.text(1)));
                }
              }
              if (random.nextInt(4) == 0) {
                sleep(Duration.ofNanos(random.nextInt(50_000)));
              }
            }
            sender.result();
            got.sort(null);
            assertEquals(IntStream.range(0, messages).boxed().toList(), got, hint);
            assertTrue(kills > 100, hint + ", kills: " + kills);
            assertEquals(0, context.caughtUp(), hint);
          });
    }
  }

  private static void receiveAll(ZmqSocket sink, List<Integer> got, Random random)
      throws Exception {
    while (true) {
      ZmqMessage message = null;
      switch (random.nextInt(4)) {
        case 0 -> {
          try {
            message = sink.recvMessage(Duration.ofNanos(random.nextInt(300_000)));
          } catch (ZmqTimeoutException e) {
            yieldNow();
          }
        }
        case 1 -> {
          ZmqMessage[] taken = new ZmqMessage[1];
          try {
            withTimeout(
                Duration.ofNanos(1 + random.nextInt(300_000)),
                () -> {
                  taken[0] = sink.recvMessage();
                  return null;
                });
          } catch (TimeoutExpired e) {
            // It may arrive after the message.
          }
          message = taken[0];
        }
        default -> message = sink.recvMessage();
      }
      if (message != null) {
        got.add(Integer.valueOf(message.text(1)));
        if (random.nextInt(10) == 0) {
          yieldNow();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void killedSendersSendAllOrNothing(IoMode io) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      String hint = "seed " + seed;
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            sink.options().receiveHighWaterMark(1 + random.nextInt(4));
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.options().sendHighWaterMark(1 + random.nextInt(4));
            source.connect(sink.bind(random.nextBoolean() ? "tcp://127.0.0.1:*" : "inproc://h"));
            List<Integer> sent = new ArrayList<>();
            List<Greenlet<?>> senders = new ArrayList<>();
            List<Integer> got = new ArrayList<>();
            Greenlet<?> receiver =
                spawn(
                    () -> {
                      while (true) {
                        ZmqMessage message = sink.recvMessage();
                        assertEquals(message.text(0), message.text(1), hint);
                        got.add(Integer.valueOf(message.text(0)));
                        if (random.nextInt(5) == 0) {
                          sleep(Duration.ofNanos(random.nextInt(50_000)));
                        }
                      }
                    });
            for (int i = 0; i < 2000; i++) {
              int number = i;
              senders.add(
                  spawn(
                      () -> {
                        String text = String.valueOf(number);
                        if (number % 3 == 0) {
                          try {
                            source.send(
                                ZmqMessage.of(text, text),
                                Duration.ofNanos(random.nextInt(200_000)));
                          } catch (ZmqTimeoutException e) {
                            return;
                          }
                        } else {
                          source.send(ZmqMessage.of(text, text));
                        }
                        sent.add(number);
                      }));
              if (random.nextInt(3) == 0) {
                senders.get(random.nextInt(senders.size())).killAsync();
              }
              if (random.nextInt(10) == 0) {
                yieldNow();
              }
            }
            joinAll(senders);
            while (got.size() < sent.size()) {
              sleep(Duration.ofMillis(1));
            }
            assertEquals(sent.size(), got.size(), hint);
            got.sort(null);
            sent.sort(null);
            assertEquals(sent, got, hint);
            receiver.kill();
            assertEquals(0, context.caughtUp(), hint);
          });
    }
  }

  /** Each side's sends consume the bells of its receives. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void nobodySleepsThroughABell(IoMode io) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      String hint = "seed " + seed;
      int messages = 4000;
      OnHub.run(
          io,
          context -> {
            int highWaterMark = 1 + random.nextInt(8);
            ZmqSocket one = context.socket(SocketType.DEALER);
            one.options().sendHighWaterMark(highWaterMark).receiveHighWaterMark(highWaterMark);
            ZmqSocket two = context.socket(SocketType.DEALER);
            two.options().sendHighWaterMark(highWaterMark).receiveHighWaterMark(highWaterMark);
            two.connect(one.bind("tcp://127.0.0.1:*"));
            joinAll(
                sending(one, messages, random),
                sending(two, messages, random),
                receiving(one, messages),
                receiving(two, messages));
            assertEquals(0, context.caughtUp(), hint);
          });
    }
  }

  private static Greenlet<?> sending(ZmqSocket socket, int messages, Random random) {
    return spawn(
        () -> {
          for (int i = 0; i < messages; i++) {
            socket.send(String.valueOf(i), LONG);
            if (random.nextInt(3) == 0) {
              yieldNow();
            }
          }
        });
  }

  private static Greenlet<?> receiving(ZmqSocket socket, int messages) {
    return spawn(
        () -> {
          for (int i = 0; i < messages; i++) {
            assertEquals(String.valueOf(i), socket.recvString(LONG));
          }
        });
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void manySocketsAtOnce(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          String endpoint = router.bind("tcp://127.0.0.1:*");
          spawn(
              () -> {
                while (true) {
                  router.send(router.recvMessage());
                }
              });
          List<Greenlet<?>> clients = new ArrayList<>();
          for (int c = 0; c < 100; c++) {
            String name = "client " + c;
            clients.add(
                spawn(
                    () -> {
                      ZmqSocket client = context.socket(SocketType.REQ);
                      client.connect(endpoint);
                      for (int i = 0; i < 20; i++) {
                        client.send(name + i);
                        assertEquals(name + i, client.recvString(LONG));
                      }
                      client.close();
                    }));
          }
          for (Greenlet<?> client : clients) {
            client.result();
          }
          assertEquals(0, context.caughtUp());
        });
  }
}
