package dev.celadon;

import dev.celadon.queue.Queue;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The waits of this package, for {@link EveryWaitTest}. */
final class QueueWaits {

  private QueueWaits() {}

  static Stream<Supplier<Wait>> waits() {
    return Stream.of(
        () -> {
          Queue<String> queue = new Queue<>();
          return new Wait("Queue.get", timeout -> queue.get(timeout) != null, () -> queue.put("x"));
        },
        () -> {
          Queue<String> queue = new Queue<>(1);
          queue.put("first");
          return new Wait("Queue.put", timeout -> queue.put("x", timeout), queue::tryGet);
        });
  }
}
