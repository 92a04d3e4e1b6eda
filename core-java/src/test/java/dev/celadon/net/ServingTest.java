package dev.celadon.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.BlockingSwitchOut;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.net.FakeIntake.Job;
import dev.celadon.pool.Pool;
import dev.celadon.simulation.Simulation;
import dev.celadon.simulation.VirtualClock;
import dev.celadon.sync.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What all servers do, in virtual time and without a network. */
class ServingTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Trail trail = new Trail();
  private final List<String> reports = new ArrayList<>();
  private final FakeIntake intake = new FakeIntake();

  private void inVirtualTime(dev.celadon.hub.Body body) throws Exception {
    Hub.run(
        HubOptions.defaults()
            .withClock(new VirtualClock())
            .withErrorHandler((source, failure) -> reports.add(source + ": " + failure)),
        body);
  }

  private static long millis() {
    return Hub.current().loop().nanoTime() / 1_000_000;
  }

  private static Job sleeper(String name, Duration time) {
    return new Job(name, () -> Greenlets.sleep(time));
  }

  private StreamServer started(ServerOptions options) throws IOException {
    StreamServer server = new StreamServer(intake, options);
    server.start();
    return server;
  }

  private StreamServer started() throws IOException {
    return started(ServerOptions.defaults());
  }

  @Test
  void acceptErrorsWaitLongerEachTimeUntilOneSucceeds() throws Exception {
    inVirtualTime(
        () -> {
          FakeIntake failing =
              new FakeIntake() {
                @Override
                public Work tryTake() throws IOException {
                  trail.step(millis() + "");
                  return super.tryTake();
                }
              };
          for (int i = 0; i < 9; i++) {
            failing.add(new IOException("Too many open files"));
          }
          failing.add(sleeper("a", Duration.ZERO)).add(new IOException("again"));
          try (StreamServer server = new StreamServer(failing, ServerOptions.defaults())) {
            server.start();
            Greenlets.sleep(Duration.ofSeconds(10));
          }
        });
    trail.is("0 10 30 70 150 310 630 1270 2270 3270 3270 3280");
    assertEquals(
        "StreamServer[fake/<unresolved>:1] could not accept: java.io.IOException: Too many open"
            + " files",
        reports.getFirst());
    assertEquals(10, reports.size());
  }

  @Test
  void aHandlerThatCannotBeSpawnedCostsItsConnectionAndTheShortestDelay() throws Exception {
    List<Job> jobs = IntStream.range(0, 4).mapToObj(i -> sleeper("j" + i, SECOND)).toList();
    inVirtualTime(
        () -> {
          intake.add(jobs.toArray());
          ServerOptions refusing =
              ServerOptions.defaults()
                  .withExecutor(
                      task -> {
                        trail.step(millis() + "");
                        throw new RejectedExecutionException("full");
                      });
          try (StreamServer server = started(refusing)) {
            Greenlets.sleep(SECOND);
            assertEquals(0, server.handlers());
          }
        });
    trail.is("0 10 20 30");
    jobs.forEach(job -> assertEquals(1, job.closed));
    assertEquals(
        "spawning the handler of j0 in StreamServer[fake/<unresolved>:1]:"
            + " java.util.concurrent.RejectedExecutionException: full",
        reports.getFirst());
  }

  @Test
  void aHandlersFailureIsReportedWithItsPeerAndServingGoesOn() throws Exception {
    Job bad =
        new Job(
            "bad",
            () -> {
              throw new IOException("Connection reset");
            });
    Job good = sleeper("good", SECOND);
    inVirtualTime(
        () -> {
          intake.add(bad, good);
          try (StreamServer _ = started()) {
            Greenlets.sleep(SECOND.multipliedBy(2));
          }
        });
    assertEquals(1, bad.closed);
    assertEquals(1, good.finished);
    assertEquals(1, reports.size());
    assertTrue(
        reports.getFirst().startsWith("handler of bad in StreamServer[fake"), reports::toString);
  }

  @Test
  void stopLetsHandlersEndByThemselves() throws Exception {
    Job job = sleeper("a", Duration.ofMillis(900));
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server = started();
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          Greenlet<Boolean> stop = Greenlets.spawn(() -> server.stop());
          Greenlets.yieldNow();
          assertTrue(intake.isClosed(), "at once");
          assertFalse(server.isStarted());
          assertTrue(stop.result());
          assertEquals(900, millis());
          assertTrue(server.stop(), "twice");
        });
    assertEquals(1, job.finished);
    assertEquals(1, job.closed);
  }

  @Test
  void stopKillsWhoeverIsNotDoneInTime() throws Exception {
    Job slow = sleeper("slow", Duration.ofSeconds(9));
    Job quick = sleeper("quick", Duration.ofMillis(5));
    inVirtualTime(
        () -> {
          intake.add(slow, quick);
          StreamServer server = started();
          Greenlets.sleep(Duration.ofMillis(1));
          assertEquals(2, server.handlers());
          assertFalse(server.stop(Duration.ofMillis(10)));
          assertEquals(11, millis());
          assertEquals(0, server.handlers());
        });
    assertEquals(0, slow.finished);
    assertEquals(1, slow.closed);
    assertEquals(1, quick.finished);
    assertEquals(List.of(), reports, "a kill is no news");
  }

  @Test
  void aHandlerThatSwallowsTheKillIsGivenUp() throws Exception {
    Job stubborn =
        new Job(
            "stubborn",
            () -> {
              while (millis() < 60_000) {
                try {
                  Greenlets.sleep(SECOND.multipliedBy(60));
                } catch (dev.celadon.hub.GreenletExit e) {
                  trail.step(millis() + "");
                }
              }
            });
    inVirtualTime(
        () -> {
          intake.add(stubborn);
          StreamServer server = started();
          Greenlets.sleep(Duration.ofMillis(1));
          assertFalse(server.stop(Duration.ofSeconds(2)));
          assertEquals(3_001, millis(), "2 s to end, 1 s to clean up");
          assertFalse(server.stop(Duration.ZERO));
          Greenlets.sleep(Duration.ofSeconds(90));
        });
    trail.is("2001");
  }

  @Test
  void aHandlerMayStopItsServerAndGoesOn() throws Exception {
    StreamServer[] server = new StreamServer[1];
    Job stopper =
        new Job(
            "stopper",
            () -> {
              trail.step("stopped:" + server[0].stop(Duration.ofSeconds(60)) + "@" + millis());
              Greenlets.sleep(SECOND);
              trail.step("on@" + millis());
            });
    Job twin =
        new Job(
            "twin", () -> trail.step("twin:" + server[0].stop(Duration.ofSeconds(60)) + millis()));
    inVirtualTime(
        () -> {
          intake.add(stopper, twin, sleeper("other", Duration.ofMillis(500)));
          server[0] = started();
          server[0].serveForever();
          trail.step("over@" + millis());
        });
    trail.is("twin:true500 stopped:true@500 on@1500 over@1500");
  }

  @Test
  void aKilledStopKillsTheHandlersAtOnce() throws Exception {
    Job job = sleeper("a", Duration.ofSeconds(9));
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server = started();
          Greenlets.sleep(Duration.ofMillis(1));
          Greenlet<?> stop = Greenlets.spawn(() -> server.stop(Duration.ofSeconds(60)));
          Greenlets.yieldNow();
          stop.kill();
          Greenlets.yieldNow();
          assertEquals(0, server.handlers());
        });
    assertEquals(1, job.closed);
  }

  @Test
  void aConnectionWhoseHandlerNeverRanIsClosed() throws Exception {
    Job job = sleeper("a", SECOND);
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server = started();
          Greenlets.yieldNow(); // the acceptor has spawned it
          assertEquals(1, server.handlers());
          assertEquals(0, job.begun);
          assertFalse(server.stop(Duration.ZERO));
          assertEquals(0, server.handlers());
        });
    assertEquals(0, job.begun);
    assertEquals(1, job.closed);
  }

  @Test
  void aFullPoolStopsAcceptingUntilSomebodyLeaves() throws Exception {
    Pool pool = new Pool(1);
    inVirtualTime(
        () -> {
          intake.add(
              new Job(
                  "a",
                  () -> {
                    trail.step("a");
                    Greenlets.sleep(SECOND);
                    throw new IllegalStateException("failed");
                  }),
              new Job("b", () -> trail.step("b@" + millis())));
          Greenlet<?> guest = pool.spawn(() -> Greenlets.sleep(SECOND));
          StreamServer server = started(ServerOptions.defaults().withPool(pool));
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          assertEquals(0, intake.asked, "a guest has the place");
          guest.join();
          Greenlets.sleep(Duration.ofMillis(1));
          int asked = intake.asked;
          Greenlets.sleep(Duration.ofMillis(900));
          assertEquals(asked, intake.asked, "nobody asks while it is full");
          Greenlets.sleep(SECOND);
          server.stop();
        });
    trail.is("a b@2000");
  }

  @Test
  void aConnectionThatWaitedForThePoolIsNeverHandledAfterTheStop() throws Exception {
    Job first = sleeper("a", SECOND.multipliedBy(60));
    Job second = sleeper("b", SECOND);
    inVirtualTime(
        () -> {
          intake.add(first, second);
          StreamServer server = started(ServerOptions.defaults().withPool(new Pool(1)));
          Greenlets.sleep(SECOND);
          assertFalse(server.stop(Duration.ofMillis(10)));
          Greenlets.sleep(SECOND);
        });
    assertEquals(0, first.finished);
    assertEquals(0, second.begun);
  }

  @Test
  void noMoreHandlersRunAtOnceThanAllowed() throws Exception {
    int[] now = new int[1];
    List<Job> jobs =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    new Job(
                        "j" + i,
                        () -> {
                          now[0]++;
                          assertTrue(now[0] <= 3);
                          Greenlets.sleep(SECOND);
                          now[0]--;
                        }))
            .toList();
    inVirtualTime(
        () -> {
          intake.add(jobs.toArray());
          StreamServer server = started(ServerOptions.defaults().withMaxHandlers(3));
          Greenlets.sleep(SECOND.multipliedBy(8));
          server.stop();
        });
    jobs.forEach(job -> assertEquals(1, job.finished));
    assertEquals(List.of(), reports);
  }

  @Test
  void pausesAndGoesOn() throws Exception {
    Job job = new Job("a", () -> trail.step("a@" + millis()));
    inVirtualTime(
        () -> {
          StreamServer server = new StreamServer(intake, ServerOptions.defaults());
          assertFalse(server.isStarted());
          server.stopAccepting();
          server.start();
          server.start();
          assertTrue(server.isStarted());
          assertFalse(server.isAccepting());
          intake.add(job);
          Greenlets.sleep(SECOND);
          server.startAccepting();
          assertTrue(server.isAccepting());
          Greenlets.sleep(SECOND);
          server.stop();
          assertThrows(IllegalStateException.class, server::start);
        });
    trail.is("a@1000");
  }

  @Test
  void othersHaveTheirTurnAfterSoManyAccepts() throws Exception {
    inVirtualTime(
        () -> {
          for (int i = 0; i < 5; i++) {
            intake.add(new Job("j" + i, () -> {}));
          }
          StreamServer server = started(ServerOptions.defaults().withMaxAccept(2));
          for (int i = 0; i < 3; i++) {
            Greenlets.yieldNow();
            trail.step(intake.asked + "");
          }
          server.stop();
        });
    trail.is("2 4 6");
  }

  @Test
  void aCallbackMustNotWait() throws Exception {
    Job waits = sleeper("waits", SECOND);
    Job answers = new Job("answers", () -> trail.step("answered"));
    inVirtualTime(
        () -> {
          intake.add(waits, answers);
          try (StreamServer server = started(ServerOptions.defaults().withCallbacks())) {
            Greenlets.sleep(SECOND);
            assertEquals(0, server.handlers());
          }
        });
    trail.is("answered");
    assertEquals(1, waits.closed);
    assertTrue(
        reports.getFirst().startsWith("handler of waits in StreamServer"), reports::toString);
    assertTrue(reports.getFirst().contains(BlockingSwitchOut.class.getSimpleName()));
  }

  @Test
  void anExecutorsHandlersLoseTheirConnectionInPlaceOfAKill() throws Exception {
    Job job = sleeper("a", SECOND.multipliedBy(60));
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server =
              started(ServerOptions.defaults().withExecutor(Hub.current()::spawnRaw));
          Greenlets.sleep(SECOND);
          assertFalse(server.stop(Duration.ZERO));
          assertEquals(1, job.closed, "under the handler");
          assertEquals(1, server.handlers());
          Greenlets.sleep(SECOND.multipliedBy(60));
          assertEquals(0, server.handlers());
        });
    assertEquals(1, job.finished);
  }

  @Test
  void anExecutorMayRunTheHandlerAtOnceAndItIsNotKilledByTheWay() throws Exception {
    Job job = sleeper("a", Duration.ofMillis(500));
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server = started(ServerOptions.defaults().withExecutor(Runnable::run));
          Greenlets.sleep(Duration.ofMillis(1));
          assertTrue(server.stop());
          assertEquals(500, millis());
        });
    assertEquals(1, job.finished);
  }

  @Test
  void serveForeverEndsWithTheStopAndAKillStopsTheServer() throws Exception {
    Job job = sleeper("a", Duration.ofMillis(500));
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server = new StreamServer(intake, ServerOptions.defaults());
          Greenlet<?> serving = Greenlets.spawn(server::serveForever);
          Greenlets.sleep(Duration.ofMillis(1));
          serving.kill();
          assertEquals(500, millis(), "it has drained");
          assertFalse(server.isStarted());
        });
    assertEquals(1, job.finished);
  }

  @Test
  void aLongDrainIsNotCutByServeForever() throws Exception {
    Job job = sleeper("a", Duration.ofSeconds(20));
    inVirtualTime(
        () -> {
          intake.add(job);
          StreamServer server = new StreamServer(intake, ServerOptions.defaults());
          Greenlet<?> serving = Greenlets.spawn(server::serveForever);
          Greenlets.sleep(SECOND);
          assertTrue(server.stop(Duration.ofSeconds(30)));
          serving.result();
          assertEquals(20_000, millis());
        });
    assertEquals(1, job.finished);
  }

  @Test
  void theEndOfTheHubIsTheEndOfTheServer() throws Exception {
    Job job = sleeper("a", SECOND);
    StreamServer server = new StreamServer(intake, ServerOptions.defaults());
    inVirtualTime(
        () -> {
          intake.add(job);
          server.start();
          Greenlets.yieldNow();
          assertEquals(0, job.begun);
        });
    assertTrue(intake.isClosed());
    assertFalse(server.isStarted());
    assertEquals(1, job.closed);
    assertEquals(0, server.handlers());
  }

  @Test
  void anIntakeThatSomebodyElseHasClosedEndsTheServer() throws Exception {
    inVirtualTime(
        () -> {
          StreamServer server = new StreamServer(intake, ServerOptions.defaults());
          Greenlet<?> serving = Greenlets.spawn(server::serveForever);
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          intake.close();
          serving.result();
        });
    assertEquals(1, reports.size());
    assertTrue(reports.getFirst().contains("closed by somebody else"), reports::toString);
  }

  @Test
  void aServerThatNeverStartedCanBeStopped() throws Exception {
    inVirtualTime(
        () -> {
          StreamServer server = new StreamServer(intake, ServerOptions.defaults());
          assertTrue(server.stop());
          assertInstanceOf(
              IllegalStateException.class, assertThrows(Exception.class, server::start));
          assertThrows(IllegalStateException.class, server::port);
        });
  }

  @Test
  void stopsFromAnyThread() throws Exception {
    Event begun = new Event();
    Event end = new Event();
    Job job =
        new Job(
            "a",
            () -> {
              begun.set();
              end.waitUntilSet();
            });
    try (Hub hub = Hub.start("serves")) {
      intake.add(job);
      StreamServer server = new StreamServer(intake, ServerOptions.defaults());
      server.start(hub);
      begun.waitUntilSet();
      Greenlet<?> later = Greenlet.spawn(hub, () -> end.set());
      assertTrue(server.stop(Duration.ofSeconds(10)));
      later.join();
      assertEquals(1, job.finished);
      assertEquals(1, job.closed);
    }
  }

  @Test
  void nothingIsLostOrDoubledInAnyOrder() {
    Simulation.explore(
        1_000,
        () -> {
          FakeIntake source = new FakeIntake();
          List<Job> jobs = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            jobs.add(sleeper("j" + i, Duration.ofMillis(i % 3)));
          }
          Pool pool = new Pool(3);
          StreamServer server =
              new StreamServer(
                  source,
                  ServerOptions.defaults().withPool(pool).withMaxHandlers(2 + jobs.size() % 2));
          server.start();
          Greenlet<?> feeder =
              Greenlets.spawn(
                  () -> {
                    for (Job job : jobs) {
                      source.add(job);
                      Greenlets.yieldNow();
                    }
                  });
          Greenlet<?> guest = pool.spawn(() -> Greenlets.sleep(Duration.ofMillis(1)));
          Greenlet<?> killer =
              Greenlets.spawn(
                  () -> {
                    Greenlets.yieldNow();
                    pool.killAsync();
                  });
          Greenlet<Boolean> stop = Greenlets.spawn(() -> server.stop(Duration.ofMillis(2)));
          Greenlets.joinAll(List.of(feeder, guest, killer, stop));
          boolean _ = server.stop();
          assertEquals(0, server.handlers());
          assertEquals(3, pool.free());
          for (Job job : jobs) {
            assertTrue(job.finished <= job.begun && job.begun <= 1);
            boolean taken = job.closed > 0;
            assertTrue(taken || job.begun == 0, "what was handled is closed");
            assertTrue(job.closed <= 1, "once");
          }
        });
  }
}
