package dev.celadon.zeromq;

import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.waitAll;
import static dev.celadon.Greenlets.yieldNow;
import static dev.celadon.zeromq.OnHub.LONG;
import static dev.celadon.zeromq.OnHub.SHORT;
import static dev.celadon.zeromq.Sockets.ANY_PORT;
import static dev.celadon.zeromq.ZmqPoller.POLLERR;
import static dev.celadon.zeromq.ZmqPoller.POLLIN;
import static dev.celadon.zeromq.ZmqPoller.POLLOUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import dev.celadon.queue.Queue;
import dev.celadon.sync.Event;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.zeromq.SocketType;

@ParameterizedClass
@EnumSource(IoMode.class)
class ZmqPollerTest {

  private final IoMode io;

  ZmqPollerTest(IoMode io) {
    this.io = io;
  }

  // --- What is ready

  @Test
  void tellsWhichSocketsHaveMessagesUntilTheyAreTaken() throws Exception {
    for (String place : List.of("tcp", "inproc")) {
      OnHub.run(
          io,
          context -> {
            Pair one = Pair.over(context, place.equals("tcp") ? ANY_PORT : "inproc://one");
            Pair two = Pair.over(context, place.equals("tcp") ? ANY_PORT : "inproc://two");
            try (ZmqPoller poller = ZmqPoller.open()) {
              ZmqPoller.Item first = poller.add(one.sink(), POLLIN);
              ZmqPoller.Item second = poller.add(two.sink(), POLLIN);
              assertEquals(List.of(), poller.poll(Duration.ZERO));

              two.source().send("b");
              assertEquals(List.of(second), poller.poll(LONG));
              assertTrue(second.isReadable());
              assertFalse(first.isReadable());
              assertEquals(List.of(second), poller.poll(), "nobody has taken it");

              one.source().send("a");
              while (poller.poll(LONG).size() < 2) {}
              assertTrue(first.isReadable() && second.isReadable());

              assertEquals("b", two.sink().recvString());
              assertEquals(List.of(first), poller.poll());
              assertEquals(0, second.events());
              assertEquals("a", one.sink().recvString());
              assertEquals(List.of(), poller.poll(Duration.ZERO));
              assertEquals(0, first.events());
            }
          });
    }
  }

