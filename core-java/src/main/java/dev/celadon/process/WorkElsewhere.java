package dev.celadon.process;

import dev.celadon.hub.Hub;
import org.jspecify.annotations.Nullable;

/**
 * Tells the caller's hub that it waits for something outside: so the hub does not take the wait for
 * one that nobody can end, and a simulated clock does not jump over it.
 *
 * @param hub the hub that counts, or null for a thread that has none
 */
record WorkElsewhere(@Nullable Hub hub) implements AutoCloseable {

  static WorkElsewhere begin() {
    Hub hub = Hub.currentOrNull();
    if (hub != null) {
      hub.ref();
    }
    return new WorkElsewhere(hub);
  }

  @Override
  public void close() {
    if (hub != null) {
      hub.unref();
    }
  }
}
