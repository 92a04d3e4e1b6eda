package dev.celadon.select;

import dev.celadon.hub.Hub;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.hub.Waiter;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Selector} whose selections park the calling greenlet only: the hub waits for its
 * channels beside all others. Code that is written for selectors works with it as it is, but for
 * {@code HubSelector.open()} in the place of {@code Selector.open()}.
 *
 * <p>It keeps the contract of {@link Selector}, with these differences: each selection, {@code
 * selectNow} too, gives everybody else a turn; a kill and a timeout end a selection, and leave the
 * selector as it was; and a second selection while one goes on is refused with a {@link
 * ConcurrentUseException}, instead of waiting for its end. A cancelled key leaves its channel with
 * the next selection; until then the channel cannot be put into blocking mode.
 *
 * <p>A selection waits on the hub of its caller, whichever that is. The channels may be those of
 * sockets of Celadon or of other selectors, too: all who wait are told.
 *
 * <p>Safe for use from any thread; the sets of keys are, as in any selector, for the one who
 * selects.
 */
public final class HubSelector extends AbstractSelector {
  /*
   * Changes of interest are queued and take effect when the next selection begins, as in the JDK. A selection brings them to the
   * interests of the hub where it waits; if the one before was on another hub, they move.
   *
   * Read in JDK 25: a channel that is closed keeps its descriptor while it has keys, and it is the JDK's own selector that closes
   * it with the last one. It cannot do so for keys of ours. So each channel has a key without interest in a selector of the JDK,
   * the keeper, which never waits and costs the kernel nothing. It hears of a cancelled key after ours has left the channel: then
   * whichever selector of the JDK lets go last, the keeper or the hub's, finds no key left and closes the descriptor.
   *
   * register() is called under the locks of the channel, and deregister() takes them; so nothing here is locked around either.
   */
  private final Selector keeper;
  private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();
  private final Set<SelectionKey> keysView = Collections.unmodifiableSet(keys);
  private final Set<SelectionKey> selected = new LinkedHashSet<>();
  private final Set<SelectionKey> selectedView = new Shrinking(selected);
  private final Queue<HubKey> changes = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean busy = new AtomicBoolean();

  private volatile boolean wokenUp;

  /** Who selects. Published before it looks at {@code wokenUp}. */
  private volatile @Nullable Waiter selecting;

  /** Where the last selection was. Written by who selects. */
  private volatile @Nullable Interests interests;

  private HubSelector(Selector keeper) {
    super(SelectorProvider.provider());
    this.keeper = keeper;
  }

  /**
   * Opens a selector. Never switches.
   *
   * @return a selector without channels
   * @throws IOException if the operating system has no more
   */
  public static HubSelector open() throws IOException {
    return new HubSelector(Selector.open());
  }

  // --- Keys

