package dev.celadon;

import static dev.celadon.Duet.ITEM;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.sync.AsyncResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What the everyday calls take from the heap: nothing, or the few objects that are named here. A
 * larger figure is a regression; a smaller one is welcome, and then belongs here. The figures are
 * those of the interpreter: compiled code may do with less, never with more.
 */
@DirectModeOnly("the threads of portable mode allocate each for itself")
class AllocationTest {

  /** A {@link dev.celadon.hub.Waiter}: one wait of one party. */
  private static final int WAITER = 40;

  private static final int TIMER = 48;

  private static final int GREENLET = 80;

  /** What ties a greenlet to its thread. */
  private static final int TIE = 24;

  /** A method as an argument, which optimised code does without. */
  private static final int CALL = 16;

  /** What waits in the ready queue for the first turn. */
  private static final int FIRST_TURN = 16;

  /** A greenlet on its way, which optimised code does without. */
  private static final int LAUNCH = 32;

  private static final Duration LONG = Duration.ofHours(1);

  private final Allocation allocation = Allocation.ofThisThread();

  private @Nullable Object kept;

  @Test
  void aSwitchAllocatesNothing() throws Exception {
    assertAtMost(0, Duet.ofTurns());
  }

  @Test
  void aSleepIsAWaiterAndATimer() throws Exception {
    Duration blink = Duration.ofNanos(1);
    Duration none = Duration.ZERO;
    Hub.run(
        () -> {
          allocation.assertAtMost(WAITER + TIMER + CALL, () -> Greenlets.sleep(blink));
          allocation.assertAtMost(0, () -> Greenlets.sleep(none));
        });
  }

  @Test
  void whoeverNeedNotWaitAllocatesNothing() throws Exception {
    Runnable calls = Duet.withoutAWait();
    Hub.run(
        () ->
            allocation.assertAtMost(
                0,
                () -> {
                  calls.run();
                  Hub.current();
                }));
  }

  @Test
  void aHandOffOfAQueueIsAWaiter() throws Exception {
    assertAtMost(2 * WAITER, Duet.ofQueues());
  }

  @Test
  void aHandOffOfAChannelIsAWaiter() throws Exception {
    assertAtMost(2 * WAITER, Duet.ofChannels());
  }

  @Test
  void aWaitForAnEventIsAWaiter() throws Exception {
    assertAtMost(2 * WAITER, Duet.ofEvents());
    assertAtMost(2 * WAITER + TIMER, Duet.ofEvents(LONG));
  }

  @Test
  void aHandOffOfASemaphoreIsAWaiter() throws Exception {
    assertAtMost(2 * WAITER, Duet.ofPermits());
  }

  @Test
  void aHandOffOfALockIsAWaiter() throws Exception {
    assertAtMost(2 * WAITER, Duet.ofALock());
  }

  @Test
  void aTimeLimitThatIsNotReachedIsItselfAndATimer() throws Exception {
    Hub.run(
        () ->
            allocation.assertAtMost(
                64 + TIMER,
                () -> {
                  try (var _ = Timeout.start(LONG)) {
                    kept = LONG;
                  }
                }));
  }

  @Test
  void aCallbackIsATask() throws Exception {
    Runnable nothing = () -> {};
    Hub.run(
        () ->
            allocation.assertAtMost(
                24 + CALL,
                () -> {
                  Hub.current().runCallback(nothing);
                  Greenlets.yieldNow();
                }));
  }

  @Test
  void aResultThatIsThereIsItself() throws Exception {
    Hub.run(
        () ->
            allocation.assertAtMost(
                80,
                () -> {
                  AsyncResult<Object> result = new AsyncResult<>();
                  result.set(ITEM);
                  kept = result.result();
                }));
  }

  @Test
  void aSpawnedGreenletIsItselfUntilItsFirstTurn() throws Exception {
    Body nothing = () -> {};
    Hub.run(
        () -> {
          allocation.assertAtMost(
              GREENLET, () -> kept = Greenlet.unstarted(Hub.current(), nothing));
          allocation.assertAtMost(
              GREENLET + FIRST_TURN + LAUNCH,
              () -> kept = Greenlets.spawn(nothing),
              Greenlets::yieldNow);
        });
  }

  /**
   * Eighty bytes of fields in two objects, whose headers have twelve each: the greenlet and its
   * tie. The rest is gone with its first turn.
   */
  @Test
  void aGreenletThatHasRunWasItselfAndATieBesideItsThread() throws Exception {
    Body nothing = () -> {};
    Thread.Builder threads = Thread.ofVirtual(); // on the hub, if a greenlet starts them
    Hub.run(
        () -> {
          int thread =
              allocation.least(
                  () -> {
                    kept = threads.start(() -> {});
                    Greenlets.yieldNow();
                  });
          allocation.assertAtMost(
              thread + GREENLET + TIE + FIRST_TURN + LAUNCH,
              () -> {
                kept = Greenlets.spawn(nothing);
                Greenlets.yieldNow();
              });
        });
  }

  private void assertAtMost(int bytes, Duet duet) throws Exception {
    duet.on(HubOptions.defaults(), operation -> allocation.assertAtMost(bytes, operation));
  }
}
