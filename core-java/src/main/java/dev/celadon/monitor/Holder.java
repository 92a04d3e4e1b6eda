package dev.celadon.monitor;

import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a hub at the moment, seen from another thread: who it was may be old at once.
 *
 * @param greenlet null if it is no greenlet
 * @param name null if nobody was seen
 * @param stack where it is
 */
record Holder(
    @Nullable RawGreenlet greenlet, @Nullable String name, List<StackTraceElement> stack) {

  static Holder of(Hub hub) {
    Object running = hub.running();
    return switch (running) {
      case null -> new Holder(null, null, List.of());
      case RawGreenlet greenlet -> {
        Thread thread = greenlet.thread();
        yield new Holder(greenlet, Words.nameOf(greenlet), stackOf(thread));
      }
      case Thread thread -> new Holder(null, thread.toString(), stackOf(thread));
      default -> new Holder(null, running.toString(), List.of());
    };
  }

  private static List<StackTraceElement> stackOf(@Nullable Thread thread) {
    return thread == null ? List.of() : List.of(thread.getStackTrace());
  }
}
