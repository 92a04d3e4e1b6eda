package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.pool.Pool;
import dev.celadon.queue.Channel;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * How many turns the everyday calls take: each turn of a greenlet and each callback counts, in both
 * modes alike. Whoever waits has one turn more, and nobody has another one.
 */
class SwitchCountTest {

  private static final int OPERATIONS = 100;

  private static final Object ITEM = new Object();

  @Test
  void aYieldIsATurnForEachWhoIsReady() throws Exception {
    beside(
        () -> {
          while (true) {
            Greenlets.yieldNow();
          }
        },
        () -> assertTurns(2, Greenlets::yieldNow));
  }

  @Test
  void aSleepIsOneTurn() throws Exception {
    alone(() -> assertTurns(1, () -> Greenlets.sleep(Duration.ofMillis(5))));
  }

  @Test
  void whoeverNeedNotWaitKeepsTheTurn() throws Exception {
    Queue<Object> queue = new Queue<>();
    Event event = new Event();
    Semaphore semaphore = new Semaphore(1);
    RLock lock = new RLock();
    alone(
        () ->
            assertTurns(
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
                  try (var _ = Timeout.start(Duration.ofSeconds(1))) {
                    queue.put(ITEM);
                  }
                  queue.get();
                }));
  }

  @Test
  void anItemThereAndBackIsTwoTurns() throws Exception {
    Queue<Object> there = new Queue<>();
    Queue<Object> back = new Queue<>();
    beside(
        () -> {
          while (true) {
            back.put(there.get());
          }
        },
        () ->
            assertTurns(
                2,
                () -> {
                  there.put(ITEM);
                  back.get();
                }));
  }

  @Test
  void aMeetingThereAndBackIsTwoTurns() throws Exception {
    Channel<Object> there = new Channel<>();
    Channel<Object> back = new Channel<>();
    beside(
        () -> {
          while (true) {
            back.put(there.get());
          }
        },
        () ->
            assertTurns(
                2,
                () -> {
                  there.put(ITEM);
                  back.get();
                }));
  }

  @Test
  void workThatIsDoneIsTwoTurns() throws Exception {
    Queue<Object> queue = new Queue<>();
    beside(
        () -> {
          while (true) {
            queue.get();
            queue.taskDone();
          }
        },
        () ->
            assertTurns(
                2,
                () -> {
                  queue.put(ITEM);
                  queue.join();
                }));
  }

  @Test
  void anEventThereAndBackIsTwoTurns() throws Exception {
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
        () ->
            assertTurns(
                2,
                () -> {
                  there.set();
                  back.waitUntilSet(Duration.ofSeconds(1));
                  back.clear();
                }));
  }

  @Test
  void anEventWakesEachOfItsWaitersOnce() throws Exception {
    int waiters = 50;
    Event go = new Event();
    alone(
        () -> {
          for (int i = 0; i < waiters; i++) {
            Greenlets.spawn(() -> go.waitUntilSet());
          }
          Greenlets.yieldNow();
          long before = turns();
          go.set();
          Greenlets.yieldNow();
          assertEquals(waiters + 1, turns() - before);
        });
  }

  @Test
  void aPermitThereAndBackIsTwoTurns() throws Exception {
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
            assertTurns(
                2,
                () -> {
                  there.release();
                  back.acquire();
                }));
  }

  @Test
  void aPermitWakesTheFirstOfTheLineOnly() throws Exception {
    Semaphore permits = new Semaphore(0);
    alone(
        () -> {
          for (int i = 0; i < 50; i++) {
            Greenlets.spawn(() -> permits.acquire());
          }
          Greenlets.yieldNow();
          long before = turns();
          permits.release();
          Greenlets.yieldNow();
          assertEquals(2, turns() - before);
          for (int i = 0; i < 49; i++) {
            permits.release();
          }
        });
  }

  /** Of two who take it in turns, holding it over a yield: each waits once and yields once. */
  @Test
  void aLockThatIsHeldElsewhereIsOneTurnMore() throws Exception {
    RLock lock = new RLock();
    Runnable turn =
        () -> {
          lock.acquire();
          Greenlets.yieldNow();
          lock.release();
        };
    beside(
        () -> {
          while (true) {
            turn.run();
          }
        },
        () -> assertTurns(4, turn));
  }

  @Test
  void aResultForAWaiterIsATurnOfEach() throws Exception {
    alone(
        () ->
            assertTurns(
                2,
                () -> {
                  AsyncResult<Object> result = new AsyncResult<>();
                  Greenlets.spawn(() -> result.set(ITEM));
                  result.result();
                }));
  }

  @Test
  void aGreenletThatIsJoinedIsATurnOfEach() throws Exception {
    alone(() -> assertTurns(2, () -> Greenlets.spawn(() -> {}).join()));
  }

  @Test
  void severalThatAreJoinedAreATurnOfEachAndOneMore() throws Exception {
    alone(
        () ->
            assertTurns(
                4,
                () ->
                    Greenlets.joinAll(
                        Greenlets.spawn(() -> {}),
                        Greenlets.spawn(() -> {}),
                        Greenlets.spawn(() -> {}))));
  }

  @Test
  void callbacksInARowShareATurnOfTheLane() throws Exception {
    alone(
        () ->
            assertTurns(
                2 + 1 + 1, // the callbacks, the lane's, and that of the one who yields
                () -> {
                  Hub.current().runCallback(() -> {});
                  Hub.current().runCallback(() -> {});
                  Greenlets.yieldNow();
                }));
  }

  /** A callback that takes it out of the pool, before whoever has joined it goes on. */
  @Test
  void aGreenletOfAPoolIsATurnMore() throws Exception {
    Pool pool = new Pool(10);
    alone(() -> assertTurns(3, () -> pool.spawn(() -> {}).join()));
  }

  private static long turns() {
    return Hub.current().loop().runs();
  }

  private static void assertTurns(int each, Runnable operation) {
    operation.run(); // the lane and the like are made once
    long before = turns();
    for (int i = 0; i < OPERATIONS; i++) {
      operation.run();
    }
    assertEquals((long) OPERATIONS * each, turns() - before);
  }

  private static void alone(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  private static void beside(Body other, Body body) throws Exception {
    alone(
        () -> {
          Greenlet<?> running = Greenlets.spawn(other);
          Greenlets.yieldNow();
          body.run();
          running.kill();
        });
  }
}
