package dev.celadon.examples.tutorial;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.hub.Body;
import dev.celadon.hub.CarrierMode;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.simulation.VirtualClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a program printed in one run.
 *
 * @param lines its lines
 * @param failures what reached the hub's error handler
 * @param time how long it took by its own clock
 */
record Printed(List<String> lines, List<Throwable> failures, Duration time) {

  /** Runs a program in virtual time. */
  static Printed by(Body program) throws Exception {
    VirtualClock clock = new VirtualClock();
    Printed printed = by(HubOptions.defaults().withClock(clock), program);
    return new Printed(printed.lines, printed.failures, clock.elapsed());
  }

  /** Runs a program that waits in calls of the JDK, which know real time only. */
  static Printed inRealTimeBy(Body program) throws Exception {
    return by(HubOptions.defaults(), program);
  }

  /** Whether calls of the JDK give the turn, too. */
  static boolean inDirectMode() throws Exception {
    CarrierMode.Kind kind = Hub.run(() -> Hub.current().carrierMode().kind());
    return kind == CarrierMode.Kind.DIRECT;
  }

  private static Printed by(HubOptions options, Body program) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(bytes, true, UTF_8));
    try {
      Hub.run(options.withErrorHandler((_, failure) -> failures.add(failure)), program);
    } finally {
      System.setOut(console);
    }
    return new Printed(bytes.toString(UTF_8).lines().toList(), failures, Duration.ZERO);
  }
}
