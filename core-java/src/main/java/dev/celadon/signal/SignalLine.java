package dev.celadon.signal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who in this JVM listens to one signal, and what was there before the first of them.
 *
 * <p>Safe for use from any thread.
 */
final class SignalLine {
  /*
   * The one lock of the core that is not a spin lock: JvmSignals.handle takes a lock of the JDK, and what it does and the list of
   * listeners must change together. Nothing waits under it, so it is held shortly; arrivals read the list without it.
   */
  private static final ConcurrentHashMap<Integer, SignalLine> LINES = new ConcurrentHashMap<>();

  private final String name;
  private final Object ours = JvmSignals.handler(this::arrived);

  /** In the order of their coming. Replaced under this monitor. */
  private volatile List<Runnable> listeners = List.of();

  /** What the signal did before; there while somebody listens. Guarded by this monitor. */
  private @Nullable Object before;

  private SignalLine(String name) {
    this.name = name;
  }

  /** The line of a signal; two names of one signal have the same. */
  static SignalLine of(String name) {
    return LINES.computeIfAbsent(JvmSignals.number(name), _ -> new SignalLine(name));
  }

  /** Adds a listener, which must neither block nor throw: it runs on a thread of the JVM. */
  synchronized void add(Runnable listener) {
    if (listeners.isEmpty()) {
      before = JvmSignals.handle(name, ours);
    }
    List<Runnable> more = new ArrayList<>(listeners);
    more.add(listener);
    listeners = List.copyOf(more);
  }

  /** Takes a listener out; with the last one, the signal does again what it did before. */
  synchronized void remove(Runnable listener) {
    List<Runnable> less = new ArrayList<>(listeners);
    if (!less.remove(listener)) {
      return;
    }
    listeners = List.copyOf(less);
    if (less.isEmpty() && before != null) {
      Object found = JvmSignals.handle(name, before);
      if (found != ours) { // somebody else's, who came later and whose it is now
        Object _ = JvmSignals.handle(name, found);
      }
      before = null;
    }
  }

  /** The JVM's call, on a thread of its own for each arrival. */
  void arrived() {
    listeners.forEach(Runnable::run);
  }
}
