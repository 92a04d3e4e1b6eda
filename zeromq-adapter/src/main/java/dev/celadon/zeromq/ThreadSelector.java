package dev.celadon.zeromq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector for JeroMQ's own threads that reports a thread's mailbox before everything else.
 *
 * <p>Confined to the thread that selects, but for {@link #wakeup} and {@link #isWaiting}.
 */
final class ThreadSelector extends AbstractSelector {
  /*
   * Why: a connecter whose connection is made drops its registration and sends its channel to a new owner, by a command to its own
   * thread. If the mailbox is served after the connecter but in the same round, the new owner registers while the old key is
   * still there, cancelled; JeroMQ's poller takes it for the new one and never looks again. The connection then stands still until the
   * handshake times out after 30 seconds. It takes no more than a send at the moment when a connect succeeds. With the mailbox
   * first, the command waits for the next round, which begins with the removal of the old key.
   *
   * Each of our keys stands for a key of a real selector. The real one lives as long as its channel, and is silent while nobody
   * owns it; so a channel can come back at once. Our keys leave their channels before the real ones do, which HubSelector explains.
   */
  private final Consumer<ThreadSelector> beforeWait;
  private final Selector real;
  private final Set<SelectionKey> keys = new HashSet<>();
  private final Set<SelectionKey> selected = new LinkedHashSet<>();
  private @Nullable ThreadKey mailbox;

  /** Whether its thread waits here, and so has completed what it has begun to send. */
  private volatile boolean isWaiting = true;

  /**
   * Opens a selector.
   *
   * @param beforeWait runs before each wait, when the thread has completed what it had to send
   */
  ThreadSelector(Consumer<ThreadSelector> beforeWait) throws IOException {
    super(SelectorProvider.provider());
    this.beforeWait = beforeWait;
    real = Selector.open();
  }

  @Override
  public Set<SelectionKey> keys() {
    requireOpen();
    return Collections.unmodifiableSet(keys);
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    requireOpen();
    return selected;
  }

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
    requireOpen();
    ThreadKey key = new ThreadKey(this, realKey(channel));
    EngineGuard.protect(attachment);
    key.attach(attachment);
    keys.add(key);
    if (mailbox == null && channel instanceof Pipe.SourceChannel) {
      mailbox = key;
    }
    key.interestOps(ops);
    return key;
  }

  private SelectionKey realKey(AbstractSelectableChannel channel) {
    SelectionKey known = channel.keyFor(real);
    if (known != null) {
      return known;
    }
    try {
      return channel.register(real, 0);
    } catch (ClosedChannelException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int selectNow() throws IOException {
    forgetCancelled();
    real.selectNow();
    return collect();
  }

  @Override
  public int select() throws IOException {
    return select(0);
  }

  @Override
  public int select(long timeout) throws IOException {
    forgetCancelled();
    isWaiting = true; // before it asks whether somebody has asked
    beforeWait.accept(this);
    real.select(timeout);
    isWaiting = false;
    return collect();
  }

  /** Any thread's question. */
  boolean isWaiting() {
    return isWaiting;
  }

  private int collect() {
    ThreadKey first = mailbox;
    if (first != null) {
      for (SelectionKey key : real.selectedKeys()) {
        if (key.attachment() == first) {
          collect(key);
        }
      }
    }
    real.selectedKeys().forEach(this::collect);
    real.selectedKeys().clear();
    return selected.size();
  }

  private void collect(SelectionKey key) {
    if (key.isValid()
        && key.attachment() instanceof ThreadKey ours
        && ours.becomesReady(key.readyOps())) {
      selected.add(ours);
    }
  }

  @Override
  public Selector wakeup() {
    real.wakeup();
    return this;
  }

  private void forgetCancelled() {
    requireOpen();
    synchronized (cancelledKeys()) {
      for (SelectionKey key : cancelledKeys()) {
        keys.remove(key);
        drop(key);
      }
      cancelledKeys().clear();
    }
  }

  private void drop(SelectionKey key) {
    ((ThreadKey) key).silence();
    selected.remove(key);
    deregister((AbstractSelectionKey) key);
  }

  @Override
  protected void implCloseSelector() throws IOException {
    for (SelectionKey key : keys) {
      drop(key);
    }
    keys.clear();
    synchronized (cancelledKeys()) {
      cancelledKeys().clear(); // they were among the keys
    }
    real.close();
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw new ClosedSelectorException();
    }
  }
}
