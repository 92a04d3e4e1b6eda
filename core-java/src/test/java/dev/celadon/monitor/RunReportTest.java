package dev.celadon.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.monitor.HubSnapshot.Answer;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RunReportTest {

  private static final ReportOptions PATIENT =
      ReportOptions.defaults().withPatience(Duration.ofMinutes(1));

  private static HubSnapshot of(Hub hub, RunReport report) {
    return report.hubs().stream()
        .filter(snapshot -> snapshot.hub() == hub)
        .findFirst()
        .orElseThrow();
  }

  private static String stateOf(Greenlet<?> greenlet, RunReport report) {
    return of(greenlet.hub(), report).greenlets().stream()
        .filter(snapshot -> snapshot.greenlet() == greenlet)
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static void yields(int times) {
    for (int i = 0; i < times; i++) {
      Greenlets.yieldNow();
    }
  }

  @Test
  void itTellsWhatEveryGreenletDoes() throws Exception {
    Hub.run(
        () -> {
          Event event = new Event();
          Semaphore permit = new Semaphore(0);
          CountDownLatch latch = new CountDownLatch(1);
          Greenlet<?> waiter = Greenlets.spawn(() -> event.waitUntilSet()).named("waiter");
          Greenlet<?> taker = Greenlets.spawn(() -> permit.acquire()).named("taker");
          Greenlet<?> yielder = Greenlets.spawn(() -> yields(100)).named("yielder");
          Greenlets.yieldNow();
          Greenlets.yieldNow();
          Greenlet<?> fresh = Greenlets.spawn(() -> {}).named("fresh");
          RunReport report = RunReport.capture(PATIENT);
          assertTrue(stateOf(waiter, report).startsWith("waits for "), stateOf(waiter, report));
          assertTrue(stateOf(waiter, report).contains("Event"), stateOf(waiter, report));
          assertTrue(stateOf(taker, report).contains("Semaphore"), stateOf(taker, report));
          assertEquals("ready", stateOf(yielder, report));
          assertEquals("before its first turn", stateOf(fresh, report));
          event.set();
          permit.release();
          latch.countDown();
        });
  }

  @Test
  void theTextHasNamesSpawnSitesAndStacks() throws Exception {
    Hub.run(
        () -> {
          Event event = new Event();
          Greenlet<?> waiter = Greenlets.spawn(() -> waitsDeepInside(event)).named("waiter");
          Greenlets.yieldNow();
          String text = RunReport.capture(PATIENT).toString();
          assertTrue(text.contains("waiter: waits for "), text);
          assertTrue(text.contains(", spawned at dev.celadon.monitor.RunReportTest."), text);
          assertTrue(text.contains("at dev.celadon.monitor.RunReportTest.waitsDeepInside("), text);
          assertTrue(text.contains("live greenlets of"), text);
          assertTrue(text.contains("lag: "), text);
          String brief =
              RunReport.capture(PATIENT.withStacks(false).withThreads(true).withFrames(1))
                  .toString();
          assertFalse(brief.contains("waitsDeepInside"), brief);
          assertTrue(brief.contains("Thread[#"), brief);
          assertTrue(brief.contains(" more"), brief);
          event.set();
          waiter.join();
        });
  }

  private static void waitsDeepInside(Event event) {
    event.waitUntilSet();
  }

  @Test
  void everyHubAnswersAThreadThatHasNone() throws Exception {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      RunReport report = RunReport.capture(PATIENT);
      assertEquals(Answer.ANSWERED, of(one, report).answer());
      assertEquals(Answer.ANSWERED, of(two, report).answer());
      assertNotNull(of(two, report).statistics());
    }
  }

  @Test
  void hubsLookAtEachOtherWithoutADeadlock() throws Exception {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      Greenlet<RunReport> ofOne = Greenlet.spawn(one, () -> RunReport.capture(PATIENT));
      Greenlet<RunReport> ofTwo = Greenlet.spawn(two, () -> RunReport.capture(PATIENT));
      assertEquals(Answer.ANSWERED, of(two, ofOne.result()).answer());
      assertEquals(Answer.ANSWERED, of(one, ofTwo.result()).answer());
    }
  }

  @Test
  void aStuckHubIsSaidToBeStuckWithTheStackOfItsHolder() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean go = new AtomicBoolean();
    try (Hub stuck = Hub.start("stuck")) {
      Greenlet<?> hog =
          Greenlet.spawn(
                  stuck,
                  () -> {
                    begun.countDown();
                    spinUntil(go);
                  })
              .named("hog");
      begun.await();
      RunReport report =
          RunReport.capture(ReportOptions.defaults().withPatience(Duration.ofMillis(1)));
      go.set(true);
      HubSnapshot snapshot = of(stuck, report);
      assertEquals(Answer.STUCK, snapshot.answer());
      assertEquals("hog", snapshot.holder());
      assertNull(snapshot.statistics());
      String text = report.toString();
      assertTrue(
          text.contains("Hub[stuck] is stuck: no answer within PT0.001S\n  held by hog\n"), text);
      assertTrue(text.contains("at dev.celadon.monitor.RunReportTest.spinUntil("), text);
      hog.join();
    }
  }

  @Test
  void aKillEndsTheWaitForAStuckHub() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean go = new AtomicBoolean();
    try (Hub stuck = Hub.start("stuck");
        Hub asking = Hub.start("asking")) {
      Greenlet<?> hog =
          Greenlet.spawn(
              stuck,
              () -> {
                begun.countDown();
                spinUntil(go);
              });
      begun.await();
      Greenlet<RunReport> asker = Greenlet.spawn(asking, () -> RunReport.capture(PATIENT));
      asker.kill();
      assertTrue(asker.isCancelled());
      assertFalse(hog.isReady());
      go.set(true);
      hog.join();
    }
  }

  private static void spinUntil(AtomicBoolean go) {
    while (!go.get()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aHubWhoseThreadIsElsewhereStandsStill() throws Exception {
    Hub own = Hub.current();
    RunReport[] report = new RunReport[1];
    Thread other =
        Thread.ofPlatform()
            .start(
                () ->
                    report[0] =
                        RunReport.capture(
                            ReportOptions.defaults().withPatience(Duration.ofMillis(1))));
    other.join();
    own.close();
    assertEquals(Answer.STANDING_STILL, of(own, report[0]).answer());
    assertTrue(
        report[0].toString().contains(own + " stands still: its thread does not wait"),
        report[0].toString());
  }

  @Test
  void aGreenletWhoseNameFailsDoesNotBreakTheReport() throws Exception {
    Hub.run(
        () -> {
          new Nameless(Hub.current()).begin();
          Greenlets.yieldNow();
          String text = RunReport.capture(PATIENT).toString();
          assertTrue(text.contains("(its toString failed: "), text);
        });
  }

  private static final class Nameless extends dev.celadon.hub.RawGreenlet {
    Nameless(Hub hub) {
      super(hub);
    }

    void begin() {
      boolean _ = startSoon();
    }

    @Override
    protected void main() {
      Greenlets.sleep(Duration.ofDays(1));
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no name");
    }
  }

  @Test
  void nonsenseIsRefusedAtOnce() {
    assertEquals(
        "frames must not be negative: -1",
        assertThrows(IllegalArgumentException.class, () -> ReportOptions.defaults().withFrames(-1))
            .getMessage());
    assertEquals(
        "patience must be positive: PT0S",
        assertThrows(
                IllegalArgumentException.class,
                () -> ReportOptions.defaults().withPatience(Duration.ZERO))
            .getMessage());
  }
}
