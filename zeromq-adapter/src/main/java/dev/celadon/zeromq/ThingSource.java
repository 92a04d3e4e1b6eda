package dev.celadon.zeromq;

import dev.celadon.hub.Waitable;
import java.util.List;

/** Something of the hub that is polled. Confined to its hub. */
final class ThingSource implements PollSource {

  private final Waitable thing;

  ThingSource(Waitable thing) {
    this.thing = thing;
  }

  @Override
  public Object subject() {
    return thing;
  }

  @Override
  public boolean isOver() {
    return false;
  }

  @Override
  public boolean hasRest() {
    return false;
  }

  @Override
  public List<PollTrigger> triggers(ZmqPoller.Item item, int events) {
    return switch (events) {
      case 0 -> List.of();
      case ZmqPoller.POLLIN -> List.of(new PollTrigger(item, thing, ZmqPoller.POLLIN));
      default ->
          throw new IllegalArgumentException(
              "events are " + events + ", but " + thing + " can only be readable: give POLLIN");
    };
  }
}
