package dev.celadon.zeromq;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.Waiter;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelectionKey;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A selector without a descriptor: its select parks the calling greenlet, and the hub's own
 * selector does the work. With it, every blocking call inside JeroMQ becomes a switch.
 *
 * <p>Confined to its hub.
 */
final class HubSelector extends AbstractSelector {
  /*
   * A key listens through the hub's one watcher of its channel, once at a time. It is armed before the greenlet parks, not
   * earlier: as long as there is something to report, select answers at once and asks nobody. What becomes ready while the greenlet
   * is busy waits in `heard`.
   *
   * Three short cuts make a round trip cheap. All are safe because whoever is told wrongly that a channel is ready only tries in
   * vain: JeroMQ's channels never block.
   *
   *   - The bell of a worker. A socket that sends puts a command into the mailbox of the I/O greenlet, and a byte into the
   *     mailbox's pipe. The sender runs on this very hub, so it calls `ring` as well, and the mailbox is reported as readable; the
   *     byte is read before the kernel is ever asked about it. A command that nobody rings for is found by the pipe. Where every
   *     command rings there are no bytes, and nobody listens to the pipe.
   *   - Speculative writes. JeroMQ asks for writability after it has written already, only to find that nothing is left. So
   *     an interest in writing is answered once without asking; only if it persists, the channel is really full.
   *   - The sockets that wait for commands are looked at before every wait, since most of what happens to them happens here.
   *
   * The mailbox is reported first. It matters: ThreadSelector says why.
   *
   * JDK facts (25): AbstractSelectionKey.cancel only adds the key to cancelledKeys, and the channel counts as registered until
   * deregister. The JDK closes the descriptor of a registered channel when one of its own selectors drops the last key, and
   * only then. So our keys must go before the hub's does, which is the case because a select of ours comes first; and every
   * registered channel needs a key in the hub's selector, which costs nothing as long as it is not armed.
   */

  /** So many reports in a row without a wait, then the others of the hub have a turn. */
  private static final int REPORTS_PER_TURN = 16;

  private final Workers workers;
  private final Set<SelectionKey> keys = new HashSet<>();
  private final Set<SelectionKey> selected = new LinkedHashSet<>();
  private final ArrayDeque<HubKey> heard = new ArrayDeque<>();
  private final ArrayDeque<ReapingKey> told = new ArrayDeque<>(0);
  private final List<HubKey> changed = new ArrayList<>();
  private final List<HubKey> speculative = new ArrayList<>();

  /**
   * The worker whose poller this is; null for the selector of a mailbox, in which somebody waits
   * now and then.
   */
  private final @Nullable Worker worker;

  private final @Nullable Interests interests;
  private final Reported reported = new Reported();

  private @Nullable HubKey mailbox;
  private @Nullable Waiter parked;
  private boolean rung;
  private boolean wokenUp;
  private int reports;
  private long toldInterests;

  HubSelector(Workers workers, @Nullable Worker worker) {
    super(SelectorProvider.provider());
    this.workers = workers;
    this.worker = worker;
    this.interests =
        worker != null && workers.tellsCommands() ? Interests.of(worker.body(), this) : null;
  }

  /** What was reported, for JeroMQ's poller to walk through and take out. */
  private final class Reported extends AbstractSet<SelectionKey> {

    @Override
    public Iterator<SelectionKey> iterator() {
      return new Round(selected.iterator());
    }

    @Override
    public int size() {
      return selected.size();
    }
  }

  /** One walk of JeroMQ's poller through what was reported. */
  private final class Round implements Iterator<SelectionKey> {

    private final Iterator<SelectionKey> each;

    Round(Iterator<SelectionKey> each) {
      this.each = each;
    }

    @Override
    public boolean hasNext() {
      boolean hasNext = each.hasNext();
      if (!hasNext && interests != null) {
        interests.roundEnds();
      }
      return hasNext;
    }

    @Override
    public SelectionKey next() {
      SelectionKey next = each.next();
      if (interests != null && next instanceof HubKey key) {
        interests.calls(key);
      }
      return next;
    }

    @Override
    public void remove() {
      each.remove();
    }
  }

  @Override
  public Set<SelectionKey> keys() {
    requireOpen();
    return Collections.unmodifiableSet(keys);
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    requireOpen();
    return reported;
  }

  @Override
  protected SelectionKey register(
      AbstractSelectableChannel channel, int ops, @Nullable Object attachment) {
    requireOpen();
    HubKey key = new HubKey(this, channel, workers.watches().of(channel));
    EngineGuard.protect(attachment);
    key.attach(attachment);
    keys.add(key);
    if (worker != null && worker.isMailbox(channel)) {
      mailbox = key;
    }
    key.interestOps(ops);
    return key;
  }

  /** Reports what is ready, without waiting. */
  @Override
  public int selectNow() {
    return select(0, TimeUnit.NANOSECONDS);
  }

