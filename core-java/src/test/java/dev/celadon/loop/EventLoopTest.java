package dev.celadon.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Trail;
import dev.celadon.simulation.VirtualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EventLoopTest {

  /** A clock whose time passes only when a task says so. */
  private static final class HandClock implements Clock {
    long now;

    @Override
    public long nanoTime() {
      return now;
    }

    @Override
    public boolean jumpTo(long deadlineNanos) {
      now = deadlineNanos;
      return true;
    }
  }

  private final Trail trail = new Trail();
  private final List<Throwable> faults = new ArrayList<>();

  private EventLoop loop(Clock clock, long batchNanos) {
    return new EventLoop(
        clock,
        new SelectorPoller(),
        CallbackOrder.FIFO,
        batchNanos,
        faults::add,
        () -> Long.MAX_VALUE);
  }

  @Test
  void runsWhatIsReadyInOrderAndWhatThatMakesReadyInTheNextTurn() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    loop.enqueue(
        () -> {
          trail.step("a");
          loop.enqueue(() -> trail.step("c"));
          loop.enqueue(loop::stop);
        });
    loop.enqueue(() -> trail.step("b"));
    loop.run();
    trail.is("a b c");
  }

  @Test
  void timersFireByDeadlineThenByArming() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    loop.schedule(20, () -> trail.step("20"));
    loop.schedule(10, () -> trail.step("10a"));
    loop.schedule(10, () -> trail.step("10b"));
    Timer cancelled = loop.schedule(15, () -> trail.step("never"));
    loop.schedule(30, loop::stop);
    assertTrue(cancelled.cancel());
    assertFalse(cancelled.cancel());
    loop.run();
    trail.is("10a 10b 20");
    assertEquals(0, loop.pendingTimers());
  }

  @Test
  void aDueTimerRunsBeforeWorkQueuedAfterItFellDue() {
    HandClock clock = new HandClock();
    EventLoop loop = loop(clock, 1_000_000);
    loop.schedule(10, () -> loop.enqueue(() -> trail.step("timer")));
    loop.enqueue(
        () -> {
          trail.step("work");
          clock.now = 11;
          loop.enqueue(() -> trail.step("later"));
          loop.enqueue(loop::stop);
        });
    loop.run();
    trail.is("work timer later");
  }

  @Test
  void aBatchEndsAtItsTimeLimitSoThatTimersGetATurn() {
    HandClock clock = new HandClock();
    EventLoop loop = loop(clock, 100);
    loop.schedule(150, () -> trail.step("timer"));
    for (int i = 0; i < 64; i++) {
      loop.enqueue(() -> clock.now += 10);
    }
    loop.enqueue(() -> trail.step("last"));
    loop.enqueue(loop::stop);
    loop.run();
    trail.is("timer last");
  }

  @Test
  void workThatNeverEndsDoesNotStarveOtherThreads() throws InterruptedException {
    EventLoop loop = loop(SystemClock.INSTANCE, 1_000_000);
    CountDownLatch running = new CountDownLatch(1);
    Runnable spin =
        new Runnable() {
          @Override
          public void run() {
            running.countDown();
            loop.enqueue(this);
          }
        };
    loop.enqueue(spin);
    Thread other =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    running.await();
                    loop.post(loop::stop);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    loop.run();
    other.join();
    assertFalse(loop.isDrained());
  }

  @Test
  void aSleepingLoopIsWokenByAPostEveryTime() throws InterruptedException {
    int rounds = 20_000;
    EventLoop loop = loop(SystemClock.INSTANCE, 1_000_000);
    int[] ran = new int[1];
    Thread producer =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    loop.post(() -> ran[0]++);
                    if (i % 3 == 0) {
                      Thread.onSpinWait();
                    }
                  }
                  loop.post(loop::stop);
                });
    loop.run();
    producer.join();
    assertEquals(rounds, ran[0]);
  }

  @Test
  void aLoopThatPollsChannelsIsWokenByAPost() throws IOException, InterruptedException {
    EventLoop loop = loop(SystemClock.INSTANCE, 1_000_000);
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    IoWatcher watcher = loop.watch(pipe.source());
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("ready"));
    Thread producer = Thread.ofPlatform().start(() -> loop.post(loop::stop));
    loop.run();
    producer.join();
    trail.is("");
    watcher.close();
    pipe.sink().close();
    pipe.source().close();
    loop.close(task -> {}, (action, nanos) -> {});
  }

  @Test
  void aWatcherTellsOnceAndOnlyWhenStarted() throws IOException {
    EventLoop loop = loop(SystemClock.INSTANCE, 1_000_000);
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    IoWatcher watcher = loop.watch(pipe.source());
    assertThrows(IllegalStateException.class, () -> loop.watch(pipe.source()));
    pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("ready" + ops));
    runFor(loop, 3);
    trail.is("ready1");
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("again" + ops));
    runFor(loop, 3);
    trail.is("ready1 again1");
    watcher.start(SelectionKey.OP_READ, ops -> trail.step("never"));
    watcher.stop();
    runFor(loop, 3);
    trail.is("ready1 again1");
    watcher.close();
    IoWatcher anew = loop.watch(pipe.source());
    anew.start(SelectionKey.OP_READ, ops -> trail.step("anew" + ops));
    runFor(loop, 3);
    trail.is("ready1 again1 anew1");
    loop.close(task -> {}, (action, nanos) -> {});
    pipe.sink().close();
    pipe.source().close();
  }

  /** Lets the loop sleep in its poller a few times. */
  private static void runFor(EventLoop loop, int millis) {
    for (int i = 1; i <= millis; i++) {
      loop.schedule(i * 1_000_000L, i == millis ? loop::stop : () -> {});
    }
    loop.run();
  }

  @Test
  void aWatcherThatThrowsIsToldAndDoesNotStopTheLoop() throws IOException {
    EventLoop loop = loop(SystemClock.INSTANCE, 1_000_000);
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    RuntimeException fault = new RuntimeException("fault");
    loop.watch(pipe.source())
        .start(
            SelectionKey.OP_READ,
            ops -> {
              throw fault;
            });
    runFor(loop, 3);
    assertEquals(List.of(fault), faults);
    loop.close(task -> {}, (action, nanos) -> {});
    pipe.sink().close();
    pipe.source().close();
  }

  @Test
  void whoeverStopsAtEveryTurnDoesNotStarveTheChannels() throws IOException {
    EventLoop loop = loop(SystemClock.INSTANCE, 1_000_000);
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
    boolean[] ready = new boolean[1];
    loop.watch(pipe.source()).start(SelectionKey.OP_READ, ops -> ready[0] = true);
    for (int turn = 0; turn < 1_000 && !ready[0]; turn++) {
      loop.enqueue(loop::stop);
      loop.run();
    }
    assertTrue(ready[0]);
    loop.close(task -> {}, (action, nanos) -> {});
    pipe.sink().close();
    pipe.source().close();
  }

  @Test
  void aClosedLoopHandsOutItsTimers() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    loop.schedule(20, () -> {});
    loop.schedule(-5, () -> {});
    loop.close(Runnable::run, (action, nanos) -> trail.step("" + nanos));
    trail.is("0 20");
  }

  @Test
  void takeNextIfKeepsTheOrder() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    Runnable mine = () -> trail.step("mine");
    loop.enqueue(
        () -> {
          loop.enqueue(mine); // of the next turn
          assertNotNull(loop.takeNextIf(task -> task == mine));
          assertNull(loop.takeNextIf(task -> task == mine), "a stranger comes first");
        });
    loop.enqueue(mine);
    loop.enqueue(() -> trail.step("stranger"));
    loop.enqueue(
        () -> {
          assertNotNull(loop.takeNextIf(task -> task == mine), "nothing to look at in between");
          loop.enqueue(mine);
          loop.enqueue(loop::stop);
        });
    loop.run();
    trail.is("stranger mine");
    assertEquals(List.of(), faults);
  }

  @Test
  void takeNextIfEndsWithTheTurnIfATimerIsDue() {
    HandClock clock = new HandClock();
    EventLoop loop = loop(clock, 1_000_000);
    Runnable mine = () -> trail.step("mine");
    loop.schedule(10, () -> trail.step("timer"));
    loop.enqueue(
        () -> {
          loop.enqueue(mine);
          clock.now = 9;
          assertNotNull(loop.takeNextIf(task -> task == mine));
          loop.enqueue(mine);
          loop.enqueue(loop::stop);
          clock.now = 10;
          assertNull(loop.takeNextIf(task -> task == mine));
        });
    loop.run();
    trail.is("timer mine");
  }

  @Test
  void takeNextIfEndsWithTheTurnIfAnotherThreadHasWork() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    Runnable mine = () -> trail.step("mine");
    loop.enqueue(
        () -> {
          loop.enqueue(mine);
          assertTrue(loop.post(loop::stop));
          assertNull(loop.takeNextIf(task -> task == mine));
        });
    loop.run();
    trail.is("mine");
  }

  @Test
  void takeNextIfEndsWithTheBatchLimit() {
    HandClock clock = new HandClock();
    EventLoop loop = loop(clock, 100);
    int[] taken = new int[1];
    Runnable mine = () -> {};
    loop.enqueue(
        () -> {
          do {
            clock.now += 10;
            taken[0]++;
            loop.enqueue(mine);
          } while (loop.takeNextIf(task -> task == mine) != null);
          loop.enqueue(loop::stop);
        });
    loop.run();
    assertTrue(taken[0] >= 10 && taken[0] < 40, taken[0] + " tasks of a tenth of the limit");
  }

  @Test
  void takeNextIfEndsWithTheTurnIfTheChannelsAreToBeAsked() throws IOException {
    EventLoop loop = loop(new HandClock(), 1_000_000);
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    loop.watch(pipe.source());
    int[] taken = new int[1];
    Runnable mine = () -> {};
    loop.enqueue(
        () -> {
          do {
            taken[0]++;
            loop.enqueue(mine);
          } while (loop.takeNextIf(task -> task == mine) != null);
          loop.enqueue(loop::stop);
        });
    loop.run();
    assertTrue(taken[0] <= 66, taken[0] + " tasks before the channels were asked");
    loop.close(task -> {}, (action, nanos) -> {});
    pipe.sink().close();
    pipe.source().close();
  }

  @Test
  void aTaskThatThrowsIsToldAndDoesNotStopTheLoop() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    RuntimeException fault = new RuntimeException("fault");
    loop.enqueue(
        () -> {
          throw fault;
        });
    loop.enqueue(loop::stop);
    loop.run();
    assertEquals(List.of(fault), faults);
  }

  @Test
  void aClosedLoopHandsOutWhatIsLeftAndRefusesPosts() {
    EventLoop loop = loop(new VirtualClock(), 1_000_000);
    loop.enqueue(() -> trail.step("ready"));
    loop.post(() -> trail.step("posted"));
    loop.close(Runnable::run, (action, nanos) -> trail.step("timer in " + nanos));
    trail.is("posted ready");
    assertFalse(loop.post(() -> trail.step("late")));
  }

  @Test
  void refusesABatchLimitOfNothing() {
    assertThrows(IllegalArgumentException.class, () -> loop(new VirtualClock(), 0));
  }
}
