package dev.celadon.hub;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The hubs of this JVM, for reports.
 *
 * <p>Holds them weakly, because a plain thread's hub may be forgotten without being closed. Safe
 * for use from any thread.
 */
final class Registry {

  private static final ConcurrentLinkedQueue<WeakReference<Hub>> HUBS =
      new ConcurrentLinkedQueue<>();

  private Registry() {}

  static void add(Hub hub) {
    HUBS.removeIf(Registry::isOver);
    HUBS.add(new WeakReference<>(hub));
  }

  private static boolean isOver(WeakReference<Hub> reference) {
    Hub hub = reference.get();
    return hub == null || hub.hasEnded();
  }

  static List<Hub> open() {
    List<Hub> open = new ArrayList<>();
    for (WeakReference<Hub> reference : HUBS) {
      Hub hub = reference.get();
      if (hub != null && !hub.hasEnded()) {
        open.add(hub);
      }
    }
    return open;
  }
}
