package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.sync.Event;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class GreenletWaits {

  private GreenletWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          Event gate = new Event();
          Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
          return new Wait("Greenlet.join", greenlet::join, gate::set);
        },
        () -> {
          Event gate = new Event();
          Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
          return new Wait(
              "Greenlet.get",
              timeout -> {
                try {
                  greenlet.get(timeout.toSeconds(), TimeUnit.SECONDS);
                  return true;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              gate::set);
        },
        () -> {
          Event gate = new Event();
          Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
          return new Wait(
              "Greenlets.joinAll",
              timeout -> Greenlets.joinAll(List.of(greenlet), timeout),
              gate::set);
        });
  }
}
