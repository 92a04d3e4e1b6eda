package dev.celadon.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private final Trail trail = new Trail();
  private Pipe pipe;

  @BeforeEach
  void open() throws IOException {
    pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
  }

  @AfterEach
  void close() throws IOException {
    pipe.source().close();
    pipe.sink().close();
  }

  @Test
  void allWhoWaitForAChannelGoOnWhenItIsReady() throws Exception {
    Hub.run(
        () -> {
          List<Greenlet<?>> waiters = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            String name = "w" + i;
            waiters.add(
                Greenlets.spawn(
                    () -> {
                      Select.waitRead(pipe.source());
                      trail.step(name);
                    }));
          }
          Greenlets.yieldNow();
          send();
          Greenlets.joinAll(waiters);
          assertNull(Hub.current().loop().watcherOf(pipe.source()), "nothing is left behind");
        });
    trail.is("w0 w1 w2");
  }

  @Test
  void whoGivesUpLeavesTheOthersWaiting() throws Exception {
    Hub.run(
        () -> {
          Greenlet<Boolean> patient =
              Greenlets.spawn(() -> Select.waitRead(pipe.source(), Duration.ofSeconds(30)));
          Greenlet<Boolean> hasty =
              Greenlets.spawn(() -> Select.waitRead(pipe.source(), Duration.ofMillis(1)));
          Greenlet<?> killed = Greenlets.spawn(() -> Select.waitRead(pipe.source()));
          assertFalse(hasty.result());
          killed.kill();
          assertFalse(patient.isReady());
          send();
          assertTrue(patient.result());
        });
  }

  @Test
  void aForeignTimeoutPasses() throws Exception {
    Hub.run(
        () -> {
          assertThrows(
              TimeoutExpired.class,
              () ->
                  Timeout.withTimeout(
                      Duration.ofMillis(1),
                      () -> Select.waitRead(pipe.source(), Duration.ofSeconds(30))));
          assertTrue(Hub.current().loop().isDrained());
        });
  }

  @Test
  void theChannelMayBlockAgainAfterwards() throws Exception {
    Hub.run(
        () -> {
          send();
          Select.waitRead(pipe.source());
          pipe.source().configureBlocking(true);
        });
  }

  @Test
  void aChannelInBlockingModeIsRefused() throws Exception {
    pipe.source().configureBlocking(true);
    Hub.run(
        () -> {
          IllegalStateException refused =
              assertThrows(IllegalStateException.class, () -> Select.waitRead(pipe.source()));
          assertTrue(refused.getMessage().contains("configureBlocking(false)"));
        });
  }

  @Test
  void theWrongSideIsRefused() throws Exception {
    Hub.run(
        () -> {
          assertThrows(IllegalArgumentException.class, () -> Select.waitWrite(pipe.source()));
          assertThrows(IllegalArgumentException.class, () -> Select.waitRead(pipe.sink()));
        });
  }

  @Test
  void aClosedChannelIsToldAtOnce() throws Exception {
    Hub.run(
        () -> {
          pipe.source().close();
          assertThrows(ClosedChannelException.class, () -> Select.waitRead(pipe.source()));
        });
  }

  @Test
  void closingDuringTheWaitIsTold() throws Exception {
    Hub.run(
        () -> {
          Greenlet<?> waiter = Greenlets.spawn(() -> Select.waitRead(pipe.source()));
          Greenlets.yieldNow();
          pipe.source().close();
          assertThrows(AsynchronousCloseException.class, waiter::result);
          assertTrue(Hub.current().loop().isDrained());
        });
  }

  @Test
  void waitsForTheFirstOfSeveral() throws Exception {
    Pipe other = Pipe.open();
    other.source().configureBlocking(false);
    Hub.run(
        () -> {
          Readiness first = new Readiness(pipe.source(), SelectionKey.OP_READ, "first");
          Readiness second = new Readiness(other.source(), SelectionKey.OP_READ, "second");
          Greenlets.spawn(this::send);
          assertTrue(Readiness.waitForAny(List.of(second, first), Long.MAX_VALUE));
          assertEquals(SelectionKey.OP_READ, first.heard());
          assertEquals(0, second.heard());
          assertFalse(first.isBusy());
          assertFalse(second.isBusy());
          assertFalse(Readiness.waitForAny(List.of(second), 1_000));
        });
    other.source().close();
    other.sink().close();
  }

  @Test
  void waitingWithABusyOneWaitsForNone() throws Exception {
    Hub.run(
        () -> {
          Readiness busy = new Readiness(pipe.source(), SelectionKey.OP_READ, "data");
          Readiness free = new Readiness(pipe.sink(), SelectionKey.OP_WRITE, "room");
          Greenlet<?> waiter = Greenlets.spawn(() -> busy.waitUntilReady(Long.MAX_VALUE));
          Greenlets.yieldNow();
          ConcurrentUseException refused =
              assertThrows(
                  ConcurrentUseException.class,
                  () -> Readiness.waitForAny(List.of(free, busy), Long.MAX_VALUE));
          assertTrue(refused.getMessage().contains("data from data"), refused.getMessage());
          assertFalse(free.isBusy());
          assertTrue(busy.isBusy(), "the one who waits was not disturbed");
          waiter.kill();
        });
  }

  @Test
  void theReportNamesWhatIsWaitedFor() throws Exception {
    Hub.run(
        () -> {
          Greenlet<?> waiter =
              Greenlets.spawn(
                  () ->
                      new Readiness(pipe.source(), SelectionKey.OP_READ, "the pipe")
                          .waitUntilReady(Long.MAX_VALUE));
          Greenlets.yieldNow();
          assertEquals("data from the pipe", waiter.waitsFor());
          waiter.kill();
        });
  }

  @Test
  void theEndOfAHubEndsTheWaitsOfPlainThreads() throws Exception {
    Thread main = Thread.currentThread();
    Hub own = Hub.current();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (main.getState() == Thread.State.RUNNABLE && !own.loop().isSleeping()) {
                    Thread.onSpinWait();
                  }
                  own.shutdown();
                });
    assertThrows(AsynchronousCloseException.class, () -> Select.waitRead(pipe.source()));
    closer.join();
  }

  private void send() throws IOException {
    pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
  }
}
