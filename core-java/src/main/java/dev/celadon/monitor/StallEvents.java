package dev.celadon.monitor;

import dev.celadon.hub.RawGreenlet;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** Stalls as events of the flight recorder. */
final class StallEvents {

  private StallEvents() {}

  static void commit(HubStall stall) {
    if (FlightEvents.AVAILABLE) {
      switch (stall) {
        case HubBlocked blocked -> commit(blocked);
        case HubStarved starved -> commit(starved);
      }
    }
  }

  private static void commit(HubBlocked blocked) {
    Blocked event = new Blocked();
    if (event.isEnabled()) {
      RawGreenlet greenlet = blocked.greenlet();
      event.hub = blocked.hub().name();
      event.greenlet = greenlet == null ? null : Words.nameOf(greenlet);
      event.blockedFor = blocked.duration().toNanos();
      event.stack =
          blocked.stack().stream()
              .map(StackTraceElement::toString)
              .collect(Collectors.joining("\n"));
      event.commit();
    }
  }

  private static void commit(HubStarved starved) {
    Starved event = new Starved();
    if (event.isEnabled()) {
      event.hub = starved.hub().name();
      event.waitedFor = starved.duration().toNanos();
      event.runs = starved.runs();
      event.commit();
    }
  }

  @Name("dev.celadon.HubBlocked")
  @Label("Hub blocked")
  @Description("One greenlet holds its hub for longer than the limit of the hub's monitor")
  @Category("Celadon")
  @StackTrace(false) // it would be the monitor's own
  static final class Blocked extends Event {
    @Label("Hub")
    @Nullable String hub;

    @Label("Greenlet")
    @Nullable String greenlet;

    @Label("Blocked for")
    @Timespan
    long blockedFor;

    @Label("Stack of the greenlet")
    @Nullable String stack;
  }

  @Name("dev.celadon.HubStarved")
  @Label("Hub starved")
  @Description(
      "Ready work of a hub waits for longer than the limit, but no single greenlet holds it")
  @Category("Celadon")
  @StackTrace(false)
  static final class Starved extends Event {
    @Label("Hub")
    @Nullable String hub;

    @Label("Waited for")
    @Timespan
    long waitedFor;

    @Label("Other work that ran")
    long runs;
  }
}
