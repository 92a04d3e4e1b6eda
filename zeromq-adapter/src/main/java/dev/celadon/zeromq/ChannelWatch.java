package dev.celadon.zeromq;

import dev.celadon.loop.EventLoop;
import dev.celadon.loop.IoWatcher;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The hub's one watcher of a channel, shared by those who listen to it: JeroMQ's pollers through
 * {@link HubSelector}, and sockets through their {@link Bell}.
 *
 * <p>It lives as long as its channel is open. Closing it earlier would cancel the key of the hub's
 * real selector, and a channel with a cancelled key cannot be registered again before the next
 * select; JeroMQ does so after every connect.
 *
 * <p>Confined to its hub.
 */
final class ChannelWatch {

  /** One who listens, once for each call of {@link #arm}. */
  static final class Listener {
    private final IntConsumer onReady;
    private int wanted;

    private Listener(IntConsumer onReady) {
      this.onReady = onReady;
    }

    /** What it still listens for. */
    int wanted() {
      return wanted;
    }
  }

  private final IoWatcher watcher;
  private final List<Listener> listeners = new ArrayList<>(2);
  private final IntConsumer dispatch = this::dispatch;

  ChannelWatch(EventLoop loop, SelectableChannel channel) {
    watcher = loop.watch(channel);
  }

  /**
   * Adds one who listens.
   *
   * @param onReady runs on the bare thread of the hub: it must not block
   */
  Listener listen(IntConsumer onReady) {
    Listener listener = new Listener(onReady);
    listeners.add(listener);
    return listener;
  }

  /** Listens for these operations, once each. */
  void arm(Listener listener, int ops) {
    listener.wanted = ops;
    start();
  }

  void remove(Listener listener) {
    listener.wanted = 0;
    listeners.remove(listener);
  }

  boolean isUnused() {
    return listeners.isEmpty();
  }

  /** Takes the channel out of the hub's selector; before the channel is closed elsewhere. */
  void close() {
    watcher.close();
  }

  private void start() {
    int union = 0;
    for (int i = 0; i < listeners.size(); i++) {
      union |= listeners.get(i).wanted;
    }
    if (union != 0 && watcher.isValid()) {
      watcher.start(union, dispatch);
    }
  }

  private void dispatch(int ready) {
    boolean more = false;
    for (int i = 0; i < listeners.size(); i++) {
      Listener listener = listeners.get(i);
      int heard = listener.wanted & ready;
      if (heard != 0) {
        listener.wanted &= ~heard;
        listener.onReady.accept(heard);
      }
      more |= listener.wanted != 0;
    }
    if (more) {
      start();
    }
  }
}
