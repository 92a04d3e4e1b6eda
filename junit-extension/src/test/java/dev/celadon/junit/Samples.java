package dev.celadon.junit;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.spawnLater;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.net.StreamServer;
import dev.celadon.net.StreamSocket;
import dev.celadon.queue.Queue;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import dev.celadon.threadpool.ThreadPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests that {@link HubTestTest} runs, here and with other versions of JUnit. */
final class Samples {

  /** What happened, in order. */
  static final List<String> TRAIL = new ArrayList<>();

  private Samples() {}

  static class Passing {

    @HubTest
    void hoursTakeNoTime(Hub hub, VirtualClock clock) {
      assertSame(hub, Hub.current());
      sleep(Duration.ofHours(5));
      assertEquals(Duration.ofHours(5), clock.elapsed());
    }

    @HubTest
    void aLateAnswerIsGivenUp(VirtualClock clock) {
      Queue<String> answers = new Queue<>();
      spawnLater(Duration.ofMinutes(6), () -> answers.put("late"));
      assertNull(answers.get(Duration.ofMinutes(5)));
      assertEquals(Duration.ofMinutes(5), clock.elapsed());
      assertEquals("late", answers.get());
    }

    @HubTest
    void offLoadedWorkHoldsTime(VirtualClock clock) throws Exception {
      var sleeper = spawn(() -> sleep(Duration.ofHours(1)));
      String value =
          ThreadPool.offload(
              () -> {
                Thread.sleep(20);
                return "value";
              });
      assertEquals("value", value);
      assertEquals(Duration.ZERO, clock.elapsed());
      sleeper.join();
    }

    @HubTest
    void aServerDoesNotHoldTime() throws Exception {
      StreamServer server =
          new StreamServer(
              "localhost:0", socket -> socket.inputStream().transferTo(socket.outputStream()));
      server.start();
      try (StreamSocket socket = StreamSocket.connect("localhost", server.port())) {
        sleep(Duration.ofHours(1));
        socket.write(new byte[] {42});
        assertEquals(42, socket.inputStream().read());
      }
      server.stop();
    }

    @HubTest(virtualTime = false)
    void realTimePasses(Hub hub) {
      sleep(Duration.ofMillis(1));
      assertTrue(!hub.loop().isSimulated());
    }

    @HubTest(leaks = Leaks.KILL)
    void leaksMayBeKilled() {
      spawn(() -> new Event().waitUntilSet());
    }

    @HubTest
    void whoIsAboutToEndIsNoLeak() {
      spawn(() -> sleep(Duration.ZERO));
    }
  }

  static class AllInOneHub {

    private Hub hub;
    private RawGreenlet greenlet;

    @BeforeEach
    void before(Hub hub) {
      this.hub = hub;
      greenlet = RawGreenlet.currentOrNull();
      spawn(() -> TRAIL.add("spawned before"));
      TRAIL.add("before");
    }

    @HubTest
    void test(Hub hub) {
      assertSame(this.hub, hub);
      assertNotNull(greenlet);
      assertSame(greenlet, RawGreenlet.currentOrNull());
      sleep(Duration.ofSeconds(1));
      TRAIL.add("test");
    }

    @AfterEach
    void after() {
      assertSame(hub, Hub.current());
      TRAIL.add("after");
    }
  }

  static class Failing {

    static final class Boom extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    @HubTest
    void itsOwnFailure() {
      throw new Boom();
    }

    @HubTest
    void aGreenletsFailure() {
      spawn(
          () -> {
            throw new Boom();
          });
    }

    @HubTest
    void twoGreenletsFailures() {
      for (int i = 0; i < 2; i++) {
        spawn(
            () -> {
              throw new Boom();
            });
      }
      sleep(Duration.ofSeconds(1));
    }

    @HubTest
    void deadlock() {
      spawn(() -> new Event().waitUntilSet()).named("the other one");
      new Queue<String>().get();
    }

    @HubTest
    void leak() {
      spawn(() -> sleep(Duration.ofHours(1))).named("the forgotten one");
    }

    @HubTest(timeoutSeconds = 1, virtualTime = false)
    void tooLong() {
      sleep(Duration.ofHours(1));
    }

    @HubTest(timeoutSeconds = 1)
    void holdsItsThread() {
      while (!Thread.interrupted()) {
        Thread.onSpinWait();
      }
    }

    @HubTest(virtualTime = false)
    void noClockInRealTime(VirtualClock clock) {
      assertNotNull(clock);
    }

    @HubTest(seeds = -1)
    void lessThanNoSeeds() {}
  }

  /** What a test leaves behind for the methods that come after it. */
  static class LeavingThingsBehind {

    @HubTest(timeoutSeconds = 5)
    void anInterrupt() {
      Thread.currentThread().interrupt();
    }

    @AfterEach
    void after() {
      sleep(Duration.ofSeconds(1));
      TRAIL.add("after");
    }
  }

  static class Wrapped {

    @HubTest
    void failure() {
      throw new CompletionException(new Failing.Boom());
    }
  }

  static class Killed {

    @HubTest(timeoutSeconds = 5)
    void lateKill() {
      Objects.requireNonNull(RawGreenlet.currentOrNull()).throwIn(new GreenletExit("late"));
    }

    @AfterEach
    void after() {
      sleep(Duration.ofSeconds(1));
    }
  }

  /** Each of them ends in one way only, however the threads of the test and of JUnit meet. */
  static class ShuttingDown {

    @HubTest(seeds = 50)
    void asItsLastAct(Hub hub) {
      spawn(() -> new Event().waitUntilSet()).named("left");
      hub.shutdown();
    }

    @HubTest(virtualTime = false)
    void inRealTime(Hub hub) {
      hub.shutdown();
    }

    @HubTest(seeds = 50)
    void andTakingTheKill(Hub hub) {
      hub.shutdown();
      try {
        sleep(Duration.ofSeconds(1));
      } catch (GreenletExit _) {
        TRAIL.add("killed");
      }
    }

    @HubTest
    void inTheMiddle(Hub hub) {
      hub.shutdown();
      TRAIL.add("goes on");
      sleep(Duration.ofSeconds(1));
      TRAIL.add("never");
    }
  }

  static class ShutDownBefore {

    @HubTest
    void test(Hub hub) {
      hub.shutdown();
    }

    @AfterEach
    void after() {
      TRAIL.add("never");
    }
  }

  static class Aborted {
    @HubTest
    void assumption() {
      assumeTrue(false);
    }
  }

  static class Seeded {

    private int runsOfThisInstance;

    private static String order() {
      StringBuilder order = new StringBuilder();
      for (String name : List.of("a", "b", "c", "d")) {
        spawn(() -> order.append(name));
      }
      sleep(Duration.ofSeconds(1));
      return order.toString();
    }

    @HubTest(seeds = 1_000)
    void aThousandOrders() {
      assertEquals(1, ++runsOfThisInstance);
      TRAIL.add(order());
    }

    @HubTest(seed = {7, 7, 8})
    void chosenSeeds() {
      TRAIL.add(order());
    }
  }

  static class SeededFailing {

    @HubTest(seeds = 1_000)
    void failsWithTheFourth() {
      TRAIL.add("run");
      assertTrue(TRAIL.size() < 4);
    }

    @HubTest(seed = 17)
    void failsInTheBackground() {
      spawn(
          () -> {
            throw new Failing.Boom();
          });
    }
  }
}
