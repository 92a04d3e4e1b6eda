package dev.celadon.examples.patterns;

import dev.celadon.sync.Event;

/** Work that never ends, for a worker that is about to die with a request in its hands. */
final class Stuck {

  private final Event begun = new Event();

  String work() {
    begun.set();
    new Event().waitUntilSet();
    return "never";
  }

  void waitUntilBegun() {
    begun.waitUntilSet();
  }
}
