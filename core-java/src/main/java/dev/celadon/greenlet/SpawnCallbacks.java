package dev.celadon.greenlet;

import dev.celadon.hub.SwitchPointError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Who wants to know of every greenlet that is started, in this whole process.
 *
 * <p>Safe for use from any thread.
 */
final class SpawnCallbacks {

  private static final AtomicReference<List<Consumer<? super Greenlet<?>>>> CALLBACKS =
      new AtomicReference<>(List.of());

  private SpawnCallbacks() {}

  static void add(Consumer<? super Greenlet<?>> callback) {
    CALLBACKS.updateAndGet(
        known -> {
          for (Consumer<? super Greenlet<?>> other : known) {
            if (other == callback) {
              return known;
            }
          }
          List<Consumer<? super Greenlet<?>>> more = new ArrayList<>(known);
          more.add(callback);
          return List.copyOf(more);
        });
  }

  static void remove(Consumer<? super Greenlet<?>> callback) {
    CALLBACKS.updateAndGet(
        known -> {
          List<Consumer<? super Greenlet<?>>> rest = new ArrayList<>(known);
          rest.removeIf(other -> other == callback); // nobody's equals runs here
          return List.copyOf(rest);
        });
  }

  /** Tells all of them, in the order in which they came. */
  static void started(Greenlet<?> greenlet) {
    List<Consumer<? super Greenlet<?>>> callbacks = CALLBACKS.get();
    if (callbacks.isEmpty()) {
      return;
    }
    for (Consumer<? super Greenlet<?>> callback : callbacks) {
      try {
        callback.accept(greenlet);
      } catch (SwitchPointError error) {
        throw error; // the spawner's own
      } catch (Throwable failure) {
        greenlet.reportAside("a spawn callback for " + greenlet, failure);
      }
    }
  }
}