  @Test
  void messageEndsThePollThatWaits() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://late")) {
      OnHub.run(
          io,
          context -> {
            Pair pair = Pair.over(context, endpoint);
            try (ZmqPoller poller = ZmqPoller.open()) {
              ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
              for (int i = 0; i < 50; i++) {
                String text = "m" + i;
                Greenlet<?> sending = spawn(() -> pair.source().send(text));
                assertEquals(List.of(item), poller.poll(LONG));
                assertEquals(text, pair.sink().tryRecvString());
                sending.result();
              }
              assertEquals(0, context.caughtUp());
            }
          });
    }
  }

  @Test
  void roomEndsThePollThatWaits() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://full")) {
      OnHub.run(
          io,
          context -> {
            Pair pair = Pair.over(context, endpoint, 2);
            byte[] large = new byte[200_000];
            try (ZmqPoller poller = ZmqPoller.open()) {
              ZmqPoller.Item item = poller.add(pair.source(), POLLOUT);
              assertEquals(List.of(item), poller.poll(LONG));
              assertTrue(item.isWritable());
              int sent = 0;
              while (!poller.poll(SHORT).isEmpty()) {
                sent += fill(pair.source(), large);
              }
              int all = sent;
              Greenlet<?> draining =
                  spawn(
                      () -> {
                        for (int i = 0; i < all; i++) {
                          pair.sink().recv(LONG);
                        }
                      });
              assertEquals(List.of(item), poller.poll(LONG));
              assertTrue(pair.source().trySend(new byte[1]));
              draining.result();
            }
          });
    }
  }

  /** Until there is no room for some time. */
  private static int fill(ZmqSocket source, byte[] frame) {
    int sent = 0;
    try {
      while (true) {
        source.send(frame, SHORT);
        sent++;
      }
    } catch (ZmqTimeoutException e) {
      return sent;
    }
  }

  @Test
  void pushWithoutPeerIsNotWritableUntilOneComes() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket source = context.socket(SocketType.PUSH);
          String endpoint = source.bind(ANY_PORT);
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item item = poller.add(source, POLLIN | POLLOUT);
            assertEquals(List.of(), poller.poll(SHORT));
            Greenlet<?> coming = spawn(() -> context.socket(SocketType.PULL).connect(endpoint));
            assertEquals(List.of(item), poller.poll(LONG));
            assertEquals(POLLOUT, item.events());
            coming.result();
          }
        });
  }

  @Test
  void requestTakesTurnsAlsoForAPoller() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket server = context.socket(SocketType.REP);
          ZmqSocket client = context.socket(SocketType.REQ);
          client.connect(server.bind(ANY_PORT));
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item asking = poller.add(client, POLLIN | POLLOUT);
            ZmqPoller.Item serving = poller.add(server, POLLIN | POLLOUT);
            assertEquals(List.of(asking), poller.poll(LONG));
            assertEquals(POLLOUT, asking.events());
            client.send("q");
            assertEquals(List.of(serving), poller.poll(LONG));
            assertEquals(POLLIN, serving.events());
            assertEquals("q", server.recvString());
            assertEquals(List.of(serving), poller.poll(LONG));
            assertEquals(POLLOUT, serving.events());
            server.send("a");
            assertEquals(List.of(asking), poller.poll(LONG));
            assertEquals(POLLIN, asking.events());
            assertEquals("a", client.recvString());
          }
        });
  }

  @Test
  void unreadRestOfAMessageIsReadableForItsOwner() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, "inproc://rest");
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
            pair.source().send(ZmqMessage.of("a", "b"));
            assertEquals(List.of(item), poller.poll(LONG));
            assertEquals("a", pair.sink().recvString());
            assertEquals(List.of(item), poller.poll(Duration.ZERO));
            assertEquals("b", pair.sink().recvString());
            assertEquals(List.of(), poller.poll(Duration.ZERO));
          }
        });
  }

  @Test
  void messageThatWasPutBackIsReadable() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
            Greenlet<?> returning = spawn(() -> pair.sink().putBack(ZmqMessage.of("back")));
            assertEquals(List.of(item), poller.poll(LONG));
            assertEquals("back", pair.sink().tryRecvString());
            returning.result();
          }
        });
  }

  // --- Beside others

  @Test
  void whoReceivesComesFirstAndThePollSeesTheRest() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://both")) {
      OnHub.run(
          io,
          context -> {
            Pair pair = Pair.over(context, endpoint);
            List<String> got = new ArrayList<>();
            Greenlet<?> receiver = spawn(() -> got.add(pair.sink().recvString()));
            Greenlet<?> polling =
                spawn(
                    () -> {
                      try (ZmqPoller poller = ZmqPoller.open()) {
                        poller.add(pair.sink(), POLLIN);
                        poller.poll(LONG);
                        got.add("poll " + pair.sink().tryRecvString());
                      }
                    });
            yieldNow();
            pair.source().send("1");
            receiver.result();
            assertEquals(List.of("1"), got);
            pair.source().send("2");
            polling.result();
            assertEquals(List.of("1", "poll 2"), got);
          });
    }
  }

  /** Whose operation consumes the bell tells those who look: the bell does not ring for them. */
  @Test
  void pollIsToldOfWhatAnotherGreenletHasFound() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          pair.source().send("first");
          assertEquals("first", pair.sink().recvString(LONG));
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item item = poller.add(pair.sink(), POLLIN);
            for (int i = 0; i < 20; i++) {
              Greenlet<List<ZmqPoller.Item>> polling = spawn(() -> poller.poll(LONG));
              Greenlet<?> waiting = spawn(() -> waitAll(List.of(pair.sink().readable()), 1));
              yieldNow();
              pair.source().send("x");
              letJeroMqsThreadsFinish();
              while ((pair.sink().events() & POLLIN) == 0) {
                if (io != IoMode.THREAD) {
                  yieldNow();
                }
              }
              assertEquals(List.of(item), polling.result());
              waiting.result();
              assertEquals("x", pair.sink().tryRecvString());
            }
          }
          assertEquals(0, context.caughtUp());
        });
  }

  /** Without a switch: nobody on the hub hears of it. */
  private static void letJeroMqsThreadsFinish() {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < 3_000_000) {
      Thread.onSpinWait();
    }
  }

  @Test
  void everyPollerOfASocketIsTold() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          List<Greenlet<Integer>> polling = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            polling.add(
                spawn(
                    () -> {
                      try (ZmqPoller poller = ZmqPoller.open()) {
                        poller.add(pair.sink(), POLLIN);
                        poller.add(pair.sink(), POLLIN | POLLOUT);
                        return poller.poll(LONG).size();
                      }
                    }));
          }
          yieldNow();
          pair.source().send("x");
          for (Greenlet<Integer> one : polling) {
            assertEquals(2, one.result());
          }
          assertEquals("x", pair.sink().recvString());
        });
  }

  @Test
  void socketsEventsQueuesGreenletsAndChannelsTogether() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          Event event = new Event();
          Queue<String> queue = new Queue<>();
          Greenlet<?> greenlet = spawn(() -> event.waitUntilSet());
          Pipe pipe = Pipe.open();
          pipe.source().configureBlocking(false);
          try (ZmqPoller poller = ZmqPoller.open()) {
            poller.add(pair.sink(), POLLIN);
            poller.add(event);
            poller.add(queue);
            poller.add(greenlet);
            poller.add(pipe.source(), POLLIN);
            assertEquals(5, poller.items().size());

            pair.source().send("1");
            assertSame(pair.sink(), only(poller.poll(LONG)).subject());
            pair.sink().recv();

            queue.put("2");
            assertSame(queue, only(poller.poll(LONG)).subject());
            assertSame(queue, only(poller.poll(LONG)).subject());
            queue.get();

            spawn(() -> pipe.sink().write(ByteBuffer.wrap("3".getBytes(UTF_8))));
            assertSame(pipe.source(), only(poller.poll(LONG)).subject());
            assertSame(pipe.source(), only(poller.poll(LONG)).subject());
            pipe.source().read(ByteBuffer.allocate(10));
            assertEquals(List.of(), poller.poll(Duration.ZERO));

            event.set();
            assertSame(event, only(poller.poll(LONG)).subject());
            event.clear();
            assertSame(greenlet, only(poller.poll(LONG)).subject());
          } finally {
            pipe.sink().close();
            pipe.source().close();
          }
        });
  }

  private static ZmqPoller.Item only(List<ZmqPoller.Item> ready) {
    assertEquals(1, ready.size(), ready::toString);
    return ready.getFirst();
  }

  @Test
  void channelIsWritableToo() throws Exception {
    OnHub.run(
        io,
        _ -> {
          Pipe pipe = Pipe.open();
          pipe.sink().configureBlocking(false);
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item item = poller.add(pipe.sink(), POLLOUT | POLLERR);
            assertEquals(List.of(item), poller.poll(LONG));
            assertTrue(item.isWritable());
            pipe.sink().close();
            assertEquals(List.of(item), poller.poll(LONG));
            assertTrue(item.isClosed());
          } finally {
            pipe.source().close();
          }
        });
  }

  @Test
  void eventThatAnotherThreadSetsEndsThePoll() throws Exception {
    OnHub.run(
        io,
        _ -> {
          for (int i = 0; i < 100; i++) {
            Event event = new Event();
            try (ZmqPoller poller = ZmqPoller.open()) {
              ZmqPoller.Item item = poller.add(event);
              Thread setting = Thread.ofPlatform().start(event::set);
              assertEquals(List.of(item), poller.poll(LONG));
              setting.join();
            }
          }
        });
  }

  // --- Changes

  @Test
  void othersAddChangeAndTakeOutWhileAPollWaits() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          Event event = new Event();
          try (ZmqPoller poller = ZmqPoller.open()) {
            Greenlet<List<ZmqPoller.Item>> adding = spawn(() -> poller.poll(LONG));
            yieldNow();
            event.set();
            ZmqPoller.Item added = poller.add(event);
            assertEquals(List.of(added), adding.result());
            added.remove();
            added.remove();

            ZmqPoller.Item changed = poller.add(pair.source(), 0);
            Greenlet<List<ZmqPoller.Item>> changing = spawn(() -> poller.poll(LONG));
            yieldNow();
            changed.interest(POLLOUT);
            assertEquals(POLLOUT, changed.interest());
            assertEquals(List.of(changed), changing.result());
            changed.interest(0);
            assertEquals(List.of(), poller.poll(Duration.ZERO));

            ZmqPoller.Item taken = poller.add(pair.sink(), POLLIN);
            Greenlet<List<ZmqPoller.Item>> taking = spawn(() -> poller.poll(SHORT));
            yieldNow();
            taken.remove();
            pair.source().send("unheard");
            assertEquals(List.of(), taking.result());
            assertEquals(List.of(changed), poller.items());
          }
        });
  }

  @Test
  void whatWasFoundAndThenChangedIsNotReportedAgain() throws Exception {
    OnHub.run(
        io,
        _ -> {
          Event one = new Event();
          Event two = new Event();
          one.set();
          two.set();
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item first = poller.add(one);
            ZmqPoller.Item second = poller.add(two);
            assertEquals(List.of(first, second), poller.poll());
            first.interest(0);
            assertEquals(0, first.events());
            assertEquals(List.of(second), poller.poll());
            first.interest(POLLIN);
            second.remove();
            assertEquals(List.of(first), poller.poll());
          }
        });
  }

  // --- Fairness and cost

  @Test
  void whatIsAlwaysReadyLetsOthersHaveATurn() throws Exception {
    OnHub.run(
        io,
        context -> {
          ZmqSocket router = context.socket(SocketType.ROUTER);
          boolean[] turn = {false};
          Greenlet<?> other = spawn(() -> turn[0] = true);
          try (ZmqPoller poller = ZmqPoller.open()) {
            ZmqPoller.Item item = poller.add(router, POLLOUT);
            int polls = 0;
            while (!turn[0]) {
              assertEquals(List.of(item), poller.poll());
              polls++;
              assertTrue(polls < 10_000, "the other has no turn");
            }
          }
          other.result();
        });
  }

  @Test
  void lookingWithoutTimeLetsMessagesArrive() throws Exception {
    OnHub.run(
        io,
        context -> {
          Pair pair = Pair.over(context, ANY_PORT);
          pair.source().send("x");
          try (ZmqPoller poller = ZmqPoller.open()) {
            poller.add(pair.sink(), POLLIN);
            while (poller.poll(Duration.ZERO).isEmpty()) {}
            assertEquals("x", pair.sink().tryRecvString());
          }
        });
  }

  /** Counts how often it is asked. */
  private static final class Counted implements Waitable {
    private final Event event = new Event();
    private int asked;

    @Override
    public boolean isReady() {
      asked++;
      return event.isReady();
    }

    @Override
    public boolean register(Waiter waiter) {
      asked++;
      return event.register(waiter);
    }

    @Override
    public void unregister(Waiter waiter) {
      event.unregister(waiter);
    }
  }

  @Test
  void pollAsksOnlyWhatWasTold() throws Exception {
    OnHub.run(
        io,
        _ -> {
          List<Counted> idle = new ArrayList<>();
          Counted busy = new Counted();
          try (ZmqPoller poller = ZmqPoller.open()) {
            for (int i = 0; i < 1000; i++) {
              Counted one = new Counted();
              idle.add(one);
              poller.add(one);
            }
            ZmqPoller.Item item = poller.add(busy);
            for (int i = 0; i < 50; i++) {
              busy.event.clear();
              assertEquals(List.of(), poller.poll(Duration.ZERO));
              busy.event.set();
              assertEquals(List.of(item), poller.poll());
            }
          }
          idle.forEach(one -> assertEquals(1, one.asked));
          assertTrue(busy.asked <= 150, "asked " + busy.asked);
        });
  }

  // --- One by one

  @Test
  void socketsStandBesideEventsInOtherWaits() throws Exception {
    for (String endpoint : List.of(ANY_PORT, "inproc://beside")) {
      OnHub.run(
          io,
          context -> {
            Pair pair = Pair.over(context, endpoint, 1);
            Event stop = new Event();
            Waitable readable = pair.sink().readable();
            Waitable writable = pair.source().writable();
            assertEquals(List.of(writable), waitAll(List.of(readable, writable, stop), 1));
            assertEquals(List.of(), waitAll(List.of(readable, stop), 1, Duration.ofMillis(1)));
            Greenlet<?> sending = spawn(() -> pair.source().send("x"));
            assertEquals(List.of(readable), waitAll(List.of(readable, stop), 1));
            assertTrue(readable.isReady());
            assertEquals("x", pair.sink().tryRecvString());
            assertFalse(readable.isReady());
            sending.result();

            spawn(stop::set);
            assertEquals(List.of(stop), waitAll(List.of(readable, stop), 1));
            assertEquals(0, pair.sink().looking());

            spawn(pair.sink()::close);
            assertEquals(List.of(readable), waitAll(List.of(readable), 1));
            assertTrue(readable.isReady());
            assertThrows(ZmqClosedException.class, pair.sink()::recv);
          });
    }
  }
}
