package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import dev.celadon.pool.Group;
import dev.celadon.pool.Pool;
import dev.celadon.pool.Results;
import dev.celadon.pool.TaskGroup;
import dev.celadon.sync.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class PoolWaits {

  private PoolWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          Pool pool = full();
          return new Wait(
              "Pool.spawn",
              timeout -> pool.spawn(timeout, () -> new Event().waitUntilSet()) != null,
              () -> letGo(pool));
        },
        () -> {
          Pool pool = full();
          return new Wait(
              "Pool.start",
              timeout -> pool.start(new Greenlet<>(hub(), () -> forever()), timeout),
              () -> letGo(pool));
        },
        () -> {
          Pool pool = full();
          return new Wait(
              "Pool.add",
              timeout -> pool.add(Greenlets.spawn(() -> forever()), timeout),
              () -> letGo(pool));
        },
        () -> {
          Pool pool = full();
          return new Wait("Pool.waitUntilFree", pool::waitUntilFree, () -> letGo(pool));
        },
        () -> {
          Group group = new Group();
          group.spawn(() -> forever());
          return new Wait("Group.join", group::join, () -> letGo(group));
        },
        () -> {
          Group group = new Group();
          group.spawn(() -> forever());
          return new Wait("Group.joinOrThrow", group::joinOrThrow, () -> letGo(group));
        },
        () -> {
          Event gate = new Event();
          Group group = new Group();
          group.spawn(
              () -> {
                while (!gate.isSet()) {
                  try {
                    gate.waitUntilSet();
                  } catch (GreenletExit e) {
                    // A stubborn one.
                  }
                }
              });
          Greenlets.yieldNow();
          return new Wait("Greenlet of Group.kill", group::kill, gate::set);
        },
        () -> {
          Event gate = new Event();
          Results<Boolean> results =
              new Group()
                  .imap(
                      List.of(1, 2, 3),
                      _ -> {
                        gate.waitUntilSet();
                        return true;
                      });
          return new Wait(
              "Greenlet of Results.next",
              timeout -> Timeout.withTimeout(timeout, false, results::next),
              () -> openAndYield(gate));
        },
        () -> {
          Event gate = new Event();
          Results<Boolean> results =
              new Group()
                  .imapUnordered(
                      List.of(1),
                      _ -> {
                        gate.waitUntilSet();
                        return true;
                      });
          return new Wait(
              "Greenlet of Results.hasNext",
              timeout -> Timeout.withTimeout(timeout, false, results::hasNext),
              () -> openAndYield(gate));
        },
        () -> {
          Event gate = new Event();
          ExecutorService executor = new Group().asExecutorService();
          executor.execute(gate::waitUntilSet);
          executor.shutdown();
          return new Wait(
              "Greenlet of ExecutorService.awaitTermination",
              timeout -> executor.awaitTermination(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS),
              gate::set);
        },
        () -> {
          Event gate = new Event();
          return new Wait(
              "Greenlet of TaskGroup.run",
              timeout ->
                  Timeout.withTimeout(
                      timeout,
                      false,
                      () ->
                          TaskGroup.call(
                              tasks -> {
                                tasks.spawn(() -> gate.waitUntilSet());
                                return true;
                              })),
              () -> openAndYield(gate));
        });
  }

  /** The end of work is heard of a turn after it. */
  private static void openAndYield(Event gate) {
    gate.set();
    Greenlets.yieldNow();
  }

  private static Pool full() {
    Pool pool = new Pool(1);
    pool.spawn(() -> forever());
    return pool;
  }

  private static boolean forever() {
    new Event().waitUntilSet();
    return true;
  }

  private static Hub hub() {
    return Hub.current();
  }

  /** One member goes: its place is free at that moment. */
  private static void letGo(Group group) {
    List<Greenlet<?>> members = new ArrayList<>();
    group.forEach(members::add);
    group.discard(members.getFirst());
  }
}
