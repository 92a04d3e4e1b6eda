package dev.celadon.zeromq;

import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import zmq.SocketBase;
import zmq.poll.Poller;

/**
 * A socket without a pipe, as its reaper's selector reports it: as a channel that can be read from.
 * It is registered nowhere.
 *
 * <p>Confined to its hub.
 */
final class ReapingKey extends SelectionKey {

  private final SelectableChannel channel;
  private final Selector selector;
  private boolean isGone;

  /** Stands among what the reaper's selector reports next. */
  boolean isTold;

  /**
   * Makes the key of a socket.
   *
   * @param channel the closed pipe of its mailbox
   * @param selector of its mailbox
   */
  ReapingKey(SocketBase socket, SelectableChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
    attach(new Poller.Handle(channel, socket)); // what JeroMQ's poller expects
  }

  @Override
  public SelectableChannel channel() {
    return channel;
  }

  @Override
  public Selector selector() {
    return selector;
  }

  /** JeroMQ's poller asks right before it calls the socket. */
  @Override
  public boolean isValid() {
    return !isGone;
  }

  @Override
  public void cancel() {
    isGone = true;
  }

  @Override
  public int interestOps() {
    return OP_READ;
  }

  @Override
  public SelectionKey interestOps(int ops) {
    throw new UnsupportedOperationException("there is nothing to wait for but commands");
  }

  @Override
  public int readyOps() {
    return OP_READ;
  }
}
