package dev.celadon.zeromq;

import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectionKey;

/**
 * The registration of a channel with a {@link ThreadSelector}. Confined to the thread that selects.
 */
final class ThreadKey extends AbstractSelectionKey {

  private final ThreadSelector selector;
  private final SelectionKey real;
  private int interest;
  private int ready;

  ThreadKey(ThreadSelector selector, SelectionKey real) {
    this.selector = selector;
    this.real = real;
    real.attach(this);
  }

  @Override
  public SelectableChannel channel() {
    return real.channel();
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
    if (ops != interest) {
      real.interestOps(ops);
      interest = ops;
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

  /** The real selector has found these ready; false if they are of no interest any more. */
  boolean becomesReady(int ops) {
    ready = ops & interest;
    return isValid() && ready != 0;
  }

  /** The registration is over, but the channel may live on, and come back. */
  void silence() {
    if (real.isValid() && real.attachment() == this) {
      real.interestOps(0);
    }
  }
}
