package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;

/**
 * Keeps observers on all hubs while a flight recording asks for the events of greenlets, and none
 * otherwise: greenlets pay nothing for events that nobody records.
 *
 * <p>Safe for use from any thread.
 */
final class FlightEvents {

  /** False in a Java runtime that was linked without the module jdk.jfr. */
  static final boolean AVAILABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  /** Who is observed, replaced as a whole; empty while nothing is recorded. */
  private static final AtomicReference<Map<Hub, GreenletEvents>> OBSERVED =
      new AtomicReference<>(Map.of());

  private FlightEvents() {}

  /** A hub was made. */
  static void opened() {
    if (AVAILABLE) {
      Listening.once();
      if (FlightRecorder.isInitialized()) {
        register();
        refresh();
      }
    }
  }

  /** Hears of recordings from the first hub on. */
  private static final class Listening implements FlightRecorderListener {
    static {
      FlightRecorder.addListener(new Listening());
    }

    static void once() {}

    @Override
    public void recorderInitialized(FlightRecorder recorder) {
      register();
    }

    @Override
    public void recordingStateChanged(Recording recording) {
      refresh();
    }
  }

  /** Makes all events known, so that tools show them before the first one happens. */
  private static void register() {
    FlightRecorder.register(StallEvents.Blocked.class);
    FlightRecorder.register(StallEvents.Starved.class);
    FlightRecorder.register(GreenletEvents.Spawn.class);
    FlightRecorder.register(GreenletEvents.End.class);
    FlightRecorder.register(GreenletEvents.Turn.class);
  }

  /** Whether greenlets pay for events now. */
  static boolean isObserving() {
    return !OBSERVED.get().isEmpty();
  }

  private static void refresh() {
    List<Hub> hubs = GreenletEvents.areEnabled() ? Hub.all() : List.of();
    while (true) {
      Map<Hub, GreenletEvents> before = OBSERVED.get();
      Map<Hub, GreenletEvents> after = new HashMap<>();
      Map<Hub, GreenletEvents> added = new HashMap<>();
      for (Hub hub : hubs) {
        GreenletEvents observer = before.get(hub);
        if (observer == null) {
          observer = new GreenletEvents(hub.name());
          added.put(hub, observer);
        }
        after.put(hub, observer);
      }
      if (OBSERVED.compareAndSet(before, after)) {
        added.forEach(Hub::addObserver);
        before.forEach(
            (hub, observer) -> {
              if (!after.containsKey(hub)) {
                hub.removeObserver(observer);
              }
            });
        return;
      }
    }
  }
}
