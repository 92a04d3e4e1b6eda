package dev.celadon.zeromq;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.waitAll;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.ZmqPoller.POLLIN;
import static dev.celadon.zeromq.ZmqPoller.POLLOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Waitable;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** Many pollers, receivers and senders on few sockets: nobody sleeps through a message or room. */
class ZmqPollerHammerTest {

  private static final int SEEDS = 4;
  private static final int MESSAGES = 1500;
  private static final int SOCKETS = 4;

  /** What one seed runs on. */
  private static final class Scene {
    final Random random;
    final List<ZmqSocket> sinks = new ArrayList<>();
    final List<ZmqSocket> sources = new ArrayList<>();
    final List<Integer> got = new ArrayList<>();
    int next;

    Scene(ZmqContext context, Random random) {
      this.random = random;
      for (int i = 0; i < SOCKETS; i++) {
        ZmqSocket sink = context.socket(SocketType.PULL);
        sink.options().receiveHighWaterMark(1 + random.nextInt(4));
        ZmqSocket source = context.socket(SocketType.PUSH);
        source.options().sendHighWaterMark(1 + random.nextInt(4));
        source.connect(
            sink.bind(random.nextBoolean() ? "tcp://127.0.0.1:*" : "inproc://hammer-" + i));
        sinks.add(sink);
        sources.add(source);
      }
    }

    void take(ZmqSocket sink) {
      String text = sink.tryRecvString();
      if (text != null) {
        got.add(Integer.valueOf(text));
      }
    }

    void pause() {
      switch (random.nextInt(6)) {
        case 0 -> sleep(Duration.ofNanos(random.nextInt(30_000)));
        case 1 -> yieldNow();
        default -> {}
      }
    }

    /** Takes what its poller says is there. */
    void poll() {
      try (ZmqPoller poller = ZmqPoller.open()) {
        for (ZmqSocket sink : sinks) {
          poller.add(sink, POLLIN);
        }
        while (true) {
          Duration limit =
              random.nextInt(3) == 0 ? Duration.ofNanos(random.nextInt(200_000)) : LONG;
          for (ZmqPoller.Item item : poller.poll(limit)) {
            take((ZmqSocket) item.subject());
            pause();
          }
        }
      }
    }

    /** Waits for several Waitables. */
    void waitForAny() {
      List<Waitable> readable = new ArrayList<>();
      sinks.forEach(sink -> readable.add(sink.readable()));
      while (true) {
        for (Waitable one : waitAll(readable, 1, LONG)) {
          take(sinks.get(readable.indexOf(one)));
          pause();
        }
      }
    }

    /** Receives in the plain way, from one socket. */
    void receive(ZmqSocket sink) {
      while (true) {
        got.add(Integer.valueOf(sink.recvString()));
        pause();
      }
    }

    /** Sends where its poller says that there is room. */
    void send() {
      try (ZmqPoller poller = ZmqPoller.open()) {
        for (ZmqSocket source : sources) {
          poller.add(source, POLLOUT);
        }
        while (next < MESSAGES) {
          List<ZmqPoller.Item> ready = poller.poll(LONG);
          assertFalse(ready.isEmpty(), "no room for so long");
          ZmqPoller.Item item = ready.get(random.nextInt(ready.size()));
          if (next < MESSAGES && ((ZmqSocket) item.subject()).trySend(String.valueOf(next))) {
            next++;
          }
          pause();
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(IoMode.class)
  void pollersReceiversAndKills(IoMode io) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      String hint = "seed " + seed;
      OnHub.run(
          io,
          context -> {
            Scene scene = new Scene(context, random);
            List<Greenlet<?>> takers = new ArrayList<>();
            List<Greenlet<?>> senders = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              senders.add(spawn(() -> scene.send()));
            }
            int kills = 0;
            while (scene.got.size() < MESSAGES) {
              while (takers.size() < 6) {
                takers.add(taker(scene, random.nextInt(4)));
              }
              sleep(Duration.ofNanos(random.nextInt(300_000)));
              takers.remove(random.nextInt(takers.size())).killAsync();
              kills++;
            }
            joinAll(senders);
            assertEquals(
                IntStream.range(0, MESSAGES).boxed().toList(),
                scene.got.stream().sorted().toList(),
                hint);
            assertEquals(0, context.caughtUp(), hint);
            assertTrue(kills > 10, hint + ", kills: " + kills);
            takers.forEach(Greenlet::killAsync);
            joinAll(takers);
            for (int i = 0; i < SOCKETS; i++) {
              assertEquals(0, scene.sinks.get(i).looking(), hint);
              assertEquals(0, scene.sources.get(i).looking(), hint);
            }
          });
    }
  }

  private static Greenlet<?> taker(Scene scene, int kind) {
    return switch (kind) {
      case 0 -> spawn(() -> scene.waitForAny());
      case 1 -> {
        ZmqSocket sink = scene.sinks.get(scene.random.nextInt(SOCKETS));
        yield spawn(() -> scene.receive(sink));
      }
      default -> spawn(() -> scene.poll());
    };
  }

