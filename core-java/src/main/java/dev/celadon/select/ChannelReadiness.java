package dev.celadon.select;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Waitable;
import dev.celadon.hub.Waiter;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One side of a channel as something to wait for beside events, results and greenlets.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
final class ChannelReadiness implements Waitable {

  private final SelectableChannel channel;
  private final int operations;
  private final Map<Waiter, Registered> registered = new ConcurrentHashMap<>();

  ChannelReadiness(SelectableChannel channel, int operations) {
    this.channel = channel;
    this.operations = operations;
    Readiness _ = side(); // refuses what this channel cannot do
  }

  private Readiness side() {
    return new Readiness(channel, operations, channel);
  }

  @Override
  public boolean isReady() {
    Readiness side = side();
    try {
      return Readiness.look(List.of(side));
    } catch (ClosedChannelException e) {
      return true; // nothing to wait for: the next operation tells
    } finally {
      side.retire();
    }
  }

  @Override
  public boolean register(Waiter waiter) {
    ChannelWaits waits;
    try {
      waits = ChannelWaits.of(Hub.current(), channel);
    } catch (UncheckedIOException e) {
      return false; // closed
    }
    if (isReady()) {
      waits.release();
      return false;
    }
    Registered fresh = new Registered(waiter, waits);
    registered.put(waiter, fresh);
    try {
      waits.add(fresh);
    } catch (CancelledKeyException e) {
      unregister(waiter);
      return false; // closed by another thread, just now
    }
    return true;
  }

  @Override
  public void unregister(Waiter waiter) {
    Registered known = registered.remove(waiter);
    if (known != null) {
      known.endAnywhere();
    }
  }

  @Override
  public String toString() {
    return side().toString();
  }

  /**
   * A waiter, with the hub on which it was registered: that one's loop tells it.
   *
   * <p>Confined to that hub.
   */
  private final class Registered extends Listed {

    private final Waiter waiter;
    private final ChannelWaits waits;
    private boolean told;

    Registered(Waiter waiter, ChannelWaits waits) {
      this.waiter = waiter;
      this.waits = waits;
    }

    @Override
    int operations() {
      return operations;
    }

    @Override
    void ready(int heard) {
      told = true;
      Registered _ = registered.remove(waiter);
      waits.release();
      if (waiter.grant(null)) {
        waiter.wake();
      }
    }

    /** Any thread. */
    void endAnywhere() {
      if (waits.hub().inHub()) {
        end();
      } else {
        boolean _ = waits.hub().submit(this::end); // a closed hub has ended all waits
      }
    }

    private void end() {
      if (!told) {
        told = true;
        waits.remove(this);
        waits.release();
      }
    }
  }
}
