package dev.celadon.benchmarks;

import dev.celadon.loop.Parking;
import dev.celadon.sync.Event;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Parties that wait for an event, and one more that makes it happen when all are there, again and
 * again, with a new event each time: the processor time of one party's wait.
 */
final class EventSides {

  static final Case CASE =
      new Case(
              "event",
              "ns",
              1_000_000,
              new Side(Case.CELADON, EventSides::celadon),
              List.of(
                  new Side("minimal-scheduler", EventSides::minimalScheduler),
                  new Side("virtual-thread", OneCarrier.FLAGS, EventSides::virtualThread),
                  new Side("vertx-virtual-thread", OneCarrier.FLAGS, EventSides::vertx),
                  KotlinSides.side(KotlinWork::event),
                  GeventSides.side("event")))
          .growing(10);

  private EventSides() {}

  /**
   * What the parties meet in. Nobody can be more than one round behind, so the round that one finds
   * after an event is the next one.
   */
  private static final class Meeting<R> {
    R round;

    Meeting(R first) {
      round = first;
    }
  }

  private static final class GreenletRound {
    final Event here = new Event();
    final Event go = new Event();
    int missing;

    GreenletRound(int parties) {
      missing = parties;
    }
  }

  private static double celadon(int operations, int parties) throws Exception {
    int rounds = operations / parties;
    Meeting<GreenletRound> meeting = new Meeting<>(new GreenletRound(parties));
    return GreenletParties.cost(
        parties + 1,
        number -> {
          for (int i = 0; i < rounds; i++) {
            GreenletRound round = meeting.round;
            if (number == parties) {
              round.here.waitUntilSet();
              meeting.round = new GreenletRound(parties);
              round.go.set();
            } else {
              if (--round.missing == 0) {
                round.here.set();
              }
              round.go.waitUntilSet();
            }
          }
        });
  }

  /** The floor: who waits, in a list, and everybody in it is unparked. */
  private static final class ParkingEvent {
    private final List<Thread> waiting = new ArrayList<>();
    private boolean set;

    void set() {
      set = true;
      waiting.forEach(Parking::unpark);
    }

    void waitUntilSet() {
      waiting.add(Thread.currentThread());
      while (!set) {
        Parking.park();
      }
    }
  }

  private static final class ParkingRound {
    final ParkingEvent here = new ParkingEvent();
    final ParkingEvent go = new ParkingEvent();
    int missing;

    ParkingRound(int parties) {
      missing = parties;
    }
  }

  private static double minimalScheduler(int operations, int parties) throws Exception {
    int rounds = operations / parties;
    Meeting<ParkingRound> meeting = new Meeting<>(new ParkingRound(parties));
    return new MinimalScheduler()
        .cost(
            parties + 1,
            number -> {
              for (int i = 0; i < rounds; i++) {
                ParkingRound round = meeting.round;
                if (number == parties) {
                  round.here.waitUntilSet();
                  meeting.round = new ParkingRound(parties);
                  round.go.set();
                } else {
                  if (--round.missing == 0) {
                    round.here.set();
                  }
                  round.go.waitUntilSet();
                }
              }
            });
  }

  private record ThreadRound(CountDownLatch here, CountDownLatch go) {
    ThreadRound(int parties) {
      this(new CountDownLatch(parties), new CountDownLatch(1));
    }
  }

  private static double virtualThread(int operations, int parties) throws Exception {
    int rounds = operations / parties;
    Meeting<ThreadRound> meeting = new Meeting<>(new ThreadRound(parties));
    return VirtualThreadParties.cost(
        parties + 1,
        number -> {
          for (int i = 0; i < rounds; i++) {
            ThreadRound round = meeting.round;
            if (number == parties) {
              round.here.await();
              meeting.round = new ThreadRound(parties);
              round.go.countDown();
            } else {
              round.here.countDown();
              round.go.await();
            }
          }
        });
  }

  private static final class VertxRound {
    final Promise<Void> here = Promise.promise();
    final Promise<Void> go = Promise.promise();
    int missing;

    VertxRound(int parties) {
      missing = parties;
    }
  }

  private static double vertx(int operations, int parties) throws Exception {
    int rounds = operations / parties;
    Meeting<VertxRound> meeting = new Meeting<>(new VertxRound(parties));
    return VertxParties.cost(
        parties + 1,
        number -> {
          for (int i = 0; i < rounds; i++) {
            VertxRound round = meeting.round;
            if (number == parties) {
              round.here.future().await();
              meeting.round = new VertxRound(parties);
              round.go.complete();
            } else {
              if (--round.missing == 0) {
                round.here.complete();
              }
              round.go.future().await();
            }
          }
        });
  }
}
