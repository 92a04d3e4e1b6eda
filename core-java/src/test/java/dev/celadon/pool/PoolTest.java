package dev.celadon.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.Strand;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PoolTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Trail trail = new Trail();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  private static boolean forever() {
    new Event().waitUntilSet();
    return true;
  }

  @Test
  void aFullPoolLetsSpawnersWaitAndRefusesTheImpatient() throws Exception { // gevent's row 50
    run(
        () -> {
          Pool pool = new Pool(2);
          Event gate = new Event();
          Greenlet<?> first = pool.spawn(() -> gate.waitUntilSet());
          pool.spawn(() -> forever());
          assertTrue(pool.isFull());
          assertEquals(0, pool.free());
          assertNull(pool.trySpawn(() -> trail.step("never")));
          assertFalse(pool.tryStart(new Greenlet<>(Hub.current(), () -> forever())));
          assertFalse(pool.tryAdd(Greenlets.spawn(() -> forever())));
          assertNull(pool.spawn(SECOND, () -> trail.step("never")));
          assertFalse(pool.start(new Greenlet<>(Hub.current(), () -> forever()), SECOND));
          assertFalse(pool.waitUntilFree(SECOND));
          Greenlet<?> spawner =
              Greenlets.spawn(
                  () -> {
                    pool.spawn(() -> trail.step("third"));
                    trail.step("let-in");
                  });
          Greenlets.yieldNow();
          assertEquals(1, pool.waiting());
          gate.set();
          first.join();
          assertEquals(0, pool.waiting());
          spawner.join();
          pool.waitUntilFree();
        });
    trail.is("let-in third");
  }

  @Test
  void theBoundHoldsAndPlacesGoToTheLongestWaiter() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(2);
          int[] running = new int[1];
          for (int i = 0; i < 6; i++) {
            int number = i;
            Greenlets.spawn(
                () ->
                    pool.spawn(
                        () -> {
                          assertTrue(++running[0] <= 2);
                          trail.step("" + number);
                          Greenlets.sleep(SECOND);
                          running[0]--;
                        }));
          }
          Greenlets.yieldNow();
          pool.join();
          assertEquals(2, pool.free());
        });
    trail.is("0 1 2 3 4 5");
  }

  @Test
  void nobodyOvertakesAWaitingSpawner() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<?> member = pool.spawn(() -> forever());
          Greenlet<?> spawner = Greenlets.spawn(() -> pool.spawn(() -> forever()));
          Greenlets.yieldNow();
          pool.discard(member);
          assertNull(pool.trySpawn(() -> forever()), "the place is the waiter's already");
          assertFalse(pool.isReady(), "so the pool is not empty in between");
          spawner.join();
          assertEquals(1, pool.size());
        });
  }

  @Test
  void aKilledMemberFreesItsPlaceEvenIfItNeverRan() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<?> member = pool.spawn(() -> trail.step("never"));
          assertTrue(pool.isFull());
          member.killAsync();
          assertFalse(pool.isFull());
          Greenlet<?> next = pool.spawn(() -> forever());
          Greenlets.yieldNow();
          next.kill();
          assertEquals(1, pool.free());
        });
    trail.is("");
  }

  @Test
  void aKilledOrTimedOutSpawnerTakesNoPlace() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<?> member = pool.spawn(() -> forever());
          Greenlet<?> killed = Greenlets.spawn(() -> pool.spawn(() -> trail.step("never")));
          Greenlet<?> late = Greenlets.spawn(() -> pool.spawn(SECOND, () -> trail.step("never")));
          Greenlets.yieldNow();
          assertEquals(2, pool.waiting());
          killed.kill();
          assertNull(late.result());
          assertEquals(0, pool.waiting());
          member.kill();
          assertEquals(1, pool.free());
          pool.join();
        });
    trail.is("");
  }

  @Test
  void discardingAStrangerFreesNothing() throws Exception { // unlike gevent
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<?> member = pool.spawn(() -> forever());
          Greenlet<?> stranger = Greenlets.spawn(() -> forever());
          assertFalse(pool.discard(stranger));
          assertTrue(pool.isFull());
          assertTrue(pool.discard(member));
          assertFalse(pool.discard(member));
          member.kill();
          assertEquals(1, pool.free());
        });
  }

  @Test
  void addingAMemberAgainTakesNoSecondPlace() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(2);
          Greenlet<?> member = pool.spawn(() -> forever());
          pool.add(member);
          pool.start(member);
          assertEquals(1, pool.free());
          Greenlet<?> ended = Greenlets.spawn(() -> {});
          ended.join();
          assertTrue(pool.tryAdd(ended));
          assertEquals(1, pool.free());
        });
  }

  @Test
  void aPoolOfZeroLetsNobodyIn() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(0);
          assertTrue(pool.isFull());
          assertEquals(0, pool.free());
          assertNull(pool.spawn(SECOND, () -> forever()));
          pool.join();
          Greenlet<?> patient = Greenlets.spawn(() -> pool.spawn(() -> trail.step("in")).join());
          Greenlets.yieldNow();
          pool.resize(1);
          patient.join();
        });
    trail.is("in");
  }

  @Test
  void resizeLetsInWhoWaitsAndSendsNobodyAway() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          List<Greenlet<?>> members = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            Greenlets.spawn(() -> members.add(pool.spawn(() -> forever())));
          }
          Greenlets.yieldNow();
          pool.resize(3);
          Greenlets.yieldNow();
          assertEquals(3, pool.size());
          assertEquals(1, pool.waiting());
          pool.resize(1);
          assertEquals(3, pool.size());
          assertEquals(0, pool.free());
          members.get(0).kill();
          members.get(1).kill();
          assertEquals(1, pool.size());
          assertEquals(1, pool.waiting(), "one above the new bound has to end first");
          members.get(2).kill();
          Greenlets.yieldNow();
          assertEquals(1, pool.size());
          assertEquals(0, pool.waiting());
          assertEquals(1, pool.capacity());
          assertEquals("Pool[1 of 1]", pool.toString());
        });
  }

  @Test
  void refusesANegativeBound() {
    assertEquals(
        "capacity must not be negative: -1; a Group has no bound",
        assertThrows(IllegalArgumentException.class, () -> new Pool(-1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new Pool(1).resize(-1));
  }

  @Test
  void aMembersApplyRunsInlineEvenWhenThePoolIsFull() throws Exception { // gevent's row 51
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<Boolean> member =
              pool.spawn(
                  () -> {
                    Strand outer = Greenlets.current();
                    Strand inner = pool.apply(() -> Greenlets.current());
                    return outer == inner;
                  });
          assertTrue(member.result());
          Pool other = new Pool(1);
          assertTrue(
              pool.apply(() -> other.apply(() -> !other.isEmpty())), "a member there, not here");
        });
  }

  @Test
  void applyAsyncStandsInLineAndNeverWaits() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          List<Greenlet<Integer>> all = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            int number = i;
            all.add(
                pool.applyAsync(
                    () -> {
                      trail.step("" + number);
                      Greenlets.sleep(SECOND);
                      return number;
                    }));
          }
          assertEquals(3, pool.waiting());
          all.get(2).kill();
          assertEquals(2, pool.waiting());
          pool.join();
          assertEquals(3, all.get(3).result());
          assertTrue(all.get(2).isCancelled());
          assertEquals(1, pool.free());
        });
    trail.is("0 1 3");
  }

  @Test
  void aKillOfThePoolReachesThoseInLine() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          for (int i = 0; i < 3; i++) {
            pool.applyAsync(() -> forever());
          }
          Greenlet<?> spawner = Greenlets.spawn(() -> pool.spawn(() -> forever()));
          Greenlets.yieldNow();
          pool.kill();
          assertEquals(0, pool.waiting());
          assertEquals(1, pool.free());
          assertTrue(spawner.isReady());
        });
  }

  @Test
  void whoIsLetInBeforeAKillArrivesStartsItsGreenlet() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<?> member = pool.spawn(() -> forever());
          Greenlet<?> spawner = Greenlets.spawn(() -> pool.spawn(() -> trail.step("ran")));
          Greenlets.yieldNow();
          pool.discard(member);
          spawner.killAsync();
          pool.join();
          assertEquals(1, pool.free());
        });
    trail.is("ran");
  }

  @Test
  void everythingRunsOnceAndEveryPlaceComesBackInAnyOrder() {
    long[] seed = new long[1];
    Simulation.explore(
        1_000,
        () -> {
          Random random = new Random(seed[0]++);
          int capacity = 1 + random.nextInt(3);
          Pool pool = new Pool(capacity);
          int[] running = new int[1];
          int[] started = new int[1];
          int[] ran = new int[1];
          List<Greenlet<?>> spawners = new ArrayList<>();
          List<Greenlet<?>> members = new ArrayList<>();
          Body work =
              () -> {
                assertTrue(++running[0] <= capacity);
                ran[0]++;
                try {
                  Greenlets.sleep(Duration.ofNanos(random.nextInt(15)));
                  if (random.nextInt(4) == 0) {
                    Greenlets.yieldNow();
                  }
                } finally {
                  running[0]--;
                }
              };
          for (int i = 0; i < 8; i++) {
            spawners.add(
                Greenlets.spawn(
                    () -> {
                      for (int k = 0; k < 3; k++) {
                        Greenlet<?> member = pool.spawn(Duration.ofNanos(random.nextInt(30)), work);
                        if (member != null) {
                          started[0]++;
                          members.add(member);
                        }
                        members.add(
                            pool.applyAsync(
                                () -> {
                                  work.run();
                                  return true;
                                }));
                      }
                    }));
          }
          for (int k = 0; k < 6; k++) {
            Greenlets.sleep(Duration.ofNanos(random.nextInt(15)));
            spawners.get(random.nextInt(spawners.size())).killAsync();
            if (!members.isEmpty()) {
              members.get(random.nextInt(members.size())).killAsync();
            }
          }
          Greenlet.joinAll(spawners);
          if (random.nextInt(3) == 0) {
            pool.kill();
          }
          pool.join();
          assertTrue(members.stream().allMatch(Greenlet::isReady));
          assertTrue(members.stream().allMatch(Greenlet::isSuccessful));
          assertTrue(ran[0] <= members.size());
          assertEquals(0, running[0]);
          assertEquals(0, pool.waiting());
          assertEquals(capacity, pool.free());
          assertTrue(pool.isEmpty());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void takesSpawnsOfManyThreads() throws Exception {
    Pool pool = new Pool(3);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger ran = new AtomicInteger();
    int threads = 4;
    int each = 500;
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      Body work =
          () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Greenlets.yieldNow();
            running.decrementAndGet();
            ran.incrementAndGet();
          };
      List<Thread> all = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        Hub hub = t % 2 == 0 ? one : two;
        Runnable spawns =
            () -> {
              for (int i = 0; i < each; i++) {
                assertNotNull(pool.spawn(hub, work));
              }
            };
        all.add(t < 2 ? Thread.ofPlatform().start(spawns) : Thread.startVirtualThread(spawns));
      }
      Greenlet<?> greenlet =
          Greenlet.spawn(
              one,
              () -> {
                for (int i = 0; i < each; i++) {
                  pool.spawn(work);
                }
              });
      for (Thread thread : all) {
        thread.join();
      }
      greenlet.result();
      pool.join();
    }
    assertEquals((threads + 1) * each, ran.get());
    assertTrue(most.get() <= 3);
    assertEquals(3, pool.free());
  }
}
