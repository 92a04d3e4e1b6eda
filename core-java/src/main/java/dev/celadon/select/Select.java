package dev.celadon.select;

import dev.celadon.hub.Strand;
import dev.celadon.hub.Waitable;
import dev.celadon.loop.Clock;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Waits until channels are ready: any {@link SelectableChannel} in non-blocking mode.
 *
 * <p>Several parties may wait for the same channel; all of them go on when it is ready.
 *
 * <p>A channel that is closed is noticed when its hub looks at its channels the next time. If
 * another thread closes it while the hub sleeps, that may be late: give the hub something to do,
 * such as the close itself.
 *
 * <p>Safe for use from any thread that belongs to a hub or can drive one.
 */
public final class Select {

  private Select() {}

  /**
   * Waits until a channel can be read, accepts, or has reached its end. Switches.
   *
   * @param channel in non-blocking mode
   * @throws ClosedChannelException if the channel is closed; an {@link AsynchronousCloseException}
   *     if that happened during the wait
   * @throws IllegalStateException if the channel is in blocking mode
   * @throws IllegalArgumentException if such a channel is never read from
   */
  public static void waitRead(SelectableChannel channel) throws ClosedChannelException {
    boolean _ = waitFor(channel, readOf(channel), Long.MAX_VALUE);
  }

  /**
   * Waits until a channel can be read, accepts, or has reached its end. Switches.
   *
   * @param channel in non-blocking mode
   * @param limit how long to wait at most; zero or negative gives everybody else a turn and looks
   * @return false if time was over first
   * @throws ClosedChannelException if the channel is closed
   */
  public static boolean waitRead(SelectableChannel channel, Duration limit)
      throws ClosedChannelException {
    return waitFor(channel, readOf(channel), Clock.waitNanos(limit));
  }

  /**
   * Waits until there is room to write to a channel, or its connection stands. Switches.
   *
   * @param channel in non-blocking mode
   * @throws ClosedChannelException as {@link #waitRead(SelectableChannel)}
   */
  public static void waitWrite(SelectableChannel channel) throws ClosedChannelException {
    boolean _ = waitFor(channel, writeOf(channel), Long.MAX_VALUE);
  }

  /**
   * Waits until there is room to write to a channel, or its connection stands. Switches.
   *
   * @param channel in non-blocking mode
   * @param limit how long to wait at most; zero or negative gives everybody else a turn and looks
   * @return false if time was over first
   * @throws ClosedChannelException if the channel is closed
   */
  public static boolean waitWrite(SelectableChannel channel, Duration limit)
      throws ClosedChannelException {
    return waitFor(channel, writeOf(channel), Clock.waitNanos(limit));
  }

  /**
   * Waits until one of several channels is ready, and tells which ones are. Switches. A channel
   * that is closed during the wait counts as ready: its next operation tells what has happened.
   *
   * <p>Each call costs some work for each channel; {@link Poll} and {@link HubSelector} keep what
   * is waited for.
   *
   * @param readable channels to wait for until they can be read, accept, or have reached their end;
   *     in non-blocking mode, as all of them
   * @param writable channels to wait for until they have room, or their connection stands
   * @return what is ready: one channel at least
   * @throws ClosedChannelException if one of the channels is closed already
   * @throws IllegalStateException if one is in blocking mode
   * @throws IllegalArgumentException if one is never read from, or never written to
   */
  public static Selected select(
      Collection<? extends SelectableChannel> readable,
      Collection<? extends SelectableChannel> writable)
      throws ClosedChannelException {
    return select(readable, writable, Long.MAX_VALUE);
  }

  /**
   * Waits until one of several channels is ready, for a limited time, and tells which ones are.
   * Switches.
   *
   * @param readable as in {@link #select(Collection, Collection)}
   * @param writable as in {@link #select(Collection, Collection)}
   * @param limit how long to wait at most; zero or negative gives everybody else a turn and looks
   * @return what is ready: empty if time was over first
   * @throws ClosedChannelException if one of the channels is closed already
   * @throws IllegalStateException if one is in blocking mode
   * @throws IllegalArgumentException if one is never read from, or never written to
   */
  public static Selected select(
      Collection<? extends SelectableChannel> readable,
      Collection<? extends SelectableChannel> writable,
      Duration limit)
      throws ClosedChannelException {
    return select(readable, writable, Clock.waitNanos(limit));
  }

  private static Selected select(
      Collection<? extends SelectableChannel> readable,
      Collection<? extends SelectableChannel> writable,
      long nanos)
      throws ClosedChannelException {
    List<Readiness> sides = new ArrayList<>(readable.size() + writable.size());
    for (SelectableChannel channel : readable) {
      sides.add(new Readiness(channel, readOf(channel), channel));
    }
    int reading = sides.size();
    for (SelectableChannel channel : writable) {
      sides.add(new Readiness(channel, writeOf(channel), channel));
    }
    try {
      boolean _ = Readiness.waitOrLook(sides, nanos);
    } finally {
      sides.forEach(Readiness::retire);
    }
    return new Selected(
        ready(sides.subList(0, reading)), ready(sides.subList(reading, sides.size())));
  }

  private static List<SelectableChannel> ready(List<Readiness> sides) {
    return sides.stream()
        .filter(side -> side.heard() != 0 || !side.channel().isOpen())
        .map(Readiness::channel)
        .toList();
  }

  /**
   * The reading side of a channel as something to wait for, beside events and greenlets: {@code
   * Greenlets.waitAll(List.of(Select.readable(channel), stop), 1)}. It is ready when the channel
   * can be read, accepts, has reached its end, or is closed. Asking it, or waiting for it, must
   * happen on a hub or on a thread that can drive one. Never switches.
   *
   * @param channel in non-blocking mode when it is waited for
   * @return what becomes ready, as often as the channel does
   * @throws IllegalArgumentException if such a channel is never read from
   */
  public static Waitable readable(SelectableChannel channel) {
    return new ChannelReadiness(channel, readOf(channel));
  }

  /**
   * The writing side of a channel as something to wait for, as {@link #readable} is the reading
   * one: ready when there is room, the connection stands, or the channel is closed. Never switches.
   *
   * @param channel in non-blocking mode when it is waited for
   * @return what becomes ready, as often as the channel does
   * @throws IllegalArgumentException if such a channel is never written to
   */
  public static Waitable writable(SelectableChannel channel) {
    return new ChannelReadiness(channel, writeOf(channel));
  }

  private static int readOf(SelectableChannel channel) {
    return channel.validOps() & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT);
  }

  private static int writeOf(SelectableChannel channel) {
    return channel.validOps() & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT);
  }

  private static boolean waitFor(SelectableChannel channel, int operations, long nanos)
      throws ClosedChannelException {
    Readiness side = new Readiness(channel, operations, channel);
    try {
      if (nanos <= 0) {
        Strand.current().yieldNow();
      }
      return (nanos > 0 && side.waitUntilReady(nanos)) || Readiness.look(List.of(side));
    } finally {
      side.retire();
    }
  }
}
