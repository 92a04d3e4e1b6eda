package dev.celadon.greenlet;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.hub.Body;
import dev.celadon.hub.EscapedWaitException;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What the tests of greenlets share: a hub in virtual time, a trail, and what was reported. */
abstract class VirtualTimeTest {

  final Trail trail = new Trail();
  final List<String> reports = new ArrayList<>();

  final void run(Body body) throws Exception {
    Hub.run(
        HubOptions.defaults().withClock(new VirtualClock()).withErrorHandler(this::report), body);
  }

  private void report(String source, Throwable failure) {
    if (!(failure instanceof EscapedWaitException)) { // where a wait of the JDK is the subject
      reports.add(source + " | " + failure);
    }
  }

  static void forever() {
    Greenlets.sleep(Duration.ofDays(1));
  }

  static void sleepSeconds(int seconds) {
    Greenlets.sleep(Duration.ofSeconds(seconds));
  }

  /** A greenlet that returns its name after a time. */
  static Greenlet<String> after(int seconds, String name) {
    return Greenlets.<String>spawn(
            () -> {
              sleepSeconds(seconds);
              return name;
            })
        .named(name);
  }

  /** A greenlet that fails after a time. */
  static Greenlet<String> failingAfter(int seconds, String name) {
    return Greenlets.<String>spawn(
            () -> {
              sleepSeconds(seconds);
              throw new IllegalStateException(name);
            })
        .named(name);
  }
}
