package dev.celadon.select;

import dev.celadon.loop.Clock;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.time.Duration;

/**
 * Waits until channels are ready: any {@link SelectableChannel} in non-blocking mode.
 *
 * <p>Several parties may wait for the same channel; all of them go on when it is ready.
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
   * Waits until a channel can be read, accepts, or has reached its end. Switches, unless time is
   * zero or less.
   *
   * @param channel in non-blocking mode
   * @param limit how long to wait at most
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
   * Waits until there is room to write to a channel, or its connection stands. Switches, unless
   * time is zero or less.
   *
   * @param channel in non-blocking mode
   * @param limit how long to wait at most
   * @return false if time was over first
   * @throws ClosedChannelException if the channel is closed
   */
  public static boolean waitWrite(SelectableChannel channel, Duration limit)
      throws ClosedChannelException {
    return waitFor(channel, writeOf(channel), Clock.waitNanos(limit));
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
      return side.waitUntilReady(nanos);
    } finally {
      side.retire();
    }
  }
}
