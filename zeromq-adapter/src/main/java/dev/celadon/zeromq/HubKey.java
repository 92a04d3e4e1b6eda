package dev.celadon.zeromq;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelectionKey;

/**
 * The registration of a channel with a {@link HubSelector}.
 *
 * <p>Confined to its hub.
 */
final class HubKey extends AbstractSelectionKey {

  private final HubSelector selector;
  private final SelectableChannel channel;
  private final ChannelWatch watch;
  private final ChannelWatch.Listener listener;

  private int interest;

  /** What the selector reported last. */
  private int ready;

  /** What the hub has told and the selector has not reported yet. */
  int heard;

  /** Stands in the selector's list of keys to arm. */
  boolean isChanged;

  HubKey(HubSelector selector, SelectableChannel channel, ChannelWatch watch) {
    this.selector = selector;
    this.channel = channel;
    this.watch = watch;
    this.listener = watch.listen(this::heard);
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public Selector selector() {
    return selector;
  }

  @Override
  public int interestOps() {
    requireValid();
    return interest;
  }

  @Override
  public SelectionKey interestOps(int ops) {
    requireValid();
    selector.interestTold();
    int added = ops & ~interest;
    interest = ops;
    if (added != 0) {
      selector.interestAdded(this, (added & OP_WRITE) != 0 && channel instanceof SocketChannel);
    }
    return this;
  }

  @Override
  public int readyOps() {
    requireValid();
    return ready;
  }

  private void requireValid() {
    if (!isValid()) {
      throw new CancelledKeyException();
    }
  }

  boolean isInterestedIn(int ops) {
    return isValid() && (interest & ops) != 0;
  }

  /** The hub's call, on its bare thread. */
  private void heard(int ops) {
    if (isInterestedIn(ops)) {
      heard |= ops;
      selector.heard(this);
    }
  }

  /** What was heard and is still of interest becomes ready; false if nothing is. */
  boolean takeHeard() {
    int ops = isValid() ? heard & interest : 0;
    heard = 0;
    if (ops == 0) {
      return false;
    }
    ready = ops;
    return true;
  }

  /** It is to be tried, whether it is ready or not. */
  void addReady(int ops) {
    ready |= ops;
  }

  /** Lets the hub listen for what is of interest, if it does not yet. */
  void arm() {
    if (isValid() && (interest & ~listener.wanted()) != 0) {
      watch.arm(listener, interest);
    }
  }

  /** The registration is over. */
  void leaveWatch() {
    watch.remove(listener);
  }
}
