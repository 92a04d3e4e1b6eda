package dev.celadon.zeromq;

import dev.celadon.loop.EventLoop;
import java.nio.channels.SelectableChannel;
import java.util.IdentityHashMap;
import java.util.Iterator;

/**
 * The channels of a context that its hub watches.
 *
 * <p>Confined to its hub.
 */
final class ChannelWatches {

  private static final int FIRST_PURGE = 64;

  private final EventLoop loop;
  private final IdentityHashMap<SelectableChannel, ChannelWatch> watches = new IdentityHashMap<>();
  private int purgeAt = FIRST_PURGE;

  ChannelWatches(EventLoop loop) {
    this.loop = loop;
  }

  ChannelWatch of(SelectableChannel channel) {
    ChannelWatch watch = watches.get(channel);
    if (watch == null) {
      if (watches.size() >= purgeAt) {
        purge();
      }
      watch = new ChannelWatch(loop, channel);
      watches.put(channel, watch);
    }
    return watch;
  }

  /** A channel is closed: its key has left the hub's selector by itself. */
  void forget(SelectableChannel channel) {
    watches.remove(channel);
  }

  /** Closes a watch that nobody needs any more. */
  void close(SelectableChannel channel) {
    ChannelWatch watch = watches.get(channel);
    if (watch != null && watch.isUnused()) {
      watches.remove(channel);
      watch.close();
    }
  }

  void closeAll() {
    watches.values().forEach(ChannelWatch::close);
    watches.clear();
  }

  /** Channels that were closed while nobody listened. */
  private void purge() {
    Iterator<SelectableChannel> channels = watches.keySet().iterator();
    while (channels.hasNext()) {
      if (!channels.next().isOpen()) {
        channels.remove();
      }
    }
    purgeAt = Math.max(FIRST_PURGE, watches.size() * 2);
  }
}
