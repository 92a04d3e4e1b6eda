package dev.celadon.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlightEventsTest {

  @TempDir Path folder;

  private List<RecordedEvent> record(List<String> events, Body body) throws Exception {
    Path file = folder.resolve("celadon.jfr");
    try (Recording recording = new Recording()) {
      events.forEach(event -> recording.enable("dev.celadon." + event).withoutThreshold());
      recording.start();
      body.run();
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> ours = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().startsWith("dev.celadon.")) {
        ours.add(event);
      }
    }
    return ours;
  }

  private static List<RecordedEvent> about(
      String greenlet, String type, List<RecordedEvent> events) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals("dev.celadon." + type))
        .filter(event -> greenlet.equals(event.getString("greenlet")))
        .toList();
  }

  @Test
  void startsAndEndsAreRecordedWithThePlaceOfTheSpawn() throws Exception {
    List<RecordedEvent> events =
        record(
            List.of("GreenletSpawn", "GreenletEnd"),
            () ->
                Hub.run(
                    () -> {
                      Greenlet<?> worker = new Greenlet<>(Hub.current(), () -> "done");
                      worker.named("worker").start();
                      worker.join();
                    }));
    RecordedEvent spawn = about("worker", "GreenletSpawn", events).getFirst();
    assertEquals("hub", spawn.getString("hub"));
    assertTrue(spawn.getString("spawnSite").contains("FlightEventsTest"));
    assertTrue(spawn.getString("spawnedBy").startsWith("main greenlet"));
    assertEquals(1, about("worker", "GreenletEnd", events).size());
    assertTrue(about("worker", "Switch", events).isEmpty(), "nobody asked for it");
  }

  @Test
  void eachTurnIsRecordedWithItsLength() throws Exception {
    List<RecordedEvent> events =
        record(
            List.of("Switch"),
            () ->
                Hub.run(
                    () ->
                        Greenlets.spawn(
                                () -> {
                                  Greenlets.yieldNow();
                                  Greenlets.sleep(Duration.ofNanos(1));
                                })
                            .named("worker")
                            .join()));
    List<RecordedEvent> turns = about("worker", "Switch", events);
    assertTrue(turns.size() >= 2, turns.toString());
    assertTrue(turns.stream().noneMatch(turn -> turn.getDuration().isNegative()));
  }

  @Test
  void aTurnThatWaitedInACallOfTheJdkIsNotTakenForAnothers() throws Exception {
    List<RecordedEvent> events =
        record(
            List.of("Switch"),
            () -> {
              try (Hub hub = Hub.start("watched")) {
                Greenlet<?> first = new Greenlet<>(hub, () -> "never").named("first");
                Greenlet<?> second = new Greenlet<>(hub, () -> "never").named("second");
                GreenletEvents observer = new GreenletEvents("watched");
                for (int i = 0; i < 2; i++) { // the recorder may drop a thread's first event
                  observer.resumed(first);
                  observer.resumed(second);
                  observer.paused(first);
                  observer.paused(second);
                }
              }
            });
    assertEquals(List.of(), about("first", "Switch", events));
    assertFalse(about("second", "Switch", events).isEmpty());
  }

  @Test
  void aHubIsObservedWhileARecordingAsksForIt() throws Exception {
    try (Hub early = Hub.start("early")) {
      List<RecordedEvent> events =
          record(
              List.of("GreenletEnd"),
              () -> {
                new Greenlet<>(early, () -> "done").named("recorded").start();
                Greenlet.spawn(early, () -> {}).join(); // the other one is quite over then
              });
      assertEquals(1, about("recorded", "GreenletEnd", events).size());
      assertFalse(FlightEvents.isObserving());
    }
  }

  @Test
  void stallsAreRecordedWithTheStackOfTheGreenlet() throws Exception {
    List<RecordedEvent> events =
        record(
            List.of("HubBlocked", "HubStarved"),
            () -> {
              try (Hub hub = Hub.start("watched")) {
                Greenlet<?> culprit = Greenlet.spawn(hub, () -> {}).named("culprit");
                List<StackTraceElement> stack =
                    List.of(new StackTraceElement("Shop", "sell", "Shop.java", 17));
                Duration second = Duration.ofSeconds(1);
                HubBlocked blocked = new HubBlocked(hub, culprit, second, stack, new ArrayList<>());
                StallEvents.commit(blocked);
                // The recorder may drop a thread's first event after an earlier recording.
                StallEvents.commit(blocked);
                StallEvents.commit(new HubStarved(hub, second, 12, new ArrayList<>()));
              }
            });
    RecordedEvent blocked = about("culprit", "HubBlocked", events).getFirst();
    assertEquals("Shop.sell(Shop.java:17)", blocked.getString("stack"));
    assertEquals(Duration.ofSeconds(1), blocked.getDuration("blockedFor"));
    RecordedEvent starved =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.celadon.HubStarved"))
            .findFirst()
            .orElseThrow();
    assertEquals(12, starved.getLong("runs"));
    assertEquals("watched", starved.getString("hub"));
  }

  @Test
  void theGreenletsEventsAreOffUnlessAskedFor() throws Exception {
    List<RecordedEvent> events =
        record(
            List.of(),
            () -> {
              assertFalse(FlightEvents.isObserving());
              Hub.run(() -> Greenlets.spawn(() -> {}).join());
            });
    assertEquals(List.of(), events);
  }
}
