package dev.celadon.greenlet;

import dev.celadon.hub.GreenletExit;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.hub.Waiter;
import java.util.Objects;

/** What can be done to a greenlet only as long as it has not had its first turn. */
final class BeforeFirstTurn {
  /*
   * Only the greenlet's hub gives it its first turn. So whether it has had it is asked there, where the answer stays true for as
   * long as the asking code runs.
   */
  private BeforeFirstTurn() {}

  /** True if the greenlet will never run because of this call. */
  static boolean cancel(Greenlet<?> greenlet) {
    if (greenlet.isReady() || greenlet.thread() != null) {
      return false;
    }
    if (greenlet.hub().inHub()) {
      return cancelHere(greenlet, new GreenletExit());
    }
    Waiter caller = Waiter.current();
    Runnable task =
        () -> {
          if (caller.grant(cancelHere(greenlet, new GreenletExit()))) {
            caller.wake();
          }
        };
    if (!greenlet.hub().submit(task)) {
      greenlet.killAsync(); // its hub has ended, so it never runs anyway
      return true;
    }
    awaitAnswer(caller);
    return (boolean) Objects.requireNonNull(caller.value());
  }

  private static void awaitAnswer(Waiter caller) {
    Hub hub = Hub.currentOrNull();
    if (hub != null) {
      hub.ref(); // the other hub is about to answer, whatever it looks like
    }
    try {
      caller.await();
    } finally {
      if (hub != null) {
        hub.unref();
      }
    }
  }

  /** On the hub. */
  private static boolean cancelHere(Greenlet<?> greenlet, GreenletExit exit) {
    if (greenlet.isReady() || greenlet.thread() != null) {
      return false;
    }
    greenlet.throwIn(exit);
    return true;
  }

  /** Cancels a greenlet if the calling one ends before its first turn. */
  static void endsWithSpawner(Greenlet<?> greenlet) {
    if (RawGreenlet.currentOrNull() instanceof Greenlet<?> spawner) {
      GreenletExit exit = new GreenletExit(spawner + ", which spawned it, has ended");
      Waiter endOfSpawner =
          new Waiter(
              () -> {
                boolean _ = cancelHere(greenlet, exit);
              });
      boolean _ = spawner.register(endOfSpawner);
      boolean _ = greenlet.register(new Waiter(() -> spawner.unregister(endOfSpawner)));
    }
  }
}
