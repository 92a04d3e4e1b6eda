package dev.celadon.select;

import dev.celadon.hub.Hub;
import dev.celadon.hub.Waiter;
import dev.celadon.loop.Clock;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Channels that are waited for together, again and again.
 *
 * <pre>{@code
 * try (Poll poll = new Poll()) {
 *   poll.register(first, SelectionKey.OP_READ);
 *   poll.register(second, SelectionKey.OP_READ);
 *   for (Poll.Ready ready : poll.poll()) {
 *     readFrom(ready.channel());
 *   }
 * }
 * }</pre>
 *
 * <p>A channel that stays ready is reported by each poll. A poll costs work for the channels that
 * are ready or were so the last time, not for all of them, and no system call for any of them.
 *
 * <p>Several polls, selects and sockets may wait for the same channel. One party at a time may wait
 * in a poll.
 *
 * <p>Confined to its hub.
 */
public final class Poll implements AutoCloseable {

  /**
   * A channel that is ready.
   *
   * @param channel what was registered
   * @param operations what it is ready for: a set of {@link SelectionKey}'s OP constants; none if
   *     the channel is closed
   */
  public record Ready(SelectableChannel channel, int operations) {

    /**
     * Whether the channel is closed: it will be reported until it is unregistered.
     *
     * @return true if nothing can be done with it any more
     */
    public boolean isClosed() {
      return operations == 0;
    }
  }

  private final Hub hub;
  private final Interests interests;
  private boolean busy;
  private boolean closed;

  /** Makes a poll of the current hub without channels. */
  public Poll() {
    this.hub = Hub.current();
    this.interests = new Interests(hub, "a Poll");
  }

  /**
   * Adds a channel, or changes what it is waited for. Never switches.
   *
   * @param channel in non-blocking mode
   * @param operations a set of {@link SelectionKey}'s OP constants; none only keeps the channel's
   *     place
   * @throws ClosedChannelException if the channel is closed
   * @throws PollClosedException if this is closed
   * @throws IllegalStateException if the channel is in blocking mode, or on another hub
   * @throws IllegalArgumentException if the channel does not support one of the operations
   */
  public void register(SelectableChannel channel, int operations) throws ClosedChannelException {
    requireOpen();
    if ((operations & ~channel.validOps()) != 0) {
      throw new IllegalArgumentException(
          "a "
              + channel.getClass().getSimpleName()
              + " cannot be waited for with operations "
              + operations
              + ": give some of "
              + channel.validOps());
    }
    Interest _ = interests.put(channel, operations);
  }

  /**
   * Changes what a channel is waited for. Never switches.
   *
   * @param channel what was registered
   * @param operations as in {@link #register}
   * @throws ClosedChannelException if the channel is closed
   * @throws IllegalArgumentException if the channel is not registered, or does not support one of
   *     the operations
   * @throws PollClosedException if this is closed
   * @throws IllegalStateException on another hub
   */
  public void modify(SelectableChannel channel, int operations) throws ClosedChannelException {
    requireOpen();
    if (interests.of(Objects.requireNonNull(channel, "channel")) == null) {
      throw unknown(channel);
    }
    register(channel, operations);
  }

  /**
   * Takes a channel out; an open or a closed one. Never switches.
   *
   * @param channel what was registered
   * @throws IllegalArgumentException if it is not registered
   * @throws PollClosedException if this is closed
   * @throws IllegalStateException on another hub
   */
  public void unregister(SelectableChannel channel) {
    requireOpen();
    if (!interests.remove(Objects.requireNonNull(channel, "channel"))) {
      throw unknown(channel);
    }
  }

  private static IllegalArgumentException unknown(SelectableChannel channel) {
    return new IllegalArgumentException(channel + " is not registered here: register it first");
  }

  /**
   * Waits until a channel is ready. Switches.
   *
   * @return what is ready: one channel at least
   * @throws ConcurrentUseException if somebody waits here already
   * @throws PollClosedException if this is closed, or is closed during the wait
   * @throws IllegalStateException on another hub
   */
  public List<Ready> poll() {
    return poll(Long.MAX_VALUE);
  }

  /**
   * Waits until a channel is ready, for a limited time. Switches.
   *
   * @param limit how long to wait at most; zero or negative gives everybody else a turn and looks
   * @return what is ready; nothing if time was over first
   * @throws ConcurrentUseException if somebody waits here already
   * @throws PollClosedException if this is closed, or is closed during the wait
   * @throws IllegalStateException on another hub
   */
  public List<Ready> poll(Duration limit) {
    return poll(Clock.waitNanos(limit));
  }

  private List<Ready> poll(long nanos) {
    requireOpen();
    if (busy) {
      throw new ConcurrentUseException(
          "a greenlet waits in this Poll already: give each its own, which may have the same"
              + " channels");
    }
    busy = true;
    try {
      return pollAlone(nanos);
    } finally {
      busy = false;
    }
  }

  /** What is ready may be changed or taken out by another greenlet before this one has its turn. */
  private List<Ready> pollAlone(long nanos) {
    List<Ready> found = new ArrayList<>();
    long begin = hub.loop().nanoTime();
    long left = nanos;
    do {
      interests.waitForAny(Waiter.current(), left);
      if (closed) {
        throw new PollClosedException("this Poll was closed during the wait");
      }
      interests.forEachReady(one -> found.add(new Ready(one.channel(), one.heard())));
      left = nanos == Long.MAX_VALUE ? nanos : nanos - (hub.loop().nanoTime() - begin);
    } while (found.isEmpty() && left > 0);
    return found;
  }

  private void requireOpen() {
    requireHub();
    if (closed) {
      throw new PollClosedException("this Poll is closed: make another one");
    }
  }

  private void requireHub() {
    Hub here = Hub.current();
    if (here != hub) {
      throw new IllegalStateException(
          "this Poll belongs to " + hub + ": make another one for " + here);
    }
  }

  /**
   * How many channels are registered.
   *
   * @return 0 or more
   */
  public int size() {
    return interests.size();
  }

  /**
   * Takes all channels out, which stay open, and ends the poll: who waits in it gets a {@link
   * PollClosedException}. Closing twice does nothing. Never switches.
   *
   * @throws IllegalStateException on another hub
   */
  @Override
  public void close() {
    requireHub();
    closed = true;
    interests.clear();
    interests.endWait();
  }

  @Override
  public String toString() {
    return "Poll[" + interests.size() + " channels]";
  }
}
