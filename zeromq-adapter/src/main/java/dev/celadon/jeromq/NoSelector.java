package dev.celadon.jeromq;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stands where JeroMQ's calls want a selector, which a hub does not need; costs no descriptor.
 *
 * <p>Safe for use from any thread.
 */
final class NoSelector extends AbstractSelector {

  NoSelector() {
    super(SelectorProvider.provider());
  }

  static boolean close(Selector selector) {
    if (!(selector instanceof NoSelector ours) || !ours.isOpen()) {
      return false;
    }
    try {
      ours.close();
    } catch (IOException e) {
      throw new AssertionError("bug in Celadon, please report: nothing to close", e);
    }
    return true;
  }

  @Override
  protected void implCloseSelector() {
    // holds nothing
  }

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
    throw refused();
  }

  @Override
  public Set<SelectionKey> keys() {
    return Set.of();
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    return Set.of();
  }

  @Override
  public int selectNow() {
    throw refused();
  }

  @Override
  public int select(long timeout) {
    throw refused();
  }

  @Override
  public int select() {
    throw refused();
  }

  @Override
  public Selector wakeup() {
    return this;
  }

  private static UnsupportedOperationException refused() {
    return new UnsupportedOperationException(
        "a select would block the hub: give this selector to ZMQ.poll, or use ZMQ.Poller");
  }
}
