package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Two sockets that greenlets and threads share, in all the forms: nothing is lost or doubled. */
class ZmqSharingTest {

  private static final long SEED = 20_260_117L;
  private static final int GREENLETS = 4;
  private static final int THREADS = 3;
  private static final int EACH = 400;

  /** What one program sends and gets. */
  private static final class Books {
    final Set<String> sent = ConcurrentHashMap.newKeySet();
    final List<String> got = new ArrayList<>();

    void got(ZmqMessage message) {
      got.add(message.text(0));
    }

    void balance() {
      assertEquals(new HashSet<>(got).size(), got.size(), "something came twice");
      assertEquals(sent, new HashSet<>(got));
    }
  }

  private static void receive(ZmqSocket sink, Books books, int form) {
    switch (form % 5) {
      case 0 -> books.got(sink.recvMessage());
      case 1 -> sink.recvMany(3).forEach(books::got);
      case 2 -> {
        if (sink.waitReadable(Duration.ofMillis(1))) {
          takeNow(sink, books);
        }
      }
      case 3 -> {
        List<ZmqMessage> all = new ArrayList<>();
        int _ = sink.drainTo(all, 2);
        all.forEach(books::got);
        yieldNow();
      }
      default -> {
        try {
          books.got(sink.recvFrame(Duration.ofNanos(50_000)));
        } catch (ZmqTimeoutException e) {
          takeNow(sink, books);
        }
      }
    }
  }

  private static void takeNow(ZmqSocket sink, Books books) {
    ZmqMessage message = sink.tryRecvMessage();
    if (message != null) {
      books.got(message);
    }
  }

  /** True if the message is on its way. */
  private static boolean send(ZmqSocket source, ZmqMessage message, int form) {
    switch (form % 5) {
      case 0 -> source.send(message);
      case 1 -> {
        return source.sendOrDrop(message);
      }
      case 2 -> {
        return source.waitWritable(Duration.ofMillis(1)) && source.trySend(message);
      }
      case 3 -> source.sendFromAnyThread(message);
      default -> {
        try {
          source.send(message, Duration.ofNanos(50_000));
        } catch (ZmqTimeoutException e) {
          return false;
        }
      }
    }
    return true;
  }

  private static void sendAll(ZmqSocket source, Books books, String name, Random random) {
    for (int i = 0; i < EACH; i++) {
      String text = name + "-" + i;
      if (send(source, ZmqMessage.of(text), random.nextInt(5))) {
        books.sent.add(text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void greenletsAndThreadsShareSockets(IoMode io) throws Exception {
    for (String endpoint : List.of("tcp://127.0.0.1:*", "inproc://shared")) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            sink.options().receiveHighWaterMark(3);
            source.options().sendHighWaterMark(3);
            source.connect(sink.bind(endpoint));
            Books books = new Books();
            Random random = new Random(SEED);
            List<Greenlet<?>> senders = new ArrayList<>();
            for (int g = 0; g < GREENLETS; g++) {
              String name = "greenlet" + g;
              senders.add(spawn(() -> sendAll(source, books, name, random)));
            }
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
              String name = "thread" + t;
              Random own = new Random(SEED + t);
              threads.add(
                  Thread.ofPlatform().start(() -> sendFromThread(source, books, name, own)));
            }
            List<Greenlet<?>> receivers = new ArrayList<>();
            for (int r = 0; r < 5; r++) {
              receivers.add(spawnReceiver(sink, books, random));
            }
            while (!senders.stream().allMatch(Greenlet::isReady)
                || threads.stream().anyMatch(Thread::isAlive)
                || sink.metrics().received() < source.metrics().sent()) {
              int victim = random.nextInt(receivers.size());
              receivers.get(victim).kill();
              receivers.set(victim, spawnReceiver(sink, books, random));
              sleep(Duration.ofNanos(random.nextInt(200_000)));
            }
            for (Greenlet<?> sender : senders) {
              sender.result();
            }
            for (int turns = 0; turns < 10; turns++) {
              yieldNow(); // whoever was granted a message books it
            }
            receivers.forEach(Greenlet::kill);
            books.balance();
            assertTrue(books.got.size() > THREADS * EACH / 2, () -> "" + books.got.size());
            assertEquals(0, context.caughtUp());
          });
    }
  }

  private static Greenlet<?> spawnReceiver(ZmqSocket sink, Books books, Random random) {
    return spawn(
        () -> {
          while (true) {
            receive(sink, books, random.nextInt(5));
          }
        });
  }

  private static void sendFromThread(ZmqSocket source, Books books, String name, Random random) {
    for (int i = 0; i < EACH; i++) {
      String text = name + "-" + i;
      ZmqMessage message = ZmqMessage.of(text);
      switch (random.nextInt(3)) {
        case 0 -> {
          source.sendFromAnyThread(message);
          books.sent.add(text);
        }
        case 1 -> {
          if (source.offerFromAnyThread(message)) {
            books.sent.add(text);
          }
        }
        default -> {
          try {
            source.sendFromAnyThread(message, Duration.ofNanos(random.nextInt(100_000)));
            books.sent.add(text);
          } catch (ZmqTimeoutException e) {
            break;
          }
        }
      }
    }
  }

  /** The same, small, in a thousand orders. */
  @Test
  void anyOrderOfTurns() {
    Simulation.explore(
        1_000,
        () -> {
          try (ZmqContext context =
              ZmqContext.open(
                  ContextOptions.defaults().withIoThreads(0).withLinger(Duration.ZERO))) {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            sink.options().receiveHighWaterMark(1);
            source.options().sendHighWaterMark(1);
            source.connect(sink.bind("inproc://seeds"));
            Books books = new Books();
            List<Greenlet<?>> senders = new ArrayList<>();
            for (int g = 0; g < 3; g++) {
              int number = g;
              senders.add(
                  spawn(
                      () -> {
                        for (int i = 0; i < 5; i++) {
                          String text = number + "-" + i;
                          if (send(source, ZmqMessage.of(text), number + i)) {
                            books.sent.add(text);
                          }
                        }
                      }));
            }
            Greenlet<?> doomed =
                spawn(
                    () -> {
                      source.send("never, or in time");
                      books.sent.add("never, or in time");
                    });
            List<Greenlet<?>> receivers = new ArrayList<>();
            for (int r = 0; r < 3; r++) {
              int number = r;
              receivers.add(
                  spawn(
                      () -> {
                        for (int form = number; true; form++) {
                          receive(sink, books, form == 3 ? 0 : form);
                        }
                      }));
            }
            yieldNow();
            receivers.getFirst().kill();
            doomed.kill();
            joinAll(senders);
            for (Greenlet<?> sender : senders) {
              sender.result();
            }
            while (books.got.size() < source.metrics().sent()) {
              yieldNow();
            }
            receivers.forEach(Greenlet::kill);
            books.balance();
            assertEquals(0, context.caughtUp());
          }
        });
  }
}
