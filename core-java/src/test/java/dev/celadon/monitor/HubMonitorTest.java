package dev.celadon.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.loop.Parking;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The monitor's looks are made by hand, on a clock that the test moves; the hub is a real one. */
class HubMonitorTest {

  private static final Duration LIMIT = Duration.ofMillis(100);
  private static final Duration PERIOD = LIMIT.dividedBy(2);

  private final ManualClock clock = new ManualClock();
  private final Hub hub = Hub.start("watched");
  private final HubMonitor monitor =
      new HubMonitor(hub, MonitorOptions.defaults().withLogged(false), clock);
  private final List<HubStall> stalls = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();

  HubMonitorTest() {
    monitor.onStall(stalls::add);
  }

  @AfterEach
  void endHub() {
    hub.close();
  }

  /** Holds the hub from {@link #hold} on, until it is let go. */
  private static final class Hog implements Runnable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private volatile boolean go;

    @Override
    public void run() {
      begun.countDown();
      while (!go) {
        Thread.onSpinWait();
      }
    }

    Hog hold() throws InterruptedException {
      begun.await();
      return this;
    }

    void letGo() {
      go = true;
    }
  }

  private Hog hog(String name) throws InterruptedException {
    Hog hog = new Hog();
    Greenlet<?> _ = Greenlet.spawn(hub, () -> hog.run()).named(name);
    return hog.hold();
  }

  private void look() {
    assertTrue(monitor.step() >= 0);
  }

  private void looks(int times) {
    for (int i = 0; i < times; i++) {
      clock.pass(PERIOD);
      look();
    }
  }

  private void waitUntilAsleep() {
    while (!hub.loop().isSleeping()) {
      Thread.onSpinWait();
    }
  }

  // --- One greenlet holds the hub

  @Test
  void theGreenletThatHoldsTheHubIsNamedWithItsStack() throws Exception {
    Hog hog = hog("hog");
    look();
    looks(1);
    assertEquals(List.of(), stalls, "held for half the limit");
    looks(1);
    HubBlocked blocked = assertInstanceOf(HubBlocked.class, stalls.getFirst());
    hog.letGo();
    assertSame(hub, blocked.hub());
    assertEquals("hog", assertInstanceOf(Greenlet.class, blocked.greenlet()).name());
    assertEquals(LIMIT, blocked.duration());
    assertTrue(
        blocked.stack().stream().anyMatch(f -> f.getClassName().equals(Hog.class.getName())),
        blocked.stack().toString());
    String text = blocked.format();
    assertTrue(
        text.startsWith(
            "Hub[watched] is blocked for at least 100 ms by hog, spawned at"
                + " dev.celadon.monitor.HubMonitorTest.hog("),
        text);
    assertTrue(text.contains("\n    at " + Hog.class.getName() + ".run("), text);
  }

  @Test
  void aLongStretchIsReportedAtGrowingDistances() throws Exception {
    Hog hog = hog("hog");
    look();
    looks(16);
    hog.letGo();
    assertEquals(
        List.of(100L, 200L, 400L, 800L),
        stalls.stream().map(stall -> stall.duration().toMillis()).toList());
  }

  @Test
  void theNextStretchIsReportedAnew() throws Exception {
    for (String name : List.of("first", "second")) {
      Hog hog = hog(name);
      looks(3);
      hog.letGo();
      waitUntilAsleep();
      looks(2);
    }
    assertEquals(
        List.of("first", "second"),
        stalls.stream()
            .map(HubBlocked.class::cast)
            .map(blocked -> Words.nameOf(blocked.greenlet()))
            .toList());
  }

  @Test
  void aHubThatSleepsIsNeitherReportedNorWoken() throws Exception {
    var sleeper = Greenlet.spawn(hub, () -> Greenlets.sleep(Duration.ofDays(1)));
    Greenlet.spawn(hub, () -> {}).join();
    waitUntilAsleep();
    long runs = hub.loop().runs();
    looks(100);
    assertEquals(List.of(), stalls);
    assertEquals(runs, hub.loop().runs());
    assertFalse(sleeper.isReady());
  }

  @Test
  void theTimeBeforeAWakeUpDoesNotCount() throws Exception {
    Event event = new Event();
    Hog hog = new Hog();
    Greenlet<?> _ =
        Greenlet.spawn(
            hub,
            () -> {
              event.waitUntilSet();
              hog.run();
            });
    Greenlet.spawn(hub, () -> {}).join();
    waitUntilAsleep();
    looks(3);
    event.set();
    hog.hold();
    looks(2);
    assertEquals(List.of(), stalls, "seen to run for 50 ms");
    looks(1);
    hog.letGo();
    assertEquals(1, stalls.size());
  }

  @Test
  void aCallbackThatHoldsTheHubIsSeenInTheLane() throws Exception {
    Hog hog = new Hog();
    hub.runCallback(hog);
    hog.hold();
    looks(3);
    hog.letGo();
    HubBlocked blocked = assertInstanceOf(HubBlocked.class, stalls.getFirst());
    assertTrue(
        blocked.stack().stream().anyMatch(f -> f.getClassName().equals(Hog.class.getName())));
  }

  @Test
  void aMachineThatWasSuspendedIsNoStall() throws Exception {
    Hog hog = hog("hog");
    look();
    clock.pass(Duration.ofHours(8));
    look();
    assertEquals(List.of(), stalls, "the hub has stood still with the machine");
    looks(1);
    hog.letGo();
    assertEquals(1, stalls.size());
    assertEquals(LIMIT, stalls.getFirst().duration(), "the pause does not count");
  }

  @Test
  void aThreadsOwnHubIsNotBlockedBetweenItsWaits() {
    Hub own = Hub.current();
    HubMonitor ofOwn = new HubMonitor(own, monitor.options(), clock);
    ofOwn.onStall(stalls::add);
    for (int i = 0; i < 10; i++) {
      clock.pass(PERIOD);
      assertTrue(ofOwn.step() >= 0);
    }
    assertEquals(List.of(), stalls);
    own.close();
    clock.pass(PERIOD);
    assertTrue(ofOwn.step() < 0, "it has ended");
  }

  @Test
  void whoIsIgnoredMayHoldTheHub() throws Exception {
    Hog hog = new Hog();
    Hog later = new Hog();
    Greenlet<?> _ =
        Greenlet.spawn(
            hub,
            () -> {
              HubMonitor.Ignored outer = HubMonitor.ignoreCurrent();
              HubMonitor.Ignored inner = HubMonitor.ignoreCurrent();
              inner.close();
              inner.close(); // does nothing
              hog.run();
              outer.close();
              later.run();
            });
    hog.hold();
    looks(20);
    hog.letGo();
    later.hold();
    assertEquals(List.of(), stalls);
    looks(30); // one stretch for the loop, which has doubled by then
    later.letGo();
    assertEquals(1, stalls.size());
  }

  @Test
  void onlyAGreenletCanBeIgnored() {
    IllegalStateException error =
        assertThrows(IllegalStateException.class, HubMonitor::ignoreCurrent);
    assertTrue(error.getMessage().startsWith("only a greenlet can hold a hub, but Thread["));
  }

  // --- Many hold it together

  /** Two greenlets that hold the hub by turns, each for as long as the test likes. */
  private final class Relay {
    private final LinkedBlockingQueue<String> turns = new LinkedBlockingQueue<>();
    private volatile int allowed;
    private volatile boolean over;

    Relay() {
      Greenlet.spawn(
              hub,
              () -> {
                Greenlet<?> _ = Greenlets.spawn(() -> run("a", 1));
                Greenlet<?> _ = Greenlets.spawn(() -> run("b", 2));
              })
          .join();
    }

    private void run(String name, int first) {
      for (int turn = first; !over; turn += 2) {
        turns.add(name);
        while (allowed < turn && !over) {
          Thread.onSpinWait();
        }
        Greenlets.yieldNow();
      }
    }
  }

  @Test
  void workThatWaitsBehindManyShortTurnsIsReported() throws Exception {
    Relay relay = new Relay();
    assertEquals("a", relay.turns.take());
    look(); // the probe is on its way now, behind a's turn and b's
    clock.pass(Duration.ofMillis(60));
    relay.allowed = 1;
    assertEquals("b", relay.turns.take());
    look();
    assertEquals(List.of(), stalls, "60 ms");
    clock.pass(Duration.ofMillis(60));
    look();
    // a has run for 60 ms, b for 60 ms, nobody for 100; the probe has waited for 120.
    relay.over = true;
    waitUntilAsleep();
    clock.pass(PERIOD);
    look();
    HubStarved starved = assertInstanceOf(HubStarved.class, stalls.getFirst());
    assertEquals(1, stalls.size());
    assertEquals(Duration.ofMillis(120), starved.duration());
    assertTrue(starved.runs() >= 2, starved.toString());
    assertTrue(
        starved
            .format()
            .startsWith("Hub[watched] is starved: ready work waited for at least 120 ms while "),
        starved.format());
    assertTrue(starved.format().contains("\n  lag: "), starved.format());
  }

  @Test
  void whoeverWaitedBehindOneLongTurnIsNotReportedASecondTime() throws Exception {
    Hog hog = new Hog();
    Greenlet.spawn(
            hub,
            () -> {
              Greenlet<?> _ = Greenlets.spawn(() -> hog.run());
              for (int i = 0; i < 5; i++) {
                Greenlet<?> _ = Greenlets.spawn(() -> {});
              }
            })
        .join();
    hog.hold();
    look();
    looks(2);
    hog.letGo();
    waitUntilAsleep();
    looks(2);
    assertEquals(1, stalls.size(), stalls.toString());
    assertInstanceOf(HubBlocked.class, stalls.getFirst());
  }

  @Test
  void aHubThatIsBusyButQuickIsNotReported() throws Exception {
    Greenlet<?> busy =
        Greenlet.spawn(
            hub,
            () -> {
              while (true) {
                Greenlets.yieldNow();
              }
            });
    for (int i = 0; i < 50; i++) {
      long runs = hub.loop().runs();
      while (hub.loop().runs() < runs + 10) { // the probe of the last look has run
        Thread.onSpinWait();
      }
      looks(1);
    }
    busy.kill();
    assertEquals(List.of(), stalls);
  }

  // --- Listeners and functions

  @Test
  void listenersAreIsolatedAndMayAddToTheInfo() throws Exception {
    HubMonitor second = new HubMonitor(hub, monitor.options(), clock);
    second.onStall(
        _ -> {
          throw new IllegalStateException("expected: a listener that fails");
        });
    Runnable taken = second.onStall(_ -> calls.add("taken back"));
    second.onStall(stall -> stall.info().add("build 17"));
    second.onStall(stall -> calls.add(stall.format()));
    taken.run();
    Hog hog = hog("hog");
    for (int i = 0; i < 3; i++) {
      assertTrue(second.step() >= 0);
      clock.pass(PERIOD);
    }
    hog.letGo();
    assertEquals(1, calls.size());
    assertTrue(calls.getFirst().contains("\n  build 17\n"), calls.getFirst());
  }

  @Test
  void aFunctionIsCalledOnceInEachPeriodAlsoAfterItFailed() {
    Runnable function =
        () -> {
          calls.add("call");
          throw new IllegalStateException("expected: a function that fails");
        };
    Runnable handle = monitor.addFunction(function, Duration.ofMillis(70));
    look();
    assertEquals(0, calls.size());
    for (int i = 0; i < 7; i++) {
      clock.pass(Duration.ofMillis(10));
      look();
    }
    assertEquals(1, calls.size());
    monitor.addFunction(function, Duration.ofMillis(10)); // another period, not another function
    look();
    for (int i = 0; i < 10; i++) {
      clock.pass(Duration.ofMillis(10));
      look();
    }
    assertEquals(11, calls.size());
    handle.run();
    looks(10);
    assertEquals(11, calls.size());
  }

  @Test
  void theNextStepIsDueWhenTheNextThingIs() {
    assertEquals(PERIOD.toNanos(), monitor.step());
    monitor.addFunction(() -> {}, Duration.ofMillis(20));
    assertEquals(Duration.ofMillis(20).toNanos(), monitor.step());
    clock.pass(Duration.ofMillis(15));
    assertEquals(Duration.ofMillis(5).toNanos(), monitor.step());
    monitor.change(monitor.options().withMaxBlockingTime(Duration.ofDays(1)));
    clock.pass(PERIOD);
    assertEquals(Duration.ofMillis(20).toNanos(), monitor.step());
  }

  @Test
  void nonsenseIsRefusedAtOnce() {
    assertEquals(
        "period must be positive: PT0S",
        assertThrows(
                IllegalArgumentException.class, () -> monitor.addFunction(() -> {}, Duration.ZERO))
            .getMessage());
    assertEquals(
        "maxBlockingTime must be at least 1 ms, or the monitor would report its own noise: PT-1S",
        assertThrows(
                IllegalArgumentException.class,
                () -> MonitorOptions.defaults().withMaxBlockingTime(Duration.ofSeconds(-1)))
            .getMessage());
  }

  // --- The end

  @Test
  void theMonitorEndsWithItsHubAndWithItsClose() {
    look();
    hub.close();
    clock.pass(PERIOD);
    assertTrue(monitor.step() < 0);
    try (Hub other = Hub.start("other")) {
      HubMonitor closed = new HubMonitor(other, monitor.options(), clock);
      closed.close();
      assertTrue(closed.step() < 0);
    }
  }

  @Test
  void aHubHasOneMonitorUntilThatIsClosed() {
    HubMonitor first = HubMonitor.watch(hub);
    MonitorOptions options = MonitorOptions.defaults().withMaxBlockingTime(Duration.ofDays(1));
    assertSame(first, HubMonitor.watch(hub, options));
    assertEquals(options, first.options());
    assertSame(first, HubMonitor.watch(hub));
    assertEquals(options, first.options());
    first.close();
    HubMonitor second = HubMonitor.watch(hub);
    assertNotSame(first, second);
    second.close();
  }

  @Test
  void thePropertySaysWhetherEveryHubIsWatched() {
    assertNull(HubBirth.optionsOf(null));
    assertNull(HubBirth.optionsOf("off"));
    assertEquals(MonitorOptions.defaults(), HubBirth.optionsOf("True"));
    assertEquals(
        MonitorOptions.defaults().withMaxBlockingTime(Duration.ofMillis(250)),
        HubBirth.optionsOf("250"));
    assertEquals(
        "the system property celadon.monitor must be true, false or a number of milliseconds: soon",
        assertThrows(IllegalArgumentException.class, () -> HubBirth.optionsOf("soon"))
            .getMessage());
  }

  // --- All of it, in real time

  @Test
  void aGreenletThatSpinsUntilItIsReportedIsReported() throws Exception {
    LinkedBlockingQueue<HubStall> heard = new LinkedBlockingQueue<>();
    HubMonitor real =
        HubMonitor.watch(
            hub,
            MonitorOptions.defaults().withMaxBlockingTime(Duration.ofMillis(20)).withLogged(false));
    real.onStall(heard::add);
    for (int i = 0; i < 3; i++) {
      Hog hog = hog("hog");
      HubStall stall = heard.take();
      while (!(stall instanceof HubBlocked blocked) || blocked.greenlet() == null) {
        stall = heard.take();
      }
      hog.letGo();
      assertTrue(stall.format().contains(" by hog, spawned at "), stall.format());
      while (!hub.loop().isSleeping()) {
        Parking.parkNanos(1_000_000);
      }
      heard.clear();
    }
    real.close();
  }

  @Test
  void manyHubsComeAndGoUnderTheOneMonitor() throws Exception {
    CountDownLatch called = new CountDownLatch(20);
    for (int i = 0; i < 20; i++) {
      try (Hub brief = Hub.start("brief " + i)) {
        HubMonitor brieflyWatched =
            HubMonitor.watch(brief, MonitorOptions.defaults().withLogged(false));
        brieflyWatched.addFunction(new Once(called), Duration.ofNanos(1));
        int waited = i % 2;
        if (waited == 1) {
          while (called.getCount() > 19 - i) {
            Parking.parkNanos(1_000);
          }
        } else {
          brieflyWatched.close();
          called.countDown();
        }
      }
    }
    assertTrue(called.getCount() <= 0);
  }

  private static final class Once implements Runnable {
    private final CountDownLatch latch;
    private boolean done;

    Once(CountDownLatch latch) {
      this.latch = latch;
    }

    @Override
    public void run() {
      if (!done) {
        done = true;
        latch.countDown();
      }
    }
  }
}
