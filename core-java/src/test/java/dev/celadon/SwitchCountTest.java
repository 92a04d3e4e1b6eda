package dev.celadon;

import static dev.celadon.Duet.ITEM;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.pool.Pool;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * How many turns the everyday calls take: each turn of a greenlet and each callback counts, in both
 * modes alike. Whoever waits has one turn more, and nobody has another one.
 */
class SwitchCountTest {

  private static final int OPERATIONS = 100;

  @Test
  void aYieldIsATurnForEachWhoIsReady() throws Exception {
    assertTurns(2, Duet.ofTurns());
  }

  @Test
  void aSleepIsOneTurn() throws Exception {
    alone(() -> assertTurns(1, () -> Greenlets.sleep(Duration.ofMillis(5))));
  }

  @Test
  void whoeverNeedNotWaitKeepsTheTurn() throws Exception {
    Runnable calls = Duet.withoutAWait();
    Queue<Object> queue = new Queue<>();
    alone(
        () ->
            assertTurns(
                0,
                () -> {
                  calls.run();
                  try (var _ = Timeout.start(Duration.ofSeconds(1))) {
                    queue.put(ITEM);
                  }
                  queue.get();
                }));
  }

  @Test
  void anItemThereAndBackIsTwoTurns() throws Exception {
    assertTurns(2, Duet.ofQueues());
  }

  @Test
  void aMeetingThereAndBackIsTwoTurns() throws Exception {
    assertTurns(2, Duet.ofChannels());
  }

  @Test
  void workThatIsDoneIsTwoTurns() throws Exception {
    Queue<Object> queue = new Queue<>();
    assertTurns(
        2,
        new Duet(
            () -> {
              while (true) {
                queue.get();
                queue.taskDone();
              }
            },
            () -> {
              queue.put(ITEM);
              queue.join();
            }));
  }

  @Test
  void anEventThereAndBackIsTwoTurns() throws Exception {
    assertTurns(2, Duet.ofEvents(Duration.ofSeconds(1)));
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
    assertTurns(2, Duet.ofPermits());
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

  /** Each of the two waits once and yields once. */
  @Test
  void aLockThatIsHeldElsewhereIsOneTurnMore() throws Exception {
    assertTurns(4, Duet.ofALock());
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

  private static HubOptions virtualTime() {
    return HubOptions.defaults().withClock(new VirtualClock());
  }

  private static void alone(Body body) throws Exception {
    Hub.run(virtualTime(), body);
  }

  private static void assertTurns(int each, Duet duet) throws Exception {
    duet.on(virtualTime(), operation -> assertTurns(each, operation));
  }
}
