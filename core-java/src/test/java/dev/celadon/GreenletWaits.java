package dev.celadon;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.greenlet.Iwait;
import dev.celadon.hub.GreenletExit;
import dev.celadon.loop.Clock;
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
                    greenlet.get(Clock.waitNanos(timeout), TimeUnit.NANOSECONDS);
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
        forEndOfStubborn("Greenlet.kill", greenlet -> greenlet::kill),
        forEndOfStubborn(
            "Greenlets.killAll",
            greenlet ->
                timeout -> {
                  try {
                    Greenlets.killAll(List.of(greenlet), timeout);
                    return true;
                  } catch (TimeoutException e) {
                    return false;
                  }
                }),
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

  /** It swallows every kill until its gate is open. */
  private static Supplier<Wait> forEndOfStubborn(
      String name, Function<Greenlet<?>, Wait.Timed> call) {
    return () -> {
      Event gate = new Event();
      Greenlet<?> greenlet =
          Greenlets.spawn(
              () -> {
                while (!gate.isSet()) {
                  try {
                    gate.waitUntilSet();
                  } catch (GreenletExit e) {
                    // Not yet.
                  }
                }
              });
      Greenlets.yieldNow(); // a kill before the first turn could not be swallowed
      Wait.Timed ends = call.apply(greenlet);
      return new Wait(name, timeout -> ends.within(timeout) || hasHadItsTurn(), gate::set);
    };
  }

  /** So that the kill has arrived. */
  private static boolean hasHadItsTurn() {
    Greenlets.yieldNow();
    return false;
  }

  private static Supplier<Wait> forEnd(String name, Function<Greenlet<?>, Wait.Timed> call) {
    return () -> {
      Event gate = new Event();
      Greenlet<?> greenlet = Greenlets.spawn(() -> gate.waitUntilSet());
      return new Wait(name, call.apply(greenlet), gate::set);
    };
  }
}
