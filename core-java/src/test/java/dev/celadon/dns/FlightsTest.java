package dev.celadon.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Timeout;
import dev.celadon.greenlet.TimeoutExpired;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Waiter;
import dev.celadon.simulation.Simulation;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Shared look-ups in every order of events. */
class FlightsTest {

  /**
   * Makes the calls in greenlets of the hub, so many at a time: threads as a simulation has them.
   */
  private static final class GreenletCrew implements Flights.Crew {

    private final int limit;
    private final ArrayDeque<Waiter> line = new ArrayDeque<>();
    private int busy;

    GreenletCrew(int limit) {
      this.limit = limit;
    }

    @Override
    public void run(Runnable call, Waiter ticket) {
      ticket.carry(call);
      line.add(ticket);
      next();
    }

    private void next() {
      if (busy < limit && !line.isEmpty()) {
        Runnable call = (Runnable) line.remove().payload();
        busy++;
        Hub.current()
            .spawnRaw(
                () -> {
                  call.run();
                  busy--;
                  next();
                });
      }
    }

    @Override
    public void withdraw(Waiter ticket) {
      assertTrue(line.remove(ticket), "what is dropped stands in the line");
    }

    @Override
    public boolean isOutside() {
      return false;
    }
  }

  @Test
  void nothingIsLostOrAskedTwiceInAnyOrderOfKillsAndTimeouts() {
    Simulation.explore(
        1_000,
        () -> {
          Random random = new Random(7);
          GreenletCrew crew = new GreenletCrew(2);
          Map<Integer, Integer> inTheAir = new HashMap<>();
          AtomicInteger calls = new AtomicInteger();
          Flights<Integer, String> flights =
              new Flights<>(
                  crew,
                  question -> {
                    assertEquals(1, inTheAir.merge(question, 1, Integer::sum), "one at a time");
                    calls.incrementAndGet();
                    Greenlets.sleep(Duration.ofNanos(1 + random.nextInt(40)));
                    inTheAir.remove(question);
                    if (question == 2) {
                      throw new UnknownHostException("2");
                    }
                    return "answer " + question;
                  });
          List<Greenlet<?>> askers = new ArrayList<>();
          AtomicInteger answered = new AtomicInteger();
          for (int i = 0; i < 24; i++) {
            int question = random.nextInt(4);
            long patience = random.nextInt(100);
            askers.add(Greenlets.spawn(() -> ask(flights, question, patience, answered)));
            if (random.nextInt(3) == 0) {
              Greenlets.sleep(Duration.ofNanos(random.nextInt(30)));
              askers.get(random.nextInt(askers.size())).killAsync();
            }
          }
          Greenlets.joinAll(askers);
          assertTrue(askers.stream().allMatch(Greenlet::isSuccessful));
          assertTrue(answered.get() >= 1);
          Greenlets.sleep(Duration.ofSeconds(1));
          assertEquals(0, flights.size(), "no flight is left");
          assertEquals(0, crew.busy);
          assertTrue(crew.line.isEmpty());
          assertTrue(inTheAir.isEmpty());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  private static void ask(
      Flights<Integer, String> flights, int question, long patience, AtomicInteger answered)
      throws Exception {
    Timeout timeout = Timeout.start(Duration.ofNanos(2 * patience));
    try (timeout) {
      String answer = flights.ask(question, patience == 0 ? Long.MAX_VALUE : patience);
      if (answer != null) {
        assertEquals("answer " + question, answer);
        assertTrue(question != 2);
        answered.incrementAndGet();
      }
    } catch (UnknownHostException e) {
      assertEquals(2, question);
      assertEquals("2", e.getMessage());
    } catch (TimeoutExpired e) {
      assertEquals(timeout, e.timeout());
    }
  }

  @Test
  void everyoneGetsAnAnswerWhenManyThreadsAndGreenletsAsk() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    LookupThreads threads = new LookupThreads("hammer", 3);
    Flights<Integer, Integer> flights =
        new Flights<>(
            threads,
            question -> {
              calls.incrementAndGet();
              return -question;
            });
    CountDownLatch ended = new CountDownLatch(4);
    AtomicInteger right = new AtomicInteger();
    for (int t = 0; t < 4; t++) {
      int first = t;
      Thread.ofPlatform()
          .start(
              () -> {
                for (int i = 0; i < 2_000; i++) {
                  right.addAndGet(isRight(flights, (first + i) % 7) ? 1 : 0);
                }
                ended.countDown();
              });
    }
    Hub.run(
        () -> {
          List<Greenlet<?>> greenlets = new ArrayList<>();
          for (int g = 0; g < 20; g++) {
            int first = g;
            greenlets.add(
                Greenlets.spawn(
                    () -> {
                      for (int i = 0; i < 100; i++) {
                        right.addAndGet(isRight(flights, (first + i) % 7) ? 1 : 0);
                      }
                    }));
          }
          Greenlets.joinAll(greenlets);
        });
    ended.await();
    assertEquals(4 * 2_000 + 20 * 100, right.get());
    assertTrue(calls.get() <= right.get());
    assertTrue(threads.size() <= 3);
    assertEquals(0, flights.size());
    assertEquals(0, threads.waiting());
  }

  private static boolean isRight(Flights<Integer, Integer> flights, int question) {
    try {
      return flights.ask(question, Long.MAX_VALUE) == -question;
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
