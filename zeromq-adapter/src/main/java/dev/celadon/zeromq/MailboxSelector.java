package dev.celadon.zeromq;

import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The selector that JeroMQ makes for each mailbox, in case that somebody blocks in a receive. We
 * never do, so that it only has to be there.
 *
 * <p>Confined to those who make and close the mailbox, one after the other.
 */
final class MailboxSelector extends AbstractSelector {

  /** The registration of a mailbox's pipe. */
  private static final class Key extends AbstractSelectionKey {

    private final MailboxSelector selector;
    private final SelectableChannel channel;

    Key(MailboxSelector selector, SelectableChannel channel) {
      this.selector = selector;
      this.channel = channel;
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
      return OP_READ;
    }

    @Override
    public SelectionKey interestOps(int ops) {
      return this;
    }

    @Override
    public int readyOps() {
      return 0;
    }
  }

  private @Nullable Key key;
  private @Nullable Bell owner;

  MailboxSelector() {
    super(SelectorProvider.provider());
  }

  /** The mailbox of a socket; null for a mailbox of a worker. */
  @Nullable Bell owner() {
    return owner;
  }

  void belongsTo(Bell mailbox) {
    owner = mailbox;
  }

  /**
   * Forgets the channel, before it is closed: the JDK closes no descriptor that is registered with
   * a foreign selector.
   */
  void letGo() {
    Key registered = key;
    if (registered != null) {
      key = null;
      deregister(registered);
    }
  }

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
    if (!isOpen()) {
      throw new ClosedSelectorException();
    }
    Key made = new Key(this, channel);
    made.attach(attachment);
    key = made;
    return made;
  }

  @Override
  protected void implCloseSelector() {
    letGo();
  }

  @Override
  public Set<SelectionKey> keys() {
    Key registered = key;
    return registered == null ? Set.of() : Set.of(registered);
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    return Set.of();
  }

  @Override
  public int selectNow() {
    throw blocks();
  }

  @Override
  public int select(long timeout) {
    throw blocks();
  }

  @Override
  public int select() {
    throw blocks();
  }

  private static UnsupportedOperationException blocks() {
    return new UnsupportedOperationException(
        "bug in Celadon, please report: JeroMQ's own receive must not block here");
  }

  @Override
  public Selector wakeup() {
    return this;
  }
}
