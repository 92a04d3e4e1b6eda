package dev.celadon.net;

import dev.celadon.hub.Waiter;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams (UDP).
 *
 * <p>One may receive while another one sends; a second receiver or sender is refused.
 *
 * <p>Used on one hub at a time; {@link #close} may be called from any thread.
 */
public final class UdpSocket implements Channel {

  private final DatagramChannel channel;
  private final SocketAddress local;
  private final Side receiving;
  private final Side sending;
  private Duration timeout = Duration.ZERO;

  private UdpSocket(DatagramChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.local = Objects.requireNonNull(channel.getLocalAddress(), "the channel is not bound");
    this.receiving = new Side(channel, SelectionKey.OP_READ, this);
    this.sending = new Side(channel, SelectionKey.OP_WRITE, this);
  }

  /**
   * Makes a socket that receives what is sent to an address. Never switches.
   *
   * @param address its port 0 takes a free one
   * @return the socket
   * @throws BindException if the address is in use, or not one of this machine
   * @throws IOException if the operating system refuses it
   */
  public static UdpSocket bind(InetSocketAddress address) throws IOException {
    return bind(address, false);
  }

  /** As {@link #bind(InetSocketAddress)}, on a port that may be shared. */
  static UdpSocket bind(InetSocketAddress address, boolean reusePort) throws IOException {
    Objects.requireNonNull(address, "address");
    DatagramChannel channel = DatagramChannel.open();
    try {
      if (reusePort) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.bind(address);
      return new UdpSocket(channel);
    } catch (BindException e) {
      channel.close();
      BindException named = new BindException("cannot bind " + address + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Makes a socket that talks with one peer only. Never switches.
   *
   * @param peer an address that is looked up
   * @return the socket, bound to any free port
   * @throws IOException if the operating system refuses it
   */
  public static UdpSocket connect(InetSocketAddress peer) throws IOException {
    Objects.requireNonNull(peer, "peer");
    DatagramChannel channel = DatagramChannel.open();
    try {
      channel.connect(peer);
      return new UdpSocket(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Makes a socket of a bound or connected channel.
   *
   * @param channel is put into non-blocking mode, and belongs to the socket from now on
   * @return the socket
   * @throws IOException if the channel is closed
   * @throws NullPointerException if it is not bound
   */
  public static UdpSocket of(DatagramChannel channel) throws IOException {
    return new UdpSocket(channel);
  }

  /**
   * Receives a datagram. Switches if there is none.
   *
   * @param dst gets the bytes; what it has no room for is lost
   * @return who sent it
   * @throws java.net.SocketTimeoutException if none came within {@link #timeout}
   * @throws java.net.PortUnreachableException if the peer of a connected socket does not listen
   * @throws IOException if the socket is closed or broken
   */
  public SocketAddress receive(ByteBuffer dst) throws IOException {
    receiving.enter();
    SocketAddress sender = channel.receive(dst);
    long deadline = 0;
    while (sender == null) {
      deadline = receiving.awaitReady(timeout, deadline);
      sender = channel.receive(dst);
    }
    return sender;
  }

  /** The sender of what is there, null if nothing is. Never waits. */
  @Nullable SocketAddress receiveWithoutWait(ByteBuffer dst) throws IOException {
    return channel.receive(dst);
  }

  /** Waits until something may be there. Switches. */
  void awaitDatagram() throws IOException {
    receiving.awaitReady();
  }

  /**
   * Sends a datagram. Switches if there is no room for it.
   *
   * @param src what to send; has nothing remaining afterwards
   * @param target where to; the peer, if the socket is connected
   * @throws java.net.SocketTimeoutException if there was no room within {@link #timeout}
   * @throws IOException if the socket is closed or broken, or the datagram is too large
   */
  public void send(ByteBuffer src, SocketAddress target) throws IOException {
    sending.enter();
    int length = src.remaining();
    int sent = channel.send(src, target);
    long deadline = 0;
    while (sent == 0 && length > 0) {
      deadline = sending.awaitReady(timeout, deadline);
      sent = channel.send(src, target);
    }
  }

  /**
   * Sends a datagram to the peer of a connected socket. Switches if there is no room for it. Does
   * nothing if there is nothing to send: the JDK sends empty datagrams from unconnected sockets
   * only.
   *
   * @param src what to send; has nothing remaining afterwards
   * @throws java.nio.channels.NotYetConnectedException if the socket is not connected
   * @throws IOException as {@link #send(ByteBuffer, SocketAddress)}
   */
  public void send(ByteBuffer src) throws IOException {
    sending.enter();
    int length = src.remaining();
    int sent = channel.write(src);
    long deadline = 0;
    while (sent == 0 && length > 0) {
      deadline = sending.awaitReady(timeout, deadline);
      sent = channel.write(src);
    }
  }

  // --- Waits of one's own

  /**
   * Receives a datagram, or adds a waiter for one: for waits of one's own, such as suspended
   * coroutines. Now and then the waiter is added though one is there, so that the other greenlets
   * have a turn. {@link #timeout} does not count. On the socket's hub; never switches.
   *
   * @param dst gets the bytes; what it has no room for is lost
   * @param waiter granted when a datagram is there, or the socket is closed, and takes nothing by
   *     that: {@link #unregister} it and call this again; null does not wait
   * @return who sent it; null if there is none: then the waiter was added
   * @throws IOException as {@link #receive}; the waiter was not added
   */
  public @Nullable SocketAddress registerReceive(ByteBuffer dst, @Nullable Waiter waiter)
      throws IOException {
    receiving.requireFree();
    SocketAddress sender = waiter != null && receiving.isTurnOver() ? null : channel.receive(dst);
    if (sender == null && waiter != null) {
      receiving.register(waiter);
    }
    return sender;
  }

  /**
   * Sends a datagram, or adds a waiter for room, as {@link #registerReceive} does for what is to be
   * received. An empty one is done at once. On the socket's hub; never switches.
   *
   * @param src what to send; has nothing remaining if it was sent
   * @param target where to; null is the peer of a connected socket
   * @param waiter granted when there is room, or the socket is closed; null does not wait
   * @return true if it was sent; false if there is no room: then the waiter was added
   * @throws IOException as {@link #send(ByteBuffer)}; the waiter was not added
   */
  public boolean registerSend(
      ByteBuffer src, @Nullable SocketAddress target, @Nullable Waiter waiter) throws IOException {
    sending.requireFree();
    boolean empty = !src.hasRemaining();
    int sent = 0;
    if (waiter == null || empty || !sending.isTurnOver()) {
      sent = target == null ? channel.write(src) : channel.send(src, target);
    }
    if (sent > 0 || empty) {
      return true;
    }
    if (waiter != null) {
      sending.register(waiter);
    }
    return false;
  }

  /**
   * Ends a wait of one's own, whatever came of it. The socket stays as it is, and the next one may
   * wait at once. On the hub of the register; never switches.
   *
   * @param waiter what was given to {@link #registerReceive} or {@link #registerSend}; one that
   *     does not wait any more is let be
   */
  public void unregister(Waiter waiter) {
    receiving.unregister(waiter);
    sending.unregister(waiter);
  }

  /**
   * Joins a multicast group.
   *
   * @param group a multicast address
   * @param by through which interface
   * @return the membership: drop it to leave
   * @throws IOException if the operating system refuses it
   */
  public MembershipKey join(InetAddress group, NetworkInterface by) throws IOException {
    return channel.join(group, by);
  }

  /**
   * Sets an option of the socket, such as {@link StandardSocketOptions#SO_BROADCAST}.
   *
   * @param option which one
   * @param value its value
   * @param <T> the type of its value
   * @return this socket
   * @throws UnsupportedOperationException if this kind of socket does not have it
   * @throws IOException if the socket is closed
   */
  public <T> UdpSocket option(SocketOption<T> option, T value) throws IOException {
    channel.setOption(option, value);
    return this;
  }

  /**
   * How long a call may wait.
   *
   * @return a positive time; zero means for ever
   */
  public Duration timeout() {
    return timeout;
  }

  /**
   * Sets {@link #timeout}, from the next call on.
   *
   * @param timeout zero for ever
   * @throws IllegalArgumentException if it is negative
   */
  public void setTimeout(Duration timeout) {
    this.timeout = Side.checkTimeout(timeout);
  }

  /**
   * This side's address, with the real port.
   *
   * @return the address, also after the end
   */
  public InetSocketAddress localAddress() {
    return (InetSocketAddress) local;
  }

  /**
   * The channel underneath, in non-blocking mode: for what is not offered here.
   *
   * @return the channel
   */
  public DatagramChannel channel() {
    return channel;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  /**
   * Closes the socket; whoever waits in a call gets an {@link
   * java.nio.channels.AsynchronousCloseException}. Closing twice does nothing. Any thread.
   *
   * @throws IOException if the operating system cannot close it
   */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      receiving.close();
      sending.close();
    }
  }

  @Override
  public String toString() {
    return "UdpSocket[" + local + "]";
  }
}
