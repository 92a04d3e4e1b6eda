package dev.celadon.select;

import dev.celadon.hub.Awaited;
import dev.celadon.hub.Hub;
import dev.celadon.hub.Strand;
import dev.celadon.hub.Waiter;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The channels for which one party waits again and again.
 *
 * <p>Confined to its hub.
 */
final class Interests implements Awaited {
  /*
   * An interest is listed with the loop until it is ready. Then it stands among the ready ones until the next wait begins, which
   * lists it again: so a channel that is still ready is told again, and a wait costs work for the channels that were ready
   * before it, not for all of them. The loop keeps the kernel's interest, so listing again is no system call, unless the loop has
   * looked in between and found the channel ready for nobody.
   */
  private final Hub hub;
  private final Object owner;
  private final Map<SelectableChannel, Interest> byChannel = new LinkedHashMap<>();
  private @Nullable Waiter waiter;
  private @Nullable Interest firstReady;
  private @Nullable Interest lastReady;

  /**
   * Makes an empty set.
   *
   * @param owner whose it is, for messages: its {@code toString} must neither wait nor run user
   *     code
   */
  Interests(Hub hub, Object owner) {
    this.hub = hub;
    this.owner = owner;
  }

  Hub hub() {
    return hub;
  }

  int size() {
    return byChannel.size();
  }

  @Nullable Interest of(SelectableChannel channel) {
    return byChannel.get(channel);
  }

  /** Wants to hear of a channel, or of something else than before. */
  Interest put(SelectableChannel channel, int operations) throws ClosedChannelException {
    Interest known = byChannel.get(channel);
    Interest interest = known != null ? known : add(channel);
    interest.change(operations);
    return interest;
  }

  private Interest add(SelectableChannel channel) throws ClosedChannelException {
    if (!channel.isOpen()) {
      throw new ClosedChannelException();
    }
    Interest fresh = new Interest(this, channel, waitsFor(channel));
    byChannel.put(channel, fresh);
    return fresh;
  }

  private ChannelWaits waitsFor(SelectableChannel channel) throws ClosedChannelException {
    try {
      return ChannelWaits.of(hub, channel);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof ClosedChannelException closed) {
        throw closed; // by another thread, just now
      }
      throw e;
    }
  }

  /** Wants to hear nothing of a channel any more; false if it did not. */
  boolean remove(SelectableChannel channel) {
    Interest known = byChannel.remove(channel);
    if (known == null) {
      return false;
    }
    known.remove();
    return true;
  }

  /** Wants to hear nothing any more. */
  void clear() {
    byChannel.values().forEach(Interest::remove);
    byChannel.clear();
    firstReady = null;
    lastReady = null;
  }

  /** An interest's call, maybe from the loop's callback. */
  void ready(Interest interest) {
    if (!interest.isAmongReady) { // else it was changed, and so listed again, before the next wait
      interest.isAmongReady = true;
      if (lastReady == null) {
        firstReady = interest;
      } else {
        lastReady.nextReady = interest;
      }
      lastReady = interest;
    }
    endWait();
  }

  /**
   * Waits until a channel is ready, or the waiter is granted by somebody else. Switches.
   *
   * @param mine the caller's waiter
   * @param nanos how long at most; zero or less is one turn of everybody else
   */
  void waitForAny(Waiter mine, long nanos) {
    if (nanos <= 0) {
      Strand.current().yieldNow();
    }
    listAgain();
    mine.carry(this);
    waiter = mine;
    boolean told;
    try {
      told = mine.await(firstReady == null ? nanos : 0);
    } finally {
      waiter = null;
    }
    if (!told) {
      hub.loop().look();
    }
  }

  /** Lets the one who waits go on, with nothing found. */
  void endWait() {
    Waiter one = waiter;
    if (one != null && one.grant(null)) {
      one.wake();
    }
  }

  private void listAgain() {
    Interest next;
    Interest ready = firstReady;
    firstReady = null;
    lastReady = null;
    for (; ready != null; ready = next) {
      next = ready.nextReady;
      ready.nextReady = null;
      ready.isAmongReady = false;
      ready.list();
    }
  }

  /** What the last wait has found, and what has become ready since, in this order. */
  void forEachReady(Consumer<Interest> action) {
    for (Interest ready = firstReady; ready != null; ready = ready.nextReady) {
      if (ready.isReady()) {
        action.accept(ready);
      }
    }
  }

  @Override
  public String toString() {
    return "one of " + byChannel.size() + " channels of " + owner;
  }
}
