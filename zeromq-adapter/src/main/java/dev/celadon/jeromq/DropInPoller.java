package dev.celadon.jeromq;

import java.io.Closeable;
import java.nio.channels.SelectableChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@link ZMQ.Poller} does. */
class DropInPoller implements Closeable {

  private static final int ALL = ZMQ.Poller.POLLIN | ZMQ.Poller.POLLOUT | ZMQ.Poller.POLLERR;

  private final List<ZMQ.PollItem> items;
  private final PollSet set = new PollSet(null);
  private long timeout = -1;

  DropInPoller(int size) {
    items = new ArrayList<>(size);
  }

  /** Leaves the sockets and channels, which stay open. */
  @Override
  public void close() {
    set.close();
  }

  // --- What to wait for

  /**
   * Adds a socket, for all events.
   *
   * @param socket what to poll
   * @return its index
   */
  public int register(ZMQ.Socket socket) {
    return register(socket, ALL);
  }

  /**
   * Adds a channel, for all events.
   *
   * @param channel what to poll, in non-blocking mode
   * @return its index
   */
  public int register(SelectableChannel channel) {
    return register(channel, ALL);
  }

  /**
   * Adds a socket.
   *
   * @param socket what to poll
   * @param events a sum of {@code POLLIN}, {@code POLLOUT} and {@code POLLERR}
   * @return its index
   */
  public int register(ZMQ.Socket socket, int events) {
    return register(new ZMQ.PollItem(socket, events));
  }

  /**
   * Adds a channel.
   *
   * @param channel what to poll, in non-blocking mode
   * @param events a sum of {@code POLLIN}, {@code POLLOUT} and {@code POLLERR}
   * @return its index
   */
  public int register(SelectableChannel channel, int events) {
    return register(new ZMQ.PollItem(channel, events));
  }

  /**
   * Adds an item.
   *
   * @param item what to poll
   * @return its index
   */
  public int register(ZMQ.PollItem item) {
    items.add(item);
    return items.size() - 1;
  }

  /**
   * Takes a socket out; those behind it move up.
   *
   * @param socket what to poll no more
   */
  public void unregister(ZMQ.Socket socket) {
    items.removeIf(item -> item.getSocket() == socket);
  }

  /**
   * Takes a channel out; those behind it move up.
   *
   * @param channel what to poll no more
   */
  public void unregister(SelectableChannel channel) {
    items.removeIf(item -> item.getRawSocket() == channel);
  }

  /**
   * An item.
   *
   * @param index where it stands
   * @return the item, or null if there is none
   */
  public ZMQ.@Nullable PollItem getItem(int index) {
    return index < 0 || index >= items.size() ? null : items.get(index);
  }

  /**
   * A socket.
   *
   * @param index where it stands
   * @return the socket, or null if there is none
   */
  public ZMQ.@Nullable Socket getSocket(int index) {
    ZMQ.PollItem item = getItem(index);
    return item == null ? null : item.getSocket();
  }

  /**
   * How many items there are.
   *
   * @return zero or more
   */
  public int getSize() {
    return items.size();
  }

  /**
   * The index of the next item.
   *
   * @return as {@link #getSize}
   * @deprecated use {@link #getSize}
   */
  @Deprecated
  public int getNext() {
    return items.size();
  }

  // --- Polls

  /**
   * How long {@link #poll()} waits at most.
   *
   * @return milliseconds; -1 for ever
   * @deprecated give the timeout to {@link #poll(long)}
   */
  @Deprecated
  public long getTimeout() {
    return timeout;
  }

  /**
   * Sets how long {@link #poll()} waits at most.
   *
   * @param timeout milliseconds; -1 for ever; less does nothing
   * @deprecated give the timeout to {@link #poll(long)}
   */
  @Deprecated
  public void setTimeout(long timeout) {
    if (timeout >= -1) {
      this.timeout = timeout;
    }
  }

  /**
   * Waits until something is ready. Switches unless it is so already.
   *
   * @return how many items are ready; -1 if the context ends or a socket is closed
   */
  public int poll() {
    return poll(timeout);
  }

  /**
   * Waits until something is ready, for a limited time. Switches unless it is so already.
   *
   * @param tout milliseconds; -1 for ever, 0 only looks
   * @return how many items are ready; -1 if the context ends or a socket is closed; 0 without
   *     items, and for less than -1
   */
  public int poll(long tout) {
    return tout < -1 || items.isEmpty() ? 0 : set.poll(items, tout);
  }

  /**
   * Whether something can be received.
   *
   * @param index where the item stands
   * @return what the last poll has found
   */
  public boolean pollin(int index) {
    ZMQ.PollItem item = getItem(index);
    return item != null && item.isReadable();
  }

  /**
   * Whether something can be sent.
   *
   * @param index where the item stands
   * @return what the last poll has found
   */
  public boolean pollout(int index) {
    ZMQ.PollItem item = getItem(index);
    return item != null && item.isWritable();
  }

  /**
   * Whether a channel is closed.
   *
   * @param index where the item stands
   * @return what the last poll has found
   */
  public boolean pollerr(int index) {
    ZMQ.PollItem item = getItem(index);
    return item != null && item.isError();
  }
}
