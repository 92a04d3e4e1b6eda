package dev.celadon.zeromq;

import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * One event that an item of a {@link ZmqPoller} waits for: stands with its source until that says
 * that it is ready.
 *
 * <p>Confined to its hub, but for {@link #run}.
 */
final class PollTrigger implements Runnable {

  private final ZmqPoller.Item item;
  private final Waitable source;
  private final int event;
  private @Nullable Waiter standing;

  PollTrigger(ZmqPoller.Item item, Waitable source, int event) {
    this.item = item;
    this.source = source;
    this.event = event;
  }

  /** The event if it is there; else 0, and this stands with its source. */
  int look() {
    Waiter known = standing;
    if (known != null && known.isWaiting()) {
      return 0;
    }
    Waiter fresh = new Waiter(this);
    boolean stands = source.register(fresh);
    standing = stands ? fresh : null;
    return stands ? 0 : event;
  }

  /** The source's call, on any thread. */
  @Override
  public void run() {
    item.told();
  }

  void disarm() {
    Waiter known = standing;
    standing = null;
    if (known != null && known.cancel()) {
      source.unregister(known);
    }
  }
}
