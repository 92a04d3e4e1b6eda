package dev.celadon.select;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A channel's registration with a {@link HubSelector}.
 *
 * <p>Safe for use from any thread.
 */
final class HubKey extends AbstractSelectionKey {

  private final HubSelector selector;
  private final SelectableChannel channel;
  private final SelectionKey keeper;
  private final AtomicBoolean changed = new AtomicBoolean();
  private volatile int interestOps;
  private volatile int readyOps;

  HubKey(HubSelector selector, SelectableChannel channel, SelectionKey keeper) {
    this.selector = selector;
    this.channel = channel;
    this.keeper = keeper;
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public Selector selector() {
    return selector;
  }

  /** The channel's key with the selector that closes it in the end. */
  SelectionKey keeper() {
    return keeper;
  }

  @Override
  public int interestOps() {
    requireValid();
    return interestOps;
  }

  @Override
  public SelectionKey interestOps(int operations) {
    requireValid();
    if ((operations & ~channel.validOps()) != 0) {
      throw new IllegalArgumentException(
          "operations are " + operations + ", but " + channel + " has only " + channel.validOps());
    }
    interestOps = operations;
    selector.changed(this);
    return this;
  }

  @Override
  public int readyOps() {
    requireValid();
    return readyOps;
  }

  private void requireValid() {
    if (!isValid()) {
      throw new CancelledKeyException();
    }
  }

  int wanted() {
    return interestOps;
  }

  /** Whether the selector has to be told of a change; once for each {@link #changeIsTold}. */
  boolean isFirstChange() {
    return !changed.getAndSet(true);
  }

  void changeIsTold() {
    changed.set(false);
  }

  /** The selector's call: the channel is ready for these operations and no others. */
  void setReady(int operations) {
    readyOps = operations;
  }

  /** The selector's call: the channel is ready for these operations, too; false if it knew that. */
  boolean addReady(int operations) {
    int before = readyOps;
    readyOps = before | operations;
    return readyOps != before;
  }

  @Override
  public String toString() {
    return isValid()
        ? "HubKey[" + channel + ", interest " + interestOps + ", ready " + readyOps + "]"
        : "HubKey[" + channel + ", cancelled]";
  }
}
