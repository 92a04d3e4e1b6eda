package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.sync.CountDownLatch;
import dev.celadon.sync.Event;
import java.util.ArrayList;
import java.util.List;

/** Parties that are greenlets of one hub. */
final class GreenletParties {

  private GreenletParties() {}

  /** The processor time from the moment when all begin, each with its spawn behind it. */
  static double cost(int parties, Party party) throws Exception {
    return Hub.run(
        () -> {
          Event begin = new Event();
          CountDownLatch ended = new CountDownLatch(parties);
          List<Greenlet<?>> all = new ArrayList<>(parties);
          for (int i = 0; i < parties; i++) {
            int number = i;
            all.add(
                Greenlets.spawn(
                    () -> {
                      begin.waitUntilSet();
                      try {
                        party.run(number);
                      } finally {
                        ended.countDown();
                      }
                    }));
          }
          Greenlets.yieldNow();
          long start = Cpu.nanos();
          begin.set();
          ended.waitUntilZero();
          long end = Cpu.nanos();
          all.forEach(Greenlet::result); // or the failure
          return (double) (end - start);
        });
  }
}
