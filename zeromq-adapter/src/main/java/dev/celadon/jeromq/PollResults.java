package dev.celadon.jeromq;

import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** What a {@link ZPoller} polls for and has found, under all of JeroMQ's names for it. */
abstract class PollResults {

  /** Something can be received. */
  public static final int POLLIN = ZMQ.Poller.POLLIN;

  /** There is room to send something. */
  public static final int POLLOUT = ZMQ.Poller.POLLOUT;

  /** The channel is closed. */
  public static final int POLLERR = ZMQ.Poller.POLLERR;

  /** The same as {@link #POLLIN}. */
  public static final int IN = POLLIN;

  /** The same as {@link #POLLOUT}. */
  public static final int OUT = POLLOUT;

  /** The same as {@link #POLLERR}. */
  public static final int ERR = POLLERR;

  /** The same as {@link #POLLIN}. */
  public static final int READABLE = POLLIN;

  /** The same as {@link #POLLOUT}. */
  public static final int WRITABLE = POLLOUT;

  /** The events of a socket or channel; 0 if it is not polled. */
  abstract int readyOps(@Nullable Object socketOrChannel);

  /**
   * Whether something can be received.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean isReadable(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be received.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean isReadable(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be received.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean readable(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be received.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean readable(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be received.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean pollin(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be received.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean pollin(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be received.
   *
   * @param socketOrChannel which
   * @return what the last poll has found
   */
  public boolean readable(@Nullable Object socketOrChannel) {
    return (readyOps(socketOrChannel) & ZMQ.Poller.POLLIN) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean isWritable(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean isWritable(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean writable(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean writable(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean pollout(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean pollout(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether something can be sent.
   *
   * @param socketOrChannel which
   * @return what the last poll has found
   */
  public boolean writable(@Nullable Object socketOrChannel) {
    return (readyOps(socketOrChannel) & ZMQ.Poller.POLLOUT) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean isError(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean isError(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean error(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean error(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param socket which
   * @return what the last poll has found
   */
  public boolean pollerr(ZMQ.Socket socket) {
    return (readyOps(socket) & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param channel which
   * @return what the last poll has found
   */
  public boolean pollerr(SelectableChannel channel) {
    return (readyOps(channel) & ZMQ.Poller.POLLERR) != 0;
  }

  /**
   * Whether it is closed.
   *
   * @param socketOrChannel which
   * @return what the last poll has found
   */
  public boolean error(@Nullable Object socketOrChannel) {
    return (readyOps(socketOrChannel) & ZMQ.Poller.POLLERR) != 0;
  }
}
