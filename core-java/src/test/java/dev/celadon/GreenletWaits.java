package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Iwait;
import dev.celadon.sync.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class GreenletWaits {

  private GreenletWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        forEnd("Greenlet.join", greenlet -> greenlet::join),
        forEnd(
            "Greenlet.get",
            greenlet ->
                timeout -> {
                  try {
                    greenlet.get(timeout.toSeconds(), TimeUnit.SECONDS);
                    return true;
                  } catch (TimeoutException e) {
                    return false;
                  }
                }),
        forEnd(
            "Greenlet.result",
            greenlet ->
                timeout -> {
                  try {
                    greenlet.result(timeout);
                    return true;
                  } catch (TimeoutException e) {
                    return false;
                  }
                }),
        forEnd(
            "Greenlets.joinAll",
            greenlet -> timeout -> Greenlets.joinAll(List.of(greenlet), timeout)),
        forEnd(
            "Greenlets.joinAllOrThrow",
            greenlet -> timeout -> Greenlets.joinAllOrThrow(List.of(greenlet), timeout)),
        forEnd(
            "Greenlets.waitAll",
            greenlet -> timeout -> !Greenlets.waitAll(List.of(greenlet), timeout).isEmpty()),
        () -> {
          Event event = new Event();
          return new Wait("iwait", timeout -> isFirstIn(event, timeout), event::set);
        });
  }

  private static boolean isFirstIn(Event event, Duration timeout) {
    try (Iwait<Event> ready = Greenlets.iwait(List.of(event, new Event()), 2, timeout)) {
      return ready.iterator().hasNext();
    }
  }

  private static Supplier<Wait> forEnd(String name, Function<Greenlet<?>, Wait.Timed> call) {
    return () -> {
      Event gate = new Event();
      Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
      return new Wait(name, call.apply(greenlet), gate::set);
    };
  }
}
