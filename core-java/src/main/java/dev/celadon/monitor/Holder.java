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
    Thread thread = hub.running();
    if (thread == null) {
      return new Holder(null, null, List.of());
    }
    RawGreenlet greenlet = Hub.greenletOf(thread);
    String name = greenlet == null ? thread.toString() : Words.nameOf(greenlet);
    return new Holder(greenlet, name, List.of(thread.getStackTrace()));
  }
}
