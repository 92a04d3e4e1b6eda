package dev.celadon.zeromq;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.withTimeout;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqPoller.POLLERR;
import static dev.celadon.zeromq.ZmqPoller.POLLIN;
import static dev.celadon.zeromq.ZmqPoller.POLLOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

/** How polls end, and what is refused. */
@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqPollerEndsTest {

  private final IoMode io;

  ZmqPollerEndsTest(IoMode io) {
    this.io = io;
  }

  // --- Ends

  @Test
  void closedSocketEndsEveryPollThatWaits() throws Exception {
    for (int interest : new int[] {0, POLLIN, POLLOUT, POLLIN | POLLOUT}) {
      OnHub.run(
          io,
          context -> {
            ZmqSocket socket = context.socket(SocketType.DEALER);
            try (ZmqPoller strict = ZmqPoller.open();
                ZmqPoller lenient = ZmqPoller.open()) {
              strict.add(socket, interest);
              ZmqPoller.Item item = lenient.add(socket, interest | POLLERR);
              Greenlet<?> failing = spawn(() -> strict.poll());
              Greenlet<List<ZmqPoller.Item>> reporting = spawn(() -> lenient.poll());
              yieldNow();
              socket.close();
              ZmqClosedException closed = assertThrows(ZmqClosedException.class, failing::result);
              assertTrue(closed.getMessage().contains("DEALER"), closed::getMessage);
              assertEquals(List.of(item), reporting.result());
              assertTrue(item.isClosed());
              assertFalse(item.isReadable() || item.isWritable());

              assertEquals(List.of(item), lenient.poll());
              assertThrows(ZmqClosedException.class, () -> strict.poll(Duration.ZERO));
              strict.items().forEach(ZmqPoller.Item::remove);
              assertEquals(List.of(), strict.poll(Duration.ZERO));
            }
          });
    }
  }

  @Test
  void endOfTheContextEndsThePoll() throws Exception {
    OnHub.run(
        io,
        _ -> {
          ZmqContext other = ZmqContext.open(ContextOptions.defaults().withIo(io));
          ZmqSocket socket = other.socket(SocketType.PULL);
          Greenlet<?> polling =
              spawn(
                  () -> {
                    try (ZmqPoller poller = ZmqPoller.open()) {
                      poller.add(socket, POLLIN);
                      poller.poll();
                    }
                  });
          yieldNow();
          assertThrows(ZmqTermTimeoutException.class, () -> other.term(Duration.ZERO));
          assertThrows(ZmqClosedException.class, polling::result);
          other.close();
        });
  }

  @Test
  void closedPollerEndsItsPoll() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PULL);
          ZmqPoller poller = ZmqPoller.open();
          ZmqPoller.Item item = poller.add(socket, POLLIN);
          Greenlet<?> polling = spawn(() -> poller.poll());
          yieldNow();
          poller.close();
          poller.close();
          assertThrows(ZmqClosedException.class, polling::result);
          assertThrows(ZmqClosedException.class, poller::poll);
          assertThrows(ZmqClosedException.class, () -> poller.add(socket, POLLIN));
          item.interest(POLLOUT);
          item.remove();
          assertEquals(0, socket.looking());
        });
  }

  @Test
  void endOfTheHubEndsThePoll() throws Exception {
    List<String> ends = new ArrayList<>();
    Hub.run(
        () -> {
          ZmqContext context = ZmqContext.open(ContextOptions.defaults().withIo(io));
          ZmqSocket socket = context.socket(SocketType.PULL);
          spawn(
              () -> {
                try (ZmqPoller poller = ZmqPoller.open()) {
                  poller.add(socket, POLLIN);
                  poller.poll();
                } finally {
                  ends.add("over");
                }
              });
          yieldNow();
        });
    assertEquals(List.of("over"), ends);
  }

  @Test
  void killedPollLeavesNothingBehindAndCanBeRepeated() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          Event event = new Event();
          ZmqPoller poller = ZmqPoller.open();
          ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
          poller.add(event);
          for (int end = 0; end < 3; end++) {
            Duration limit = end == 2 ? SHORT : LONG;
            Greenlet<?> polling = spawn(() -> withTimeout(limit, () -> poller.poll()));
            yieldNow();
            assertEquals(1, pair.sink().looking());
            assertEquals(1, event.waiting());
            switch (end) {
              case 0 -> polling.kill();
              case 1 -> {
                polling.killAsync(new IllegalStateException("thrown in"));
                assertThrows(IllegalStateException.class, polling::result);
              }
              default -> assertThrows(TimeoutExpired.class, polling::result);
            }
            assertEquals(0, pair.sink().looking());
            assertEquals(0, event.waiting());
          }
          pair.source().send("x");
          assertEquals(List.of(item), poller.poll(LONG));
          poller.close();
          assertEquals(0, pair.sink().looking());
          assertEquals(0, event.waiting());
        });
  }

  @Test
  void interruptEndsThePoll() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          ZmqPoller poller = ZmqPoller.open();
          ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
          AtomicReference<Thread> thread = new AtomicReference<>();
          Greenlet<?> polling =
              spawn(
                  () -> {
                    thread.set(Thread.currentThread());
                    assertThrows(InterruptedWaitException.class, poller::poll);
                    assertTrue(Thread.interrupted());
                  });
          yieldNow();
          thread.get().interrupt();
          polling.result();
          assertEquals(0, pair.sink().looking());
          pair.source().send("x");
          assertEquals(List.of(item), poller.poll(LONG));
        });
  }

  @Test
  void timeLimitsAreExact() throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()),
        () -> {
          try (ZmqContext context = ZmqContext.open(ContextOptions.defaults().withIo(IoMode.HUB));
              ZmqPoller poller = ZmqPoller.open()) {
            Pair pair = Pair.over(context, "inproc://time");
            ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
            long begin = Hub.current().loop().nanoTime();
            assertEquals(List.of(), poller.poll(Duration.ofMillis(7)));
            assertEquals(7_000_000L, Hub.current().loop().nanoTime() - begin);

            Greenlet<?> sending =
                spawn(
                    () -> {
                      sleep(Duration.ofMillis(2));
                      pair.source().send("stolen");
                      assertEquals("stolen", pair.sink().tryRecvString());
                      sleep(Duration.ofMillis(2));
                      pair.source().send("there");
                    });
            assertEquals(List.of(item), poller.poll(Duration.ofMillis(7)));
            assertEquals(11_000_000L, Hub.current().loop().nanoTime() - begin);
            sending.result();
          }
        });
  }

  // --- Misuse

  @Test
  void misuseIsRefused() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket socket = context.socket(SocketType.PULL);
          try (ZmqPoller poller = ZmqPoller.open()) {
            assertThrows(IllegalArgumentException.class, () -> poller.add(socket, 8));
            assertThrows(
                IllegalArgumentException.class, () -> poller.add(new Event()).interest(POLLOUT));
            poller.items().forEach(ZmqPoller.Item::remove);
            Pipe pipe = Pipe.open();
            assertThrows(IllegalArgumentException.class, () -> poller.add(pipe.sink(), POLLIN));
            pipe.sink().close();
            pipe.source().close();

            Greenlet<?> polling = spawn(() -> poller.poll());
            yieldNow();
            assertThrows(IllegalStateException.class, poller::poll);
            polling.kill();

            AtomicReference<Throwable> elsewhere = new AtomicReference<>();
            Thread thread =
                Thread.ofPlatform()
                    .start(
                        () -> {
                          try {
                            poller.poll(Duration.ZERO);
                          } catch (Throwable thrown) {
                            elsewhere.set(thrown);
                          }
                        });
            thread.join();
            assertInstanceOf(WrongThreadException.class, elsewhere.get());

            AtomicReference<Throwable> inLane = new AtomicReference<>();
            Event called = new Event();
            Hub.current()
                .runCallback(
                    () -> {
                      try {
                        poller.poll();
                      } catch (Throwable thrown) {
                        inLane.set(thrown);
                      }
                      called.set();
                    });
            called.waitUntilSet();
            assertInstanceOf(IllegalStateException.class, inLane.get());
          }
        });
  }
}