  /** Waits without an end. Switches if nothing is ready. */
  @Override
  public int select() {
    return select(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  /** Waits for some milliseconds, zero meaning without an end. Switches if nothing is ready. */
  @Override
  public int select(long timeout) {
    return timeout == 0 ? select() : select(timeout, TimeUnit.MILLISECONDS);
  }

  private int select(long timeout, TimeUnit unit) {
    requireOpen();
    forgetCancelled();
    if (interests != null) {
      interests.roundBegins();
    }
    if (worker != null) {
      workers.beforeWait(this);
    }
    collect();
    if (selected.isEmpty()) {
      reports = 0;
      armChanged();
      await(unit.toNanos(timeout));
    } else if (++reports >= REPORTS_PER_TURN) {
      reports = 0;
      armChanged();
      workers.yieldTurn();
      collect();
    }
    wokenUp = false;
    return selected.size();
  }

  private void await(long nanos) {
    long deadline = nanos == Long.MAX_VALUE ? 0 : workers.nanoTime() + nanos;
    long left = nanos;
    while (selected.isEmpty() && !wokenUp && isOpen()) {
      if (!park(left)) {
        return;
      }
      collect();
      if (nanos != Long.MAX_VALUE) {
        left = deadline - workers.nanoTime();
      }
    }
  }

  /** False if time is over. */
  private boolean park(long nanos) {
    Waiter waiter = Waiter.current();
    parked = waiter;
    try {
      return waiter.await(nanos);
    } catch (InterruptedWaitException e) {
      boolean _ = Thread.interrupted(); // nobody means JeroMQ
      return true;
    } catch (Throwable thrown) {
      // JeroMQ's workers end with their context, which closes before its hub: until then a kill is
      // not for them.
      if (workers.isAbandoned()) {
        throw thrown;
      }
      return true;
    } finally {
      parked = null;
    }
  }

  private void collect() {
    collectMailbox();
    for (ReapingKey key = told.poll(); key != null; key = told.poll()) {
      key.isTold = false;
      selected.add(key);
    }
    for (HubKey key = heard.poll(); key != null; key = heard.poll()) {
      if (key.takeHeard()) {
        selected.add(key);
        change(key);
      }
    }
    for (HubKey key : speculative) {
      if (key.isInterestedIn(SelectionKey.OP_WRITE)) {
        if (selected.contains(key)) {
          key.addReady(SelectionKey.OP_WRITE);
        } else {
          key.heard |= SelectionKey.OP_WRITE;
          boolean _ = key.takeHeard();
          selected.add(key);
        }
      }
    }
    speculative.clear();
  }

  private void collectMailbox() {
    HubKey key = mailbox;
    if (key == null) {
      return;
    }
    if (rung) {
      rung = false;
      key.heard |= SelectionKey.OP_READ;
    }
    if (key.heard != 0 && key.takeHeard()) {
      selected.add(key);
      change(key);
    }
  }

  private void armChanged() {
    for (int i = 0; i < changed.size(); i++) {
      HubKey key = changed.get(i);
      key.isChanged = false;
      if (key != mailbox || !workers.tellsCommands()) {
        key.arm();
      }
    }
    changed.clear();
  }

  private void change(HubKey key) {
    if (!key.isChanged) {
      key.isChanged = true;
      changed.add(key);
    }
  }

  /** Somebody on this hub has put a command into the mailbox of the worker. Never switches. */
  void sent(Object command, Deque<Object> mailbox) {
    if (interests != null) {
      interests.sent(command, mailbox);
    }
    ring();
  }

  /** A key's call: JeroMQ tells what it is interested in, which may be what it was before. */
  void interestTold() {
    toldInterests++;
  }

  /** How often JeroMQ has told its interest in a channel: for one after the other in a walk. */
  long toldInterests() {
    return toldInterests;
  }

  /** A key's call: somebody has become interested in more. */
  void interestAdded(HubKey key, boolean tryWriting) {
    change(key);
    if (tryWriting) {
      speculative.add(key);
    }
  }

  /** A key's call: the hub says that it is ready. */
  void heard(HubKey key) {
    heard.add(key);
    wake();
  }

  /** Somebody on this hub has put a command into the mailbox. Never switches. */
  void ring() {
    if (!rung) {
      rung = true;
      wake();
    }
  }

  /** A socket of the reaper has got commands. Never switches. */
  void tell(ReapingKey key) {
    if (!key.isTold) {
      key.isTold = true;
      told.add(key);
      wake();
    }
  }

  private void wake() {
    Waiter waiter = parked;
    if (waiter != null && waiter.grant(null)) {
      parked = null;
      waiter.wake();
    }
  }

  /**
   * Ends the wait of the worker. Who calls it from outside of the worker has told it to end and
   * will block until it has: so this waits for the end, in the hub's own way. Switches if the
   * worker lives.
   */
  @Override
  public Selector wakeup() {
    wokenUp = true;
    wake();
    if (worker != null) {
      worker.waitForEnd();
    }
    return this;
  }

  private void forgetCancelled() {
    Set<SelectionKey> cancelled = cancelledKeys();
    if (cancelled.isEmpty()) {
      return;
    }
    synchronized (cancelled) {
      Iterator<SelectionKey> each = cancelled.iterator();
      while (each.hasNext()) {
        AbstractSelectionKey key = (AbstractSelectionKey) each.next();
        each.remove();
        keys.remove(key);
        drop(key);
      }
    }
  }

  private void drop(AbstractSelectionKey key) {
    ((HubKey) key).leaveWatch();
    selected.remove(key);
    deregister(key);
    if (!key.channel().isOpen()) {
      workers.watches().forget(key.channel());
    }
  }

  @Override
  protected void implCloseSelector() {
    forgetCancelledOnClose();
    for (SelectionKey key : keys) {
      drop((AbstractSelectionKey) key);
    }
    keys.clear();
    heard.clear();
    told.clear();
    wake();
  }

  private void forgetCancelledOnClose() {
    synchronized (cancelledKeys()) {
      cancelledKeys().clear(); // they are among the keys
    }
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw new ClosedSelectorException();
    }
  }
}