  /** With nobody else who could notice: one poller, and senders that use the same sockets. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void pollerThatIsAloneSleepsThroughNothing(IoMode io) throws Exception {
    for (int seed = 1; seed <= SEEDS; seed++) {
      Random random = new Random(seed);
      String hint = "seed " + seed;
      OnHub.run(
          io,
          context -> {
            int highWaterMark = 1 + random.nextInt(8);
            ZmqSocket one = context.socket(SocketType.DEALER);
            one.options().sendHighWaterMark(highWaterMark).receiveHighWaterMark(highWaterMark);
            ZmqSocket two = context.socket(SocketType.DEALER);
            two.options().sendHighWaterMark(highWaterMark).receiveHighWaterMark(highWaterMark);
            two.connect(one.bind("tcp://127.0.0.1:*"));
            List<Greenlet<?>> all = new ArrayList<>();
            for (ZmqSocket socket : List.of(one, two)) {
              all.add(
                  spawn(
                      () -> {
                        for (int i = 0; i < MESSAGES; i++) {
                          socket.send(String.valueOf(i), LONG);
                          if (random.nextInt(3) == 0) {
                            yieldNow();
                          }
                        }
                      }));
            }
            all.add(
                spawn(
                    () -> {
                      int[] next = {0, 0};
                      try (ZmqPoller poller = ZmqPoller.open()) {
                        poller.add(one, POLLIN);
                        poller.add(two, POLLIN);
                        while (next[0] < MESSAGES || next[1] < MESSAGES) {
                          List<ZmqPoller.Item> ready = poller.poll(LONG);
                          assertFalse(ready.isEmpty(), hint);
                          for (ZmqPoller.Item item : ready) {
                            int side = item.subject() == one ? 0 : 1;
                            ZmqSocket socket = (ZmqSocket) item.subject();
                            assertEquals(String.valueOf(next[side]), socket.tryRecvString(), hint);
                            next[side]++;
                          }
                        }
                      }
                    }));
            for (Greenlet<?> each : all) {
              each.result();
            }
            assertEquals(0, context.caughtUp(), hint);
          });
    }
  }

  /** Threads set events, and a poller sees each of them beside its socket. */
  @ParameterizedTest
  @EnumSource(IoMode.class)
  void eventsOfOtherThreadsBesideASocket(IoMode io) throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket sink = context.socket(SocketType.PULL);
          ZmqSocket source = context.socket(SocketType.PUSH);
          source.connect(sink.bind("tcp://127.0.0.1:*"));
          int rounds = 1000;
          List<Event> events = IntStream.range(0, 4).mapToObj(_ -> new Event()).toList();
          List<Semaphore> turns = IntStream.range(0, 4).mapToObj(_ -> new Semaphore(1)).toList();
          List<Thread> threads = new ArrayList<>();
          int[] seen = new int[events.size()];
          for (int e = 0; e < events.size(); e++) {
            Event event = events.get(e);
            Semaphore turn = turns.get(e);
            threads.add(
                Thread.ofPlatform()
                    .daemon()
                    .start(
                        () -> {
                          for (int i = 0; i < rounds; i++) {
                            turn.acquireUninterruptibly();
                            event.set();
                          }
                        }));
          }
          spawn(
              () -> {
                for (int i = 0; i < rounds; i++) {
                  source.send(String.valueOf(i));
                  yieldNow();
                }
              });
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item socket = poller.add(sink, POLLIN);
            events.forEach(poller::add);
            int got = 0;
            while (got < rounds || IntStream.of(seen).sum() < rounds * events.size()) {
              List<ZmqPoller.Item> ready = poller.poll(LONG);
              assertFalse(ready.isEmpty());
              for (ZmqPoller.Item item : ready) {
                if (item == socket) {
                  assertEquals(String.valueOf(got), sink.tryRecvString());
                  got++;
                } else {
                  int e = events.indexOf(item.subject());
                  seen[e]++;
                  events.get(e).clear();
                  turns.get(e).release();
                }
              }
            }
          }
          for (Thread thread : threads) {
            thread.join();
          }
          assertEquals(0, context.caughtUp());
        });
  }

  /**
   * Simulated time, and a new order of everything that is ready for each seed. While channels are
   * waited for, simulated time costs as much real time; so it is short here.
   */
  @Test
  void everyOrderOfMessagesPollsKillsAndTimeouts() throws Exception {
    Simulation.explore(
        1_000,
        () -> {
          try (ZmqContext context =
              ZmqContext.open(
                  ContextOptions.defaults().withIoThreads(0).withLinger(Duration.ZERO))) {
            ZmqSocket sink = context.socket(SocketType.PULL);
            ZmqSocket source = context.socket(SocketType.PUSH);
            source.connect(sink.bind("inproc://seeds"));
            Event stop = new Event();
            List<String> got = new ArrayList<>();
            List<Greenlet<?>> polling = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              int limit = 1 + i;
              polling.add(
                  spawn(
                      () -> {
                        try (ZmqPoller poller = ZmqPoller.open()) {
                          ZmqPoller.Item item = poller.add(sink, POLLIN);
                          ZmqPoller.Item end = poller.add(stop);
                          while (!end.isReadable()) {
                            poller.poll(Duration.ofNanos(limit * 10_000L));
                            String text = item.isReadable() ? sink.tryRecvString() : null;
                            if (text != null) {
                              got.add(text);
                            }
                          }
                        }
                      }));
            }
            Greenlet<?> receiver = spawn(() -> got.add(sink.recvString()));
            Greenlet<?> sender =
                spawn(
                    () -> {
                      for (int i = 0; i < 6; i++) {
                        source.send(String.valueOf(i));
                        sleep(Duration.ofNanos(i % 2 == 0 ? 0 : 15_000));
                      }
                    });
            sleep(Duration.ofNanos(7_000));
            polling.getFirst().kill();
            sender.result();
            sleep(Duration.ofNanos(10_000));
            stop.set();
            joinAll(polling);
            receiver.kill();
            got.sort(null);
            assertEquals(List.of("0", "1", "2", "3", "4", "5"), got);
            assertEquals(0, sink.looking());
            assertEquals(0, stop.waiting());
          }
        });
  }
}
