package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.queue.Channel;
import dev.celadon.queue.Queue;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.Semaphore;
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

  /** A greenlet on its way, which optimised code does without. */
  private static final int LAUNCH = 32;

  private static final Duration LONG = Duration.ofHours(1);

  private static final Object ITEM = new Object();

  private final Allocation allocation = Allocation.ofThisThread();

  private @Nullable Object kept;

  @Test
  void aSwitchAllocatesNothing() throws Exception {
    beside(
        () -> {
          while (true) {
            Greenlets.yieldNow();
          }
        },
        () -> allocation.assertAtMost(0, Greenlets::yieldNow));
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
    Queue<Object> queue = new Queue<>();
    Event event = new Event();
    Semaphore semaphore = new Semaphore(1);
    RLock lock = new RLock();
    Hub.run(
        () ->
            allocation.assertAtMost(
                0,
                () -> {
                  queue.put(ITEM);
                  queue.get();
                  event.set();
                  event.waitUntilSet();
                  event.clear();
                  semaphore.acquire();
                  semaphore.release();
                  lock.acquire();
                  lock.release();
                  Hub.current();
                }));
  }

  @Test
  void aHandOffOfAQueueIsAWaiter() throws Exception {
    Queue<Object> there = new Queue<>();
    Queue<Object> back = new Queue<>();
    beside(
        () -> {
          while (true) {
            back.put(there.get());
          }
        },
        () ->
            allocation.assertAtMost(
                2 * WAITER,
                () -> {
                  there.put(ITEM);
                  back.get();
                }));
  }

  @Test
  void aHandOffOfAChannelIsAWaiter() throws Exception {
    Channel<Object> there = new Channel<>();
    Channel<Object> back = new Channel<>();
    beside(
        () -> {
          while (true) {
            back.put(there.get());
          }
        },
        () ->
            allocation.assertAtMost(
                2 * WAITER,
                () -> {
                  there.put(ITEM);
                  back.get();
                }));
  }

  @Test
  void aWaitForAnEventIsAWaiter() throws Exception {
    Event there = new Event();
    Event back = new Event();
    beside(
        () -> {
          while (true) {
            there.waitUntilSet();
            there.clear();
            back.set();
          }
        },
        () -> {
          allocation.assertAtMost(
              2 * WAITER,
              () -> {
                there.set();
                back.waitUntilSet();
                back.clear();
              });
          allocation.assertAtMost(
              2 * WAITER + TIMER,
              () -> {
                there.set();
                back.waitUntilSet(LONG);
                back.clear();
              });
        });
  }

  @Test
  void aHandOffOfASemaphoreIsAWaiter() throws Exception {
    Semaphore there = new Semaphore(0);
    Semaphore back = new Semaphore(0);
    beside(
        () -> {
          while (true) {
            there.acquire();
            back.release();
          }
        },
        () ->
            allocation.assertAtMost(
                2 * WAITER,
                () -> {
                  there.release();
                  back.acquire();
                }));
  }

  @Test
  void aHandOffOfALockIsAWaiter() throws Exception {
    RLock lock = new RLock();
    Runnable turn =
        () -> {
          lock.acquire();
          Greenlets.yieldNow(); // the other one waits for the lock meanwhile
          lock.release();
        };
    beside(
        () -> {
          while (true) {
            turn.run();
          }
        },
        () -> allocation.assertAtMost(2 * WAITER, turn));
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

  /**
   * Eighty bytes of fields in two objects, whose headers have twelve each. The rest of a spawned
   * greenlet is its virtual thread, which is made for its first turn.
   */
  @Test
  void aSpawnedGreenletIsEightyBytesOfFieldsBesideItsThread() throws Exception {
    Body nothing = () -> {};
    Hub.run(
        () -> {
          allocation.assertAtMost(
              GREENLET, () -> kept = Greenlet.unstarted(Hub.current(), nothing));
          allocation.assertAtMost(
              GREENLET + TIE + LAUNCH, () -> kept = Greenlets.spawn(nothing), Greenlets::yieldNow);
        });
  }

  /** Runs a body on a hub, and another greenlet with it that is killed in the end. */
  private static void beside(Body other, Body body) throws Exception {
    Hub.run(
        () -> {
          Greenlet<?> running = Greenlets.spawn(other);
          Greenlets.yieldNow();
          body.run();
          running.kill();
        });
  }
}
