package dev.celadon.select;

import dev.celadon.hub.Hub;
import dev.celadon.loop.EventLoop;
import dev.celadon.loop.IoWatcher;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All waits of one hub for one channel: the loop has one watcher for a channel, and any number of
 * parties may wait for it.
 *
 * <p>Confined to its hub, but for {@link #release}.
 */
final class ChannelWaits {
  /*
   * Waits that are ready leave the list, so that a wait is told once; the watcher is started again for the ones that stay. The
   * watcher is kept while somebody may wait again, and closed with its last user: a channel with a watcher cannot be put into
   * blocking mode.
   */
  private final Hub hub;
  private final IoWatcher watcher;
  private final IntConsumer dispatch = this::dispatch;

  private @Nullable Listed first;
  private @Nullable Listed last;

  /** How many have called {@link #of} and not yet {@link #release}. */
  private int users;

  private ChannelWaits(Hub hub, IoWatcher watcher) {
    this.hub = hub;
    this.watcher = watcher;
  }

  /** The waits of the calling hub for a channel; {@link #release} must follow. */
  static ChannelWaits of(Hub hub, SelectableChannel channel) {
    EventLoop loop = hub.loop();
    IoWatcher known = loop.watcherOf(channel);
    ChannelWaits waits;
    if (known != null && known.isValid() && known.attachment() instanceof ChannelWaits shared) {
      waits = shared;
    } else {
      IoWatcher fresh = loop.watch(channel);
      waits = new ChannelWaits(hub, fresh);
      fresh.attach(waits);
    }
    waits.users++;
    return waits;
  }

  Hub hub() {
    return hub;
  }

  /** Whether the channel is open, and its watch in order. */
  boolean isValid() {
    return watcher.isValid();
  }

  /** Gives back what {@link #of} has given. Any thread. */
  void release() {
    if (hub.inHub()) {
      released();
    } else {
      boolean _ = hub.submit(this::released); // a closed hub has closed its watchers
    }
  }

  private void released() {
    if (--users == 0) {
      watcher.close();
    }
  }

  /**
   * Starts a wait; it is told at once if the channel has just been closed, which may happen on
   * another thread at any moment.
   */
  void addOrTell(Listed wait) {
    try {
      add(wait);
    } catch (CancelledKeyException e) {
      tellAll();
    }
  }

  /**
   * Starts a wait; it stands in the list also if this throws.
   *
   * @throws CancelledKeyException if the channel has just been closed
   */
  void add(Listed wait) {
    wait.before = last;
    if (last == null) {
      first = wait;
    } else {
      last.behind = wait;
    }
    last = wait;
    watcher.start(operations(), dispatch);
  }

  /** Takes a wait back that has not become ready. */
  void remove(Listed wait) {
    unlink(wait);
    restart();
  }

  private void unlink(Listed wait) {
    Listed before = wait.before;
    Listed behind = wait.behind;
    if (before == null) {
      first = behind;
    } else {
      before.behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.before = before;
    }
    wait.before = null;
    wait.behind = null;
  }

  /** A listed wait waits for something else from now on. */
  void changed() {
    restart();
  }

  private int operations() {
    int operations = 0;
    for (Listed wait = first; wait != null; wait = wait.behind) {
      operations |= wait.operations();
    }
    return operations;
  }

  private void restart() {
    int operations = operations();
    if (operations == 0) {
      watcher.stop();
      return;
    }
    try {
      watcher.start(operations, dispatch);
    } catch (CancelledKeyException e) {
      tellAll();
    }
  }

  /** The channel is closed: nobody else would tell those who are left. */
  private void tellAll() {
    watcher.stop();
    dispatch(0);
  }

  /** The loop's call; no operations mean that the channel is closed. */
  private void dispatch(int ready) {
    Listed behind;
    for (Listed wait = first; wait != null; wait = behind) {
      behind = wait.behind;
      int heard = wait.operations() & ready;
      if (heard != 0 || ready == 0) {
        unlink(wait);
        wait.ready(heard);
      }
    }
    if (first != null) {
      restart();
    }
  }
}
