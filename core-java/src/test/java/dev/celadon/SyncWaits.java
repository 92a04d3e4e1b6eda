package dev.celadon;

import dev.celadon.sync.AsyncResult;
import dev.celadon.sync.Event;
import dev.celadon.sync.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class SyncWaits {

  private SyncWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          Event event = new Event();
          return new Wait("Event.waitUntilSet", event::waitUntilSet, event::set);
        },
        () -> {
          Semaphore semaphore = new Semaphore(0);
          return new Wait("Semaphore.acquire", semaphore::acquire, semaphore::release);
        },
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.result",
              timeout -> {
                try {
                  result.result(timeout);
                  return true;
                } catch (TimeoutException e) {
                  return false;
                }
              },
              () -> result.set("x"));
        },
        () -> {
          AsyncResult<String> result = new AsyncResult<>();
          return new Wait(
              "AsyncResult.waitUntilReady", result::waitUntilReady, () -> result.set("x"));
        });
  }
}