  @Override
  protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
    requireOpen();
    SelectionKey kept;
    try {
      kept = channel.register(keeper, 0);
    } catch (ClosedChannelException e) {
      throw new AssertionError("bug in Celadon, please report: closed under its lock", e);
    }
    HubKey key = new HubKey(this, channel, kept);
    key.attach(attachment);
    keys.add(key);
    key.interestOps(ops);
    if (!isOpen()) { // meanwhile: whoever closes may not have seen the key
      leave(key);
      throw new ClosedSelectorException();
    }
    return key;
  }

  /** A key's call: it wants something else. Any thread. */
  void changed(HubKey key) {
    if (key.isFirstChange()) {
      changes.add(key);
    }
  }

  @Override
  public Set<SelectionKey> keys() {
    requireOpen();
    return keysView;
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    requireOpen();
    return selectedView;
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw new ClosedSelectorException();
    }
  }

  // --- Selections

  /**
   * Selects the keys that are ready now. Gives everybody else a turn: switches.
   *
   * @throws ConcurrentUseException if somebody selects already
   */
  @Override
  public int selectNow() throws IOException {
    return selectKeys(null, 0);
  }

  /**
   * Waits until a key is ready. Switches.
   *
   * @throws ConcurrentUseException if somebody selects already
   */
  @Override
  public int select() throws IOException {
    return selectKeys(null, Long.MAX_VALUE);
  }

  /**
   * Waits until a key is ready, for a limited time. Switches.
   *
   * @throws ConcurrentUseException if somebody selects already
   */
  @Override
  public int select(long timeout) throws IOException {
    return selectKeys(null, nanos(timeout));
  }

  @Override
  public int selectNow(Consumer<SelectionKey> action) throws IOException {
    return selectKeys(Objects.requireNonNull(action, "action"), 0);
  }

  @Override
  public int select(Consumer<SelectionKey> action) throws IOException {
    return selectKeys(Objects.requireNonNull(action, "action"), Long.MAX_VALUE);
  }

  @Override
  public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
    return selectKeys(Objects.requireNonNull(action, "action"), nanos(timeout));
  }

  private static long nanos(long timeout) {
    if (timeout < 0) {
      throw new IllegalArgumentException(
          "timeout is " + timeout + ": give milliseconds, or 0 for no limit");
    }
    return timeout == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeout);
  }

  private int selectKeys(@Nullable Consumer<SelectionKey> action, long nanos) throws IOException {
    requireOpen();
    if (!busy.compareAndSet(false, true)) {
      throw new ConcurrentUseException(
          "a greenlet selects from this HubSelector already: let one select, and wake it up");
    }
    try {
      Interests here = interestsOf(Hub.current());
      takeLeave(here);
      makeChanges(here);
      waitForAny(here, nanos);
      if (!isOpen()) {
        here.clear();
        return 0;
      }
      takeLeave(here);
      return action == null ? addSelected(here) : tell(here, action);
    } finally {
      busy.set(false);
    }
  }

  private Interests interestsOf(Hub hub) {
    Interests known = interests;
    if (known != null && known.hub() == hub) {
      return known;
    }
    if (known != null) {
      clear(known);
      keys.forEach(key -> changed((HubKey) key));
    }
    Interests here = new Interests(hub, "a HubSelector");
    interests = here;
    return here;
  }

  private static void clear(Interests elsewhere) {
    if (elsewhere.hub().inHub()) {
      elsewhere.clear();
    } else {
      boolean _ = elsewhere.hub().submit(elsewhere::clear); // a closed hub has closed its watchers
    }
  }

  private void makeChanges(Interests here) {
    for (HubKey key = changes.poll(); key != null; key = changes.poll()) {
      key.changeIsTold();
      try {
        if (key.isValid()) {
          here.put(key.channel(), key.wanted()).attachment = key;
        }
      } catch (ClosedChannelException _) {
        // just now: the key is cancelled, too
      }
    }
  }

  private void waitForAny(Interests here, long nanos) {
    Waiter mine = Waiter.current();
    selecting = mine;
    try {
      here.waitForAny(mine, wokenUp || !isOpen() ? 0 : nanos);
    } catch (InterruptedWaitException e) {
      return; // the thread's status stays set, as the contract has it
    } finally {
      selecting = null;
      wokenUp = false;
    }
  }

  private int addSelected(Interests here) {
    int[] count = {0};
    here.forEachReady(
        ready -> {
          HubKey key = keyOf(ready);
          int operations = ready.heard() & key.wanted();
          if (operations == 0 || !key.isValid()) {
            return;
          }
          if (selected.add(key)) {
            key.setReady(operations);
            count[0]++;
          } else if (key.addReady(operations)) {
            count[0]++;
          }
        });
    return count[0];
  }

  private int tell(Interests here, Consumer<SelectionKey> action) {
    List<HubKey> found = new ArrayList<>();
    here.forEachReady(
        ready -> {
          HubKey key = keyOf(ready);
          int operations = ready.heard() & key.wanted();
          if (operations != 0 && key.isValid()) {
            key.setReady(operations);
            found.add(key);
          }
        });
    for (HubKey key : found) {
      action.accept(key);
      requireOpen();
    }
    return found.size();
  }

  private static HubKey keyOf(Interest interest) {
    return (HubKey) Objects.requireNonNull(interest.attachment);
  }

  /** The cancelled keys leave; the JDK's selectors may close their channels then. */
  private void takeLeave(Interests here) throws IOException {
    List<SelectionKey> cancelled;
    Set<SelectionKey> waiting = cancelledKeys();
    synchronized (waiting) {
      if (waiting.isEmpty()) {
        return;
      }
      cancelled = List.copyOf(waiting);
      waiting.clear();
    }
    for (SelectionKey key : cancelled) {
      selected.remove(key);
      boolean _ = here.remove(key.channel());
      leave((HubKey) key);
    }
    try {
      int _ = keeper.selectNow();
    } catch (ClosedSelectorException _) {
      // which has done the same
    }
  }

  private void leave(HubKey key) {
    keys.remove(key);
    deregister(key);
    key.keeper().cancel();
  }

  // --- Wake-up and end

  @Override
  public Selector wakeup() {
    wokenUp = true;
    Waiter one = selecting;
    if (one != null && one.grant(null)) {
      one.wake();
    }
    return this;
  }

  @Override
  protected void implCloseSelector() throws IOException {
    Selector _ = wakeup();
    Interests last = interests;
    if (last != null) {
      clear(last);
    }
    for (SelectionKey key : keys) {
      leave((HubKey) key);
    }
    keeper.close();
  }

  @Override
  public String toString() {
    return isOpen() ? "HubSelector[" + keys.size() + " keys]" : "HubSelector[closed]";
  }

  /** The selected keys, from which everybody may only take. */
  private static final class Shrinking extends AbstractSet<SelectionKey> {

    private final Set<SelectionKey> keys;

    Shrinking(Set<SelectionKey> keys) {
      this.keys = keys;
    }

    @Override
    public Iterator<SelectionKey> iterator() {
      return keys.iterator();
    }

    @Override
    public int size() {
      return keys.size();
    }

    @Override
    public boolean contains(Object key) {
      return keys.contains(key);
    }

    @Override
    public boolean remove(Object key) {
      return keys.remove(key);
    }

    @Override
    public void clear() {
      keys.clear();
    }
  }
}
