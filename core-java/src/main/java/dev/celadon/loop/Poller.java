package dev.celadon.loop;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * Where a loop learns which channels are ready.
 *
 * <p>Confined to its loop's thread, but for {@link #wakeUp}.
 */
public interface Poller {

  /**
   * Starts to look after a channel.
   *
   * @param channel a channel in non-blocking mode, not watched by this poller yet
   * @return its watcher, with no interest yet
   * @throws java.io.UncheckedIOException if the channel is closed
   * @throws IllegalStateException if the channel is in blocking mode or watched already
   */
  IoWatcher watch(SelectableChannel channel);

  /**
   * The watcher that {@link #watch} has made for a channel.
   *
   * @param channel any channel
   * @return its watcher, or null if the channel is not watched or is closed
   */
  @Nullable IoWatcher watcherOf(SelectableChannel channel);

  /**
   * Whether anything is watched, so that a sleep must look at channels too.
   *
   * @return true if a channel is watched, also one that nobody waits for at the moment
   */
  boolean hasWatchers();

  /**
   * Whether anybody waits for a channel: an open channel alone is no reason to go on.
   *
   * @return true if {@link #poll} can report anything
   */
  boolean hasWaits();

  /**
   * Tells the watchers of ready channels, waiting for the first one if need be.
   *
   * @param nanos how long to wait: 0 does not wait, {@link Long#MAX_VALUE} waits until something is
   *     ready or {@link #wakeUp}; may return earlier, never later than it can help
   */
  void poll(long nanos);

  /**
   * Tells the watchers of channels that somebody has closed without closing the watcher: before a
   * {@link #poll} that waits, which would not hear of them. May ask as {@code poll(0)} does.
   */
  void lookForClosed();

  /** Ends a poll that waits, or lets the next one return at once. Safe for use from any thread. */
  void wakeUp();

  /** Gives the operating system's resources back. */
  void close();
}
