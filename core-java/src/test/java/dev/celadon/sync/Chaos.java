package dev.celadon.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Ways to run a program that tries to break a primitive. */
final class Chaos {

  private Chaos() {}

  /** What many workers do to one object, and what must hold of it afterwards. */
  interface Program {

    /** May be killed, or ended by a foreign timeout, at any switch point. */
    void work(Random random) throws Exception;

    default void check() {}
  }

  static void inVirtualTime(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  /** Under 1,000 orders of ready work: workers come, are killed and run out of time. */
  static void explore(Supplier<Program> make) {
    Simulation.explore(
        1_000,
        () -> {
          Program program = make.get();
          Random random = new Random(1);
          List<Greenlet<?>> workers = new ArrayList<>();
          for (int i = 0; i < 6; i++) {
            workers.add(Greenlets.spawn(() -> work(program, random)));
          }
          for (int i = 0; i < 8; i++) {
            Greenlets.sleep(nanos(random, 20));
            workers.get(random.nextInt(workers.size())).killAsync();
            workers.add(Greenlets.spawn(() -> work(program, random)));
          }
          Greenlets.joinAll(workers);
          assertTrue(workers.stream().allMatch(Greenlet::isSuccessful));
          program.check();
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  private static void work(Program program, Random random) throws Exception {
    for (int i = 0; i < 3; i++) {
      Timeout foreign = Timeout.start(nanos(random, 60));
      try {
        program.work(random);
      } catch (TimeoutExpired e) {
        if (e.timeout() != foreign) {
          throw e;
        }
      } finally {
        foreign.close();
      }
    }
  }

  static Duration nanos(Random random, int bound) {
    return Duration.ofNanos(random.nextInt(bound));
  }

  /** The same in six greenlets of two hubs, two platform threads and a virtual one: nine in all. */
  static void everywhere(Body body) throws Exception {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Runnable quietly =
        () -> {
          try {
            body.run();
          } catch (Throwable e) {
            failures.add(e);
          }
        };
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      List<Greenlet<?>> greenlets = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        greenlets.add(Greenlet.spawn(one, quietly::run));
        greenlets.add(Greenlet.spawn(two, quietly::run));
      }
      List<Thread> threads =
          List.of(
              Thread.ofPlatform().start(quietly),
              Thread.ofPlatform().start(quietly),
              Thread.startVirtualThread(quietly));
      Greenlet.joinAll(greenlets);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    assertEquals(List.of(), failures);
  }
}
