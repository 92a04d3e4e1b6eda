package dev.celadon.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PollTest {

  private static final int READ = SelectionKey.OP_READ;
  private static final int WRITE = SelectionKey.OP_WRITE;

  private final List<Pipe> pipes = new ArrayList<>();

  @AfterEach
  void closeThePipes() throws IOException {
    for (Pipe pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
    pipes.clear();
  }

  private Pipe pipe() throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
    pipes.add(pipe);
    return pipe;
  }

  @Test
  void aChannelThatStaysReadyIsReportedByEachPoll() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll poll = new Poll()) {
            poll.register(pipe.source(), READ);
            assertEquals(List.of(), poll.poll(Duration.ZERO));
            SelectTest.put(pipe);
            List<Poll.Ready> ready = List.of(new Poll.Ready(pipe.source(), READ));
            assertEquals(ready, poll.poll());
            assertEquals(ready, poll.poll(Duration.ZERO));
            assertEquals(ready, poll.poll(Duration.ofSeconds(1)));
            assertEquals(1, SelectTest.take(pipe));
            assertEquals(List.of(), poll.poll(Duration.ofNanos(1)));
          }
        });
  }

  @Test
  void whatWasReadyAndIsNotAnyMoreIsNotReported() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll poll = new Poll()) {
            poll.register(pipe.source(), READ);
            SelectTest.put(pipe);
            Select.waitRead(pipe.source()); // the poll's interest hears of it, too
            assertEquals(1, SelectTest.take(pipe));
            assertEquals(List.of(), poll.poll(Duration.ZERO));
          }
        });
  }

  @Test
  void aModifiedChannelIsWaitedForAnew() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll poll = new Poll()) {
            poll.register(pipe.sink(), WRITE);
            assertEquals(List.of(new Poll.Ready(pipe.sink(), WRITE)), poll.poll());
            poll.modify(pipe.sink(), 0);
            assertEquals(List.of(), poll.poll(Duration.ZERO));
            poll.modify(pipe.sink(), WRITE);
            assertEquals(List.of(new Poll.Ready(pipe.sink(), WRITE)), poll.poll());
            poll.unregister(pipe.sink());
            assertEquals(0, poll.size());
            assertEquals(List.of(), poll.poll(Duration.ZERO));
            assertNull(Hub.current().loop().watcherOf(pipe.sink()));
          }
        });
  }

  @Test
  void closingEndsTheWaitOfAnotherGreenletWithAnErrorOfItsOwn() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          Poll poll = new Poll();
          poll.register(pipe.source(), READ);
          Greenlet<List<Poll.Ready>> waiting = Greenlets.spawn(() -> poll.poll());
          Poll nothing = new Poll();
          Greenlet<List<Poll.Ready>> empty = Greenlets.spawn(() -> nothing.poll());
          Greenlets.yieldNow();
          poll.close();
          nothing.close();
          poll.close();
          assertTrue(
              assertThrows(PollClosedException.class, waiting::result)
                  .getMessage()
                  .contains("during the wait"));
          assertThrows(PollClosedException.class, empty::result);
          assertThrows(PollClosedException.class, () -> poll.poll());
          assertThrows(PollClosedException.class, () -> poll.poll(Duration.ZERO));
          assertThrows(PollClosedException.class, () -> poll.register(pipe.source(), READ));
          assertThrows(PollClosedException.class, () -> poll.modify(pipe.source(), READ));
          assertThrows(PollClosedException.class, () -> poll.unregister(pipe.source()));
          assertEquals(0, poll.size());
          assertNull(Hub.current().loop().watcherOf(pipe.source()));
        });
  }

  @Test
  void aWaitThatMeetsACloseAndAKillEndsByOneOfThem() {
    Simulation.explore(
        1_000,
        () -> {
          Pipe pipe = pipe();
          Poll poll = new Poll();
          poll.register(pipe.source(), READ);
          List<String> trail = new ArrayList<>();
          Greenlet<Void> waiting =
              Greenlets.spawn(
                  () -> {
                    try {
                      List<Poll.Ready> _ = poll.poll();
                    } catch (PollClosedException e) {
                      trail.add("closed");
                    } catch (GreenletExit e) {
                      trail.add("killed");
                    }
                  });
          Greenlet<Void> closer = Greenlets.spawn(poll::close);
          Greenlet<Void> killer = Greenlets.spawn(() -> waiting.kill());
          Greenlets.joinAll(waiting, closer, killer);
          assertTrue(trail.size() <= 1, trail.toString()); // none: killed before its first turn
          closeThePipes();
        });
  }

  @Test
  void aClosedChannelIsReportedUntilItIsTakenOut() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll poll = new Poll()) {
            poll.register(pipe.source(), READ);
            Greenlet<List<Poll.Ready>> waiting = Greenlets.spawn(() -> poll.poll());
            Greenlets.yieldNow();
            pipe.source().close();
            assertTrue(waiting.result().getFirst().isClosed());
            assertTrue(poll.poll().getFirst().isClosed());
            assertTrue(poll.poll(Duration.ZERO).getFirst().isClosed());
            poll.unregister(pipe.source());
            assertEquals(List.of(), poll.poll(Duration.ZERO));
            assertThrows(ClosedChannelException.class, () -> poll.register(pipe.source(), READ));
          }
        });
  }

  @Test
  void mistakesAreRefused() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll poll = new Poll()) {
            assertThrows(IllegalArgumentException.class, () -> poll.unregister(pipe.source()));
            assertThrows(IllegalArgumentException.class, () -> poll.modify(pipe.source(), READ));
            assertThrows(IllegalArgumentException.class, () -> poll.register(pipe.source(), WRITE));
            pipe.source().configureBlocking(true);
            assertThrows(IllegalStateException.class, () -> poll.register(pipe.source(), READ));
            poll.register(pipe.sink(), 0);
            Greenlet<?> first = Greenlets.spawn(() -> poll.poll());
            Greenlets.yieldNow();
            assertThrows(ConcurrentUseException.class, () -> poll.poll());
            first.kill();
            assertEquals(List.of(), poll.poll(Duration.ZERO));
          }
        });
  }

  @Test
  void aPollIsOfOneHub() throws Exception {
    Poll elsewhere = Hub.run(Poll::new);
    Hub.run(
        () -> {
          assertThrows(IllegalStateException.class, elsewhere::poll);
          assertThrows(IllegalStateException.class, elsewhere::close);
        });
  }

  @Test
  void twoPollsMayHaveTheSameChannel() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll one = new Poll();
              Poll other = new Poll()) {
            one.register(pipe.source(), READ);
            other.register(pipe.source(), READ);
            Greenlet<List<Poll.Ready>> first = Greenlets.spawn(() -> one.poll());
            Greenlet<List<Poll.Ready>> second = Greenlets.spawn(() -> other.poll());
            Greenlets.yieldNow();
            SelectTest.put(pipe);
            assertEquals(first.result(), second.result());
          }
        });
  }

  @Test
  void inNoOrderIsAReadinessLost() throws Exception {
    Simulation.explore(
        1_000,
        () -> {
          try {
            program(pipe(), pipe());
          } finally {
            closeThePipes();
          }
        });
  }

  private static void program(Pipe first, Pipe second) throws Exception {
    int[] taken = {0};
    List<Greenlet<?>> pollers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      pollers.add(
          Greenlets.spawn(
              () -> {
                try (Poll poll = new Poll()) {
                  poll.register(first.source(), READ);
                  poll.register(second.source(), READ);
                  while (true) {
                    for (Poll.Ready ready : poll.poll()) {
                      Pipe pipe = ready.channel() == first.source() ? first : second;
                      if (SelectTest.take(pipe) > 0) {
                        taken[0]++;
                      }
                    }
                  }
                }
              }));
    }
    SelectTest.put(first);
    Greenlets.yieldNow();
    pollers.getFirst().killAsync();
    SelectTest.put(second);
    SelectTest.put(first);
    while (taken[0] < 3) {
      Greenlets.yieldNow();
    }
    SelectTest.put(second);
    pollers.get(1).killAsync();
    while (taken[0] < 4) {
      Greenlets.yieldNow();
    }
    Greenlets.killAll(pollers);
    assertEquals(0, SelectTest.take(first) + SelectTest.take(second));
  }

  @Test
  void whatIsChangedAndReadyBetweenTwoPollsIsReportedOnce() throws Exception {
    Hub.run(
        () -> {
          Pipe first = pipe();
          Pipe second = pipe();
          try (Poll poll = new Poll()) {
            poll.register(first.source(), READ);
            poll.register(second.source(), READ);
            SelectTest.put(first);
            SelectTest.put(second);
            List<Poll.Ready> both =
                List.of(
                    new Poll.Ready(first.source(), READ), new Poll.Ready(second.source(), READ));
            assertEquals(both, poll.poll());
            poll.modify(first.source(), READ);
            Greenlets.sleep(Duration.ofMillis(1)); // the hub hears of it again
            assertEquals(2, Set.copyOf(poll.poll()).size());
            poll.modify(second.source(), READ);
            Greenlets.sleep(Duration.ofMillis(1));
            assertEquals(2, Set.copyOf(poll.poll()).size());
          }
        });
  }

  @Test
  void whatIsChangedByAnotherGreenletDoesNotCountAsClosed() throws Exception {
    Hub.run(
        () -> {
          Pipe pipe = pipe();
          try (Poll poll = new Poll()) {
            poll.register(pipe.source(), READ);
            Greenlet<List<Poll.Ready>> polling = Greenlets.spawn(() -> poll.poll());
            Greenlets.yieldNow();
            SelectTest.put(pipe);
            assertTrue(Select.waitRead(pipe.source(), Duration.ZERO)); // has told the poll, too
            poll.modify(pipe.source(), 0);
            Greenlets.yieldNow();
            poll.modify(pipe.source(), READ);
            assertEquals(List.of(new Poll.Ready(pipe.source(), READ)), polling.result());
          }
        });
  }
}
