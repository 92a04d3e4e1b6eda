package dev.celadon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubObserver;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.pool.Pool;
import dev.celadon.pool.TaskGroup;
import dev.celadon.queue.Channel;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.Simulation;
import dev.celadon.sync.Condition;
import dev.celadon.sync.Event;
import dev.celadon.sync.RLock;
import dev.celadon.sync.ReadWriteLock;
import dev.celadon.sync.Semaphore;
import dev.celadon.threadpool.ThreadPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Throws a kill or a timeout into one of several greenlets at a switch point of its program, which
 * uses a bit of everything, and looks whether everything is in its place afterwards.
 */
class InjectionTest {

  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration LATE = Duration.ofSeconds(1);

  /** What the injected timeout throws. */
  private static final class Injected extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** What the greenlets of one run share. */
  private static final class World {
    final Queue<Integer> queue = new Queue<>(1);
    final Channel<Integer> channel = new Channel<>();
    final Semaphore semaphore = new Semaphore(1);
    final RLock lock = new RLock();
    final Condition condition = new Condition(lock);
    final ReadWriteLock readWrite = new ReadWriteLock();
    final Event event = new Event();
    final Pool pool = new Pool(2);
    int put;
    int got;
    int sent;
    int received;

    void script() throws Exception {
      if (queue.put(put, LATE)) {
        put++;
      }
      semaphore.acquire();
      try {
        Greenlets.sleep(SOON);
      } finally {
        semaphore.release();
      }
      if (queue.get(LATE) != null) {
        got++;
      }
      lock.lock();
      try {
        Greenlets.yieldNow();
        if (!condition.waitUntilSignalled(SOON)) {
          condition.signal();
        }
      } finally {
        lock.unlock();
      }
      readWrite.readLock().lock();
      try {
        Greenlets.yieldNow();
      } finally {
        readWrite.readLock().unlock();
      }
      readWrite.writeLock().lock();
      try {
        Greenlets.yieldNow();
      } finally {
        readWrite.writeLock().unlock();
      }
      if (channel.put(1, SOON)) {
        sent++;
      } else if (channel.get(SOON) != null) {
        received++;
      }
      assertFalse(event.waitUntilSet(SOON));
      pool.apply(
          () -> {
            Greenlets.sleep(SOON);
            return null;
          });
      Greenlet<?> member = pool.spawn(() -> Greenlets.sleep(SOON));
      TaskGroup.run(
          group -> {
            group.spawn(() -> Greenlets.sleep(SOON));
            group.spawn(() -> Greenlets.yieldNow());
          });
      assertEquals(7, ThreadPool.offload(() -> 7));
      member.join();
    }

    void everythingIsInItsPlace() {
      pool.join();
      ThreadPool.current().join();
      assertEquals(put, got + queue.size(), "items");
      assertEquals(sent, received, "hand-overs");
      assertEquals(1, semaphore.availablePermits());
      assertFalse(lock.isLocked());
      assertEquals(0, lock.waiting() + condition.waiting() + readWrite.waiting());
      assertEquals(0, semaphore.waiting());
      assertEquals(0, readWrite.readers());
      assertFalse(readWrite.isWriteLocked());
      assertEquals(0, queue.waitingGetters() + queue.waitingPutters() + channel.balance());
      assertEquals(0, event.waiting());
      assertEquals(2, pool.free());
      assertEquals(0, ThreadPool.current().outstanding());
      Hub hub = Hub.current();
      assertEquals(1, hub.live().size(), () -> hub.live().toString());
      assertEquals(0, hub.loop().pendingTimers());
    }
  }

  /** Counts the switch points of one greenlet and throws something in at one of them. */
  private static final class Injector implements HubObserver {
    private final int point;
    private final Throwable thrown;
    RawGreenlet victim;
    int seen;

    Injector(int point, Throwable thrown) {
      this.point = point;
      this.thrown = thrown;
    }

    @Override
    public void paused(RawGreenlet greenlet) {
      if (greenlet == victim && seen++ == point) {
        RawGreenlet target = victim;
        assertTrue(greenlet.hub().submit(() -> target.throwIn(thrown)));
      }
    }
  }

  /** One run; the number of switch points that the victim went through. */
  private static int run(long seed, int point, Throwable thrown) {
    Injector injector = new Injector(point, thrown);
    Simulation.run(
        seed,
        () -> {
          World world = new World();
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            all.add(
                Greenlets.spawn(
                    () -> {
                      try {
                        world.script();
                      } catch (Injected injected) {
                        world.script(); // all of it still works
                      }
                    }));
          }
          injector.victim = all.get((int) (seed % 3));
          Hub.current().addObserver(injector);
          Greenlets.joinAll(all);
          for (Greenlet<?> greenlet : all) {
            if (!greenlet.isCancelled()) {
              Object _ = greenlet.result();
            }
          }
          Object _ = Greenlets.spawn(() -> world.script()).result(); // and for a newcomer
          world.everythingIsInItsPlace();
        });
    return injector.seen;
  }

  /** Portable mode pays far more for a switch, so it takes fewer seeds. */
  @ParameterizedTest
  @ValueSource(longs = {0, 200, 400, 600, 800})
  void nothingIsOutOfItsPlaceWhereverSomethingHits(long firstSeed) throws Exception {
    boolean direct = Hub.run(() -> Hub.current().carrierMode().kind() == CarrierMode.Kind.DIRECT);
    for (long seed = firstSeed; seed < firstSeed + (direct ? 200 : 2); seed++) {
      int points = run(seed, -1, new Injected());
      assertTrue(points >= 10, "the program waits often: " + points);
      for (int point = 0; point < points; point++) {
        run(seed, point, new GreenletExit("injected at " + point));
        run(seed, point, new Injected());
      }
    }
  }
}
