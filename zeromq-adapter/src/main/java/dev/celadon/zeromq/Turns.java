package dev.celadon.zeromq;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Waiter;

/** Gives the turn away without a wait. */
final class Turns {

  private Turns() {}

  /** Lets everything that is ready have its turn. Switches. */
  static void yieldTurn(Hub hub) {
    Waiter waiter = Waiter.current();
    boolean submitted =
        hub.submit(
            () -> {
              if (waiter.grant(null)) {
                waiter.wake();
              }
            });
    if (submitted) {
      waiter.await();
    }
  }
}
