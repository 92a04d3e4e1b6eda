package dev.celadon;

import dev.celadon.signal.Arrivals;
import dev.celadon.signal.Shutdown;
import dev.celadon.signal.ShutdownOptions;
import dev.celadon.signal.Signals;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class SignalWaits {

  private SignalWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () ->
            new Wait(
                "Signals.waitFor",
                timeout -> Signals.waitFor(timeout, "WINCH") != null,
                () -> Arrivals.of("WINCH")),
        () -> {
          Shutdown shutdown =
              Shutdown.install(ShutdownOptions.defaults().withSignals().withExits(false));
          return new Wait("Shutdown.waitUntilBegun", shutdown::waitUntilBegun, shutdown::begin);
        },
        () -> {
          Shutdown shutdown =
              Shutdown.install(ShutdownOptions.defaults().withSignals().withExits(false));
          return new Wait(
              "Shutdown.waitUntilOver", shutdown::waitUntilOver, () -> stopEverything(shutdown));
        });
  }

  /** Holds the hub until nothing is left to stop. */
  private static void stopEverything(Shutdown shutdown) {
    shutdown.begin();
    while (!shutdown.isOver()) {
      Thread.onSpinWait();
    }
  }
}
