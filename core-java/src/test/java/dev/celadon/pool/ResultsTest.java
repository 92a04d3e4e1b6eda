package dev.celadon.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResultsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final List<Throwable> reported = new ArrayList<>();

  private void run(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withClock(new VirtualClock())
            .withErrorHandler((_, failure) -> reported.add(failure)),
        body);
  }

  /** Sleeps for as many seconds as it is told; fails for a negative number. */
  private static int sleepFor(int seconds) throws IOException {
    Greenlets.sleep(SECOND.multipliedBy(Math.abs(seconds)));
    if (seconds < 0) {
      throw new IOException("" + seconds);
    }
    return seconds;
  }

  /** Gives some items, then fails. */
  private static Iterable<Integer> failingBehind(RuntimeException failure, Integer... items) {
    return () -> {
      Iterator<Integer> good = Arrays.asList(items).iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return true;
        }

        @Override
        public Integer next() {
          if (!good.hasNext()) {
            throw failure;
          }
          return good.next();
        }
      };
    };
  }

  private String read(Results<?> results) {
    List<String> all = new ArrayList<>();
    while (results.hasNext()) {
      try {
        all.add("" + results.next());
      } catch (Exception e) {
        all.add(e.getClass().getSimpleName() + ":" + e.getMessage());
      }
    }
    assertFalse(results.hasNext());
    assertThrows(NoSuchElementException.class, results::next);
    return String.join(" ", all);
  }

  // --- map

  @Test
  void mapGivesTheResultsInTheOrderOfTheItems() throws Exception {
    run(
        () -> {
          assertEquals(List.of(3, 1, 2), new Group().map(List.of(3, 1, 2), ResultsTest::sleepFor));
          assertEquals(List.of(3, 1, 2), new Pool(2).map(List.of(3, 1, 2), ResultsTest::sleepFor));
          assertEquals(List.of(), new Pool(2).map(List.<Integer>of(), ResultsTest::sleepFor));
          assertEquals(
              List.of("a1", "b2"),
              new Pool(1).map(List.of("a", "b"), List.of(1, 2, 3), (a, b) -> a + b));
          assertEquals(
              Arrays.asList(null, 1), new Pool(1).map(Arrays.asList(null, 1), item -> item));
        });
  }

  @Test
  void whatIsMappedWasSpawnedWhereTheMappingWasAskedFor() throws Exception {
    run(
        () -> {
          List<String> sites =
              new Group()
                  .map(
                      List.of(1, 2),
                      _ ->
                          RawGreenlet.currentOrNull() instanceof Greenlet<?> greenlet
                              ? greenlet.spawnSite()
                              : "");
          assertTrue(sites.getFirst().contains("(ResultsTest.java:"), sites.getFirst());
          assertEquals(sites.getFirst(), sites.getLast());
        });
  }

  @Test
  void mapThrowsTheFirstFailureInTheOrderOfTheItemsAndTheOthersGoOn() throws Exception { // row 52
    run(
        () -> {
          Pool pool = new Pool(4);
          IOException failure =
              assertThrows(
                  IOException.class, () -> pool.map(List.of(1, -3, -2, 5), ResultsTest::sleepFor));
          assertEquals("-3", failure.getMessage());
          assertEquals(1, pool.size(), "the fourth goes on");
          pool.join();
        });
    assertEquals(1, reported.size());
    assertEquals("-2", reported.getFirst().getMessage());
  }

  @Test
  void aFailureBehindTheOneThatMapThrewIsReported() throws Exception {
    RuntimeException input = new IllegalStateException("input");
    run(
        () -> {
          Pool pool = new Pool(1);
          assertThrows(
              IOException.class,
              () -> pool.map(failingBehind(input, -1, 2, -3), ResultsTest::sleepFor));
          Greenlets.sleep(SECOND.multipliedBy(20));
          assertTrue(pool.isEmpty());
        });
    assertEquals(2, reported.size());
    assertTrue(reported.contains(input));
  }

  @Test
  void mapAsyncNeverWaitsAndItsCallbackGetsTheList() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(1);
          Greenlet<List<Integer>> good =
              pool.mapAsync(
                  List.of(1, 2), ResultsTest::sleepFor, list -> trail.step(list.toString()));
          Greenlet<List<Integer>> bad =
              pool.mapAsync(List.of(-1), ResultsTest::sleepFor, _ -> trail.step("never"));
          trail.step("at-once");
          assertEquals(List.of(1, 2), good.result());
          assertThrows(IOException.class, bad::result);
          assertEquals(List.of(5), pool.mapAsync(List.of(5), ResultsTest::sleepFor).result());
        });
    trail.is("at-once [1, 2]");
  }

  // --- imap

  @Test
  void imapStartsAtTheCallAndKeepsTheOrder() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Results<Integer> results = group.imap(List.of(3, 1, 2), ResultsTest::sleepFor);
          Greenlets.yieldNow();
          assertEquals(3, group.size(), "nobody reads yet");
          assertEquals("3 1 2", read(results));
          assertTrue(group.isEmpty());
        });
  }

  @Test
  void imapUnorderedGivesWhatIsReadyFirst() throws Exception {
    run(
        () -> {
          List<Integer> all = new ArrayList<>();
          try (var results = new Group().imapUnordered(List.of(3, 1, 2), ResultsTest::sleepFor)) {
            for (int result : results) {
              all.add(result);
            }
          }
          assertEquals(List.of(1, 2, 3), all);
          assertEquals(
              "3 1 2", read(new Pool(1).imapUnordered(List.of(3, 1, 2), ResultsTest::sleepFor)));
        });
  }

  @Test
  void anItemThatFailsThrowsAtItsOwnPlaceAndTheOthersCanBeRead() throws Exception { // row 52
    run(
        () -> {
          Pool pool = new Pool(4);
          List<Integer> items = List.of(4, -3, 2, 1);
          assertEquals("4 IOException:-3 2 1", read(pool.imap(items, ResultsTest::sleepFor)));
          assertEquals(
              "1 2 IOException:-3 4", read(pool.imapUnordered(items, ResultsTest::sleepFor)));
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void aFailureOfTheInputComesBehindAllResults() throws Exception { // row 53
    RuntimeException failure = new IllegalStateException("input");
    run(
        () -> {
          Pool pool = new Pool(4);
          assertEquals(
              "2 1 IllegalStateException:input",
              read(pool.imap(failingBehind(failure, 2, 1), ResultsTest::sleepFor)));
          // Unlike gevent, where it overtakes the results and nothing tells the end.
          assertEquals(
              "1 2 IllegalStateException:input",
              read(pool.imapUnordered(failingBehind(failure, 2, 1), ResultsTest::sleepFor)));
          Iterable<Integer> broken =
              () -> {
                throw failure;
              };
          assertEquals(
              "IllegalStateException:input", read(pool.imap(broken, ResultsTest::sleepFor)));
        });
    assertEquals(List.of(), reported);
  }

  @Test
  void theBoundLimitsWhatIsUnread() throws Exception { // row 54
    run(
        () -> {
          int[] produced = new int[1];
          int[] pulled = new int[1];
          Iterable<Integer> endless =
              () -> IntStream.iterate(0, i -> i + 1).peek(_ -> pulled[0]++).iterator();
          Results<Integer> results =
              new Group().imapUnordered(endless, item -> item + 0 * produced[0]++, 2);
          Greenlets.sleep(SECOND);
          assertEquals(2, produced[0]);
          assertEquals(0, results.next());
          Greenlets.sleep(SECOND);
          assertEquals(3, produced[0]);
          assertEquals(1, results.next());
          assertEquals(2, results.next());
          Greenlets.sleep(SECOND);
          assertEquals(5, produced[0]);
          assertTrue(pulled[0] <= 6, "the input is read only as far: " + pulled[0]);
          results.close();
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void aBoundOfOneStillDeliversAll() throws Exception {
    run(
        () -> {
          List<Integer> items = List.of(2, 1, -1, 3);
          assertEquals(
              "2 1 IOException:-1 3", read(new Group().imap(items, ResultsTest::sleepFor, 1)));
          assertEquals(
              "a1 b2", read(new Group().imap(List.of("a", "b"), List.of(1, 2), (a, b) -> a + b)));
          assertEquals(
              "a1 b2",
              read(new Group().imapUnordered(List.of("a", "b"), List.of(1, 2), (a, b) -> a + b)));
          assertEquals(
              "maxUnread must be at least 1: 0; leave it out for no bound",
              assertThrows(
                      IllegalArgumentException.class,
                      () -> new Group().imap(items, ResultsTest::sleepFor, 0))
                  .getMessage());
        });
  }

  @Test
  void theInputMayWaitWithoutHoldingUpTheReader() throws Exception {
    run(
        () -> {
          Iterable<Integer> slow =
              () -> IntStream.range(0, 3).peek(_ -> Greenlets.sleep(SECOND)).boxed().iterator();
          Results<Integer> results = new Pool(1).imap(slow, item -> item);
          trail.step("made");
          assertEquals("0 1 2", read(results));
        });
    trail.is("made");
  }

  @Test
  void closeKillsTheFeederAndTheMembersAndLeavesNothingBehind() throws Exception {
    run(
        () -> {
          Pool pool = new Pool(3);
          Greenlet<?> bystander = pool.spawn(() -> new Event().waitUntilSet());
          for (boolean ordered : new boolean[] {true, false}) {
            Mapping<Integer, Integer> work =
                item -> {
                  try {
                    return sleepFor(item);
                  } finally {
                    trail.step("end" + item);
                  }
                };
            Results<Integer> results =
                ordered
                    ? pool.imap(List.of(1, 9, 8, 7), work)
                    : pool.imapUnordered(List.of(1, 9, 8, 7), work);
            assertEquals(1, results.next());
            results.close();
            trail.step("closed");
            assertFalse(results.hasNext());
            assertThrows(NoSuchElementException.class, results::next);
            results.close();
            Greenlets.yieldNow(); // the pool hears of the ends a turn later
            assertEquals(1, pool.size());
            assertEquals(0, pool.waiting());
            assertEquals(0, Hub.current().loop().pendingTimers());
          }
          assertFalse(bystander.isReady());
        });
    trail.is("end1 end9 closed end1 end9 closed");
    assertEquals(List.of(), reported);
  }

  @Test
  void closeLetsAWaitingReaderGo() throws Exception {
    run(
        () -> {
          Results<Boolean> results =
              new Group().imap(List.of(1), _ -> new Event().waitUntilSet(Duration.ofDays(1)));
          Greenlet<Boolean> reader = Greenlets.spawn(() -> results.hasNext());
          Greenlets.yieldNow();
          results.close();
          assertFalse(reader.result());
        });
  }

  @Test
  void workThatClosesItsOwnResultsEndsWithThem() throws Exception {
    run(
        () -> {
          List<Results<?>> self = new ArrayList<>();
          Group group = new Group();
          Results<?> results =
              group.imap(
                  List.of(1, 2),
                  _ -> {
                    self.getFirst().close();
                    trail.step("never");
                    return 0;
                  });
          self.add(results);
          assertFalse(results.hasNext());
          group.join();
        });
    trail.is("");
  }

  @Test
  void aKilledMemberIsACancellationAtItsPlace() throws Exception {
    run(
        () -> {
          Group group = new Group();
          Results<Integer> results = group.imap(List.of(1, 2, 3), ResultsTest::sleepFor);
          Greenlets.yieldNow();
          List<Greenlet<?>> members = new ArrayList<>();
          group.forEach(members::add);
          members.get(1).killAsync();
          assertEquals(1, results.next());
          assertThrows(CancellationException.class, results::next);
          assertEquals(3, results.next());
          assertFalse(results.hasNext());
        });
  }

  @Test
  void severalReadersShareTheResults() throws Exception {
    run(
        () -> {
          List<Integer> items = IntStream.range(0, 20).boxed().toList();
          Results<Integer> results = new Pool(3).imap(items, item -> sleepFor(item % 3) + item);
          List<Integer> got = new ArrayList<>();
          List<Greenlet<?>> readers = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            readers.add(
                Greenlets.spawn(
                    () -> {
                      try {
                        while (true) {
                          got.add(results.next());
                        }
                      } catch (NoSuchElementException e) {
                        trail.step("end");
                      }
                    }));
          }
          Greenlets.joinAll(readers);
          assertEquals(20, got.size());
        });
    trail.is("end end end");
  }

  // --- Orders

  @Test
  void everyItemIsWorkedForOnceAndReadOnceInAnyOrder() {
    long[] seed = new long[1];
    Simulation.explore(
        1_000,
        () -> {
          Random random = new Random(seed[0]++);
          Pool pool = new Pool(1 + random.nextInt(3));
          boolean ordered = random.nextBoolean();
          int bound = 1 + random.nextInt(4);
          int count = 12;
          int[] worked = new int[count];
          List<Integer> items = IntStream.range(0, count).boxed().toList();
          Mapping<Integer, Integer> work =
              item -> {
                worked[item]++;
                Greenlets.sleep(Duration.ofNanos(random.nextInt(10)));
                if (item % 5 == 4) {
                  throw new IOException("" + item);
                }
                return item;
              };
          List<Integer> read = new ArrayList<>();
          boolean early = random.nextInt(4) == 0;
          try (var results =
              ordered ? pool.imap(items, work, bound) : pool.imapUnordered(items, work, bound)) {
            Body reader =
                () -> {
                  while (results.hasNext() && !(early && read.size() > 5)) {
                    try {
                      read.add(results.next());
                    } catch (Exception e) { // unchanged, although next() declares none
                      read.add(Integer.valueOf(e.getMessage()));
                    }
                    Greenlets.sleep(Duration.ofNanos(random.nextInt(10)));
                  }
                };
            Greenlet<?> first = Greenlets.spawn(reader); // is killed in a wait or in a sleep
            Greenlets.sleep(Duration.ofNanos(random.nextInt(40)));
            first.kill();
            reader.run();
          }
          for (int times : worked) {
            assertTrue(times <= 1);
          }
          if (ordered) {
            assertEquals(IntStream.range(0, read.size()).boxed().toList(), read);
          }
          if (!early) {
            List<Integer> sorted = new ArrayList<>(read);
            Collections.sort(sorted);
            assertEquals(items, sorted);
          }
          pool.join();
          assertTrue(pool.isEmpty());
          assertEquals(0, pool.waiting());
          assertEquals(pool.capacity(), pool.free());
          assertEquals(0, Hub.current().loop().pendingTimers());
        });
  }

  @Test
  void readsAcrossHubsAndThreads() throws Exception {
    try (Hub one = Hub.start("one")) {
      Pool pool = new Pool(4);
      Greenlet<Results<Integer>> made =
          Greenlet.spawn(
              one,
              () ->
                  pool.imap(
                      IntStream.range(0, 2_000).boxed().toList(),
                      item -> {
                        Greenlets.yieldNow();
                        return item;
                      },
                      8));
      Results<Integer> results = made.result(); // read by this plain thread
      for (int i = 0; i < 2_000; i++) {
        assertEquals(i, results.next());
      }
      assertFalse(results.hasNext());
      results.close();
    }
  }
}
