package dev.celadon.hub;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The observers of a hub, in the order in which they came.
 *
 * <p>Immutable.
 */
final class Observers {

  private final Hub hub;
  private final HubObserver[] all;

  Observers(Hub hub, HubObserver... all) {
    this.hub = hub;
    this.all = all;
  }

  Observers with(HubObserver observer) {
    HubObserver[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = observer;
    return new Observers(hub, more);
  }

  @Nullable Observers without(HubObserver observer) {
    HubObserver[] less =
        Arrays.stream(all).filter(other -> other != observer).toArray(HubObserver[]::new);
    return less.length == 0 ? null : new Observers(hub, less);
  }

  void spawned(RawGreenlet greenlet) {
    tell(observer -> observer.spawned(greenlet));
  }

  void resumed(RawGreenlet greenlet) {
    tell(observer -> observer.resumed(greenlet));
  }

  void paused(RawGreenlet greenlet) {
    tell(observer -> observer.paused(greenlet));
  }

  void ended(RawGreenlet greenlet) {
    tell(observer -> observer.ended(greenlet));
  }

  private void tell(Consumer<HubObserver> event) {
    for (HubObserver observer : all) {
      try {
        event.accept(observer);
      } catch (Throwable failure) {
        hub.reportAside("an observer of " + hub, failure);
      }
    }
  }
}
