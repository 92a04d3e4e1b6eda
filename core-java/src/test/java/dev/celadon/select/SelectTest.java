package dev.celadon.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Waitable;
import dev.celadon.net.SocketPair;
import dev.celadon.net.StreamSocket;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SelectTest {

  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final Trail trail = new Trail();
  private final List<Pipe> pipes = new ArrayList<>();

  @AfterEach
  void closeThePipes() throws IOException {
    for (Pipe pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
  }

  private Pipe pipe() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
    pipes.add(pipe);
    return pipe;
  }

  static void put(Pipe pipe) throws IOException {
    assertEquals(1, pipe.sink().write(ByteBuffer.wrap(new byte[1])));
  }

  static int take(Pipe pipe) throws IOException {
    return pipe.source().read(ByteBuffer.allocate(1));
  }

  @Test
  void aHubSleepsAfterASelectForWriting() throws Exception {
    Hub.run(
        () -> {
          try (SocketPair pair = StreamSocket.pair()) {
            StreamSocket socket = pair.first();
            assertFalse(socket.waitReadable(Duration.ofMillis(1))); // it is watched from now on
            List<SelectableChannel> one = List.of(socket.channel());
            assertEquals(one, Select.select(List.of(), one, FOREVER).writable());
            long before = Hub.current().loop().polls();
            Greenlets.sleep(Duration.ofMillis(50));
            long polls = Hub.current().loop().polls() - before;
            assertTrue(polls < 100, () -> polls + " polls in a sleep");
          }
        });
  }

  @Test
  void tellsWhichChannelsAreReady() throws Exception {
    Hub.run(
        () -> {
          Pipe first = pipe();
          Pipe second = pipe();
          Pipe third = pipe();
          put(third);
          put(second);
          List<SelectableChannel> all = List.of(first.source(), second.source(), third.source());
          Selected selected = Select.select(all, List.of(first.sink()), FOREVER);
          assertEquals(List.of(second.source(), third.source()), selected.readable());
          assertEquals(List.of(first.sink()), selected.writable());
        });
  }

  @Test
  void whoOnlyLooksGivesTheOthersATurn() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          Greenlet<?> other =
              Greenlets.spawn(
                  () -> {
                    trail.step("other");
                    put(pipe);
                  });
          Selected selected = Select.select(List.of(pipe.source()), List.of(), Duration.ZERO);
          trail.step("looked");
          trail.is("other looked");
          assertEquals(List.of(pipe.source()), selected.readable());
          assertEquals(1, take(pipe));
          assertTrue(
              Select.select(List.of(pipe.source()), List.of(), Duration.ofSeconds(-1)).isEmpty());
          assertFalse(Select.waitRead(pipe.source(), Duration.ZERO));
          assertTrue(Select.waitWrite(pipe.sink(), Duration.ZERO));
          other.join();
        });
  }

  @Test
  void whatIsReadyWhenTimeIsOverIsSeen() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          put(pipe);
          assertTrue(Select.waitRead(pipe.source(), Duration.ofNanos(1)));
          assertFalse(
              Select.select(List.of(pipe.source()), List.of(), Duration.ofNanos(1)).isEmpty());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void withoutChannelsItIsASleep() throws Exception {
    Hub.run(
        () -> {
          assertTrue(Select.select(List.of(), List.of(), Duration.ofNanos(1)).isEmpty());
          assertTrue(Select.select(List.of(), List.of(), Duration.ZERO).isEmpty());
        });
  }

  @Test
  void aChannelThatIsClosedMeanwhileCountsAsReady() throws Exception {
    Hub.run(
        () -> {
          Pipe closed = pipe();
          Pipe open = pipe();
          Greenlet<Selected> selecting =
              Greenlets.spawn(
                  () -> Select.select(List.of(closed.source(), open.source()), List.of(), FOREVER));
          Greenlet<?> waiting = Greenlets.spawn(() -> Select.waitRead(closed.source()));
          Greenlets.yieldNow();
          closed.source().close();
          assertEquals(List.of(closed.source()), selecting.result().readable());
          assertThrows(AsynchronousCloseException.class, waiting::result);
        });
  }

  @Test
  void aChannelThatIsClosedByAnotherThreadEndsTheWait() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          Greenlet<Selected> selecting =
              Greenlets.spawn(() -> Select.select(List.of(pipe.source()), List.of(), FOREVER));
          Greenlets.yieldNow();
          Hub hub = Hub.current();
          Thread closer =
              Thread.ofPlatform()
                  .start(
                      () -> {
                        try {
                          pipe.source().close();
                        } catch (IOException e) {
                          throw new AssertionError(e);
                        }
                        boolean _ = hub.submit(() -> {}); // a sleeping selector is not told
                      });
          assertEquals(List.of(pipe.source()), selecting.result().readable());
          closer.join();
        });
  }

  @Test
  void whatIsClosedOrBlocksIsRefused() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          pipe.source().close();
          assertThrows(
              ClosedChannelException.class,
              () -> Select.select(List.of(pipe.source()), List.of(), FOREVER));
          assertThrows(
              ClosedChannelException.class,
              () -> Select.select(List.of(pipe.source()), List.of(), Duration.ZERO));
          pipe.sink().configureBlocking(true);
          assertThrows(
              IllegalStateException.class,
              () -> Select.select(List.of(), List.of(pipe.sink()), FOREVER));
          assertThrows(
              IllegalArgumentException.class,
              () -> Select.select(List.of(pipe.sink()), List.of(), FOREVER));
        });
  }

  @Test
  void severalSelectOnOneChannelAtOnce() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          List<Greenlet<Selected>> all = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            all.add(
                Greenlets.spawn(
                    () -> Select.select(List.of(pipe.source()), List.of(pipe.sink()), FOREVER)));
          }
          Greenlet<Selected> killed =
              Greenlets.spawn(() -> Select.select(List.of(pipe.source()), List.of(), FOREVER));
          Greenlets.yieldNow();
          killed.kill();
          put(pipe);
          for (Greenlet<Selected> one : all) {
            assertEquals(List.of(pipe.sink()), one.result().writable());
          }
          assertNull(Hub.current().loop().watcherOf(pipe.source()));
        });
  }

  private static void assertNull(Object nothing) {
    assertSame(null, nothing);
  }

  @Test
  void aTimeoutEndsASelectAndLeavesNothing() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Timeout own = Timeout.start(Duration.ofMillis(1))) {
            TimeoutExpired expired =
                assertThrows(
                    TimeoutExpired.class,
                    () -> Select.select(List.of(pipe.source()), List.of(), FOREVER));
            assertSame(own, expired.timeout());
          }
          assertNull(Hub.current().loop().watcherOf(pipe.source()));
        });
  }

  @Test
  void aChannelIsWaitedForBesideAnEvent() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          Event event = new Event();
          Waitable readable = Select.readable(pipe.source());
          Waitable writable = Select.writable(pipe.sink());
          assertFalse(readable.isReady());
          assertTrue(writable.isReady());
          Greenlet<List<Waitable>> waiting =
              Greenlets.spawn(() -> Greenlets.waitAll(List.of(event, readable), 1));
          Greenlets.yieldNow();
          put(pipe);
          assertEquals(List.of(readable), waiting.result());
          assertEquals(
              List.of(readable, writable),
              Greenlets.waitAll(List.of(readable, event, writable), 2));
          assertEquals(1, take(pipe));
          event.set();
          assertEquals(List.of(event), Greenlets.waitAll(List.of(readable, event), 1));
          assertNull(Hub.current().loop().watcherOf(pipe.source()));
          assertEquals(
              List.of(),
              Greenlets.waitAll(List.of(Select.readable(pipe.source())), Duration.ofNanos(1)));
        });
  }

  @Test
  void aClosedChannelIsReadyAsAWaitable() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          Waitable readable = Select.readable(pipe.source());
          Greenlet<List<Waitable>> waiting =
              Greenlets.spawn(() -> Greenlets.waitAll(List.of(readable)));
          Greenlets.yieldNow();
          pipe.source().close();
          assertEquals(List.of(readable), waiting.result());
          assertTrue(readable.isReady());
          assertThrows(IllegalArgumentException.class, () -> Select.readable(pipe.sink()));
        });
  }

  @Test
  void aThreadWithoutHubSelectsToo() throws Exception {
    Pipe pipe = pipe();
    put(pipe);
    assertEquals(
        List.of(pipe.source()), Select.select(List.of(pipe.source()), List.of()).readable());
    assertEquals(List.of(), Select.select(List.of(), List.of(), Duration.ZERO).readable());
  }

  @Test
  void inNoOrderIsAReadinessLost() throws Exception {
    Simulation.explore(
        300,
        () -> {
          try {
            program(pipe(), pipe());
          } finally {
            closeThePipes();
            pipes.clear();
          }
        });
  }

  /** Each byte is taken once, although selects end by kills and time, too. */
  private void program(Pipe first, Pipe second) throws Exception {
    int[] taken = {0};
    List<Greenlet<?>> takers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      takers.add(
          Greenlets.spawn(
              () -> {
                while (true) {
                  Selected selected =
                      Select.select(List.of(first.source(), second.source()), List.of());
                  assertFalse(selected.isEmpty());
                  for (Pipe pipe : List.of(first, second)) {
                    if (selected.readable().contains(pipe.source()) && take(pipe) > 0) {
                      taken[0]++;
                    }
                  }
                }
              }));
    }
    Greenlet<?> looker =
        Greenlets.spawn(
            () -> {
              for (int i = 0; i < 5; i++) {
                Selected _ = Select.select(List.of(first.source()), List.of(), Duration.ZERO);
              }
            });
    put(first);
    Greenlets.yieldNow();
    takers.get(1).killAsync();
    put(second);
    put(first);
    Greenlets.yieldNow();
    takers.get(2).killAsync();
    put(second);
    while (taken[0] < 4) {
      Greenlets.yieldNow();
    }
    Greenlets.killAll(takers);
    looker.join();
    assertEquals(4, taken[0]);
    assertEquals(0, take(first) + take(second));
  }

  @Test
  void whoGivesUpBesideAClosedChannelLeavesTheOthersToBeTold() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          Greenlet<?> first = Greenlets.spawn(() -> Select.waitRead(pipe.source()));
          Greenlet<?> second = Greenlets.spawn(() -> Select.waitRead(pipe.source()));
          Greenlets.yieldNow();
          Greenlet<?> closing = Greenlets.spawn(() -> pipe.source().close());
          first.killAsync(); // has its turn right behind the close
          assertTrue(second.join(Duration.ofSeconds(5)));
          closing.join();
          assertTrue(second.exception() instanceof AsynchronousCloseException);
        });
  }
}
