package dev.celadon.jeromq;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** What {@link ZMQ.PollItem} does. */
class DropInPollItem {

  private final ZMQ.@Nullable Socket socket;
  private final @Nullable SelectableChannel channel;
  private final int interest;
  private int ready;

  DropInPollItem(ZMQ.@Nullable Socket socket, @Nullable SelectableChannel channel, int interest) {
    this.socket = socket;
    this.channel = channel;
    this.interest = interest;
  }

  /**
   * The channel.
   *
   * @return null if a socket is polled
   */
  public final @Nullable SelectableChannel getRawSocket() {
    return channel;
  }

  /**
   * The socket.
   *
   * @return null if a channel is polled
   */
  public final ZMQ.@Nullable Socket getSocket() {
    return socket;
  }

  /**
   * Whether something can be received.
   *
   * @return what the last poll has found
   */
  public final boolean isReadable() {
    return (ready & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @return what the last poll has found
   */
  public final boolean isWritable() {
    return (ready & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether the channel is closed.
   *
   * @return what the last poll has found
   */
  public final boolean isError() {
    return (ready & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * What the last poll has found.
   *
   * @return a sum of {@code POLLIN}, {@code POLLOUT} and {@code POLLERR}
   */
  public final int readyOps() {
    return ready;
  }

  /**
   * What to poll for.
   *
   * @return a sum of {@code POLLIN}, {@code POLLOUT} and {@code POLLERR}
   */
  public final int interestOps() {
    return interest;
  }

  final void ready(int events) {
    ready = events & interest;
  }

  /** Hash code of the socket or channel. */
  @Override
  public int hashCode() {
    return System.identityHashCode(socket == null ? channel : socket);
  }

  /** Whether the other polls the same socket or channel. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DropInPollItem that && that.socket == socket && that.channel == channel;
  }
}
