package dev.celadon.net;

import dev.celadon.hub.Waiter;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A socket that listens for connections: TCP, or Unix-domain.
 *
 * <p>One party at a time may wait in {@link #accept}. An address that was in use shortly before can
 * be bound again ({@link StandardSocketOptions#SO_REUSEADDR}).
 *
 * <p>Used on one hub at a time; {@link #close} may be called from any thread.
 */
public final class StreamListener implements Channel {

  private final ServerSocketChannel channel;
  private final SocketAddress local;
  private final @Nullable Path file;
  private final Side accepting;
  private final AtomicBoolean closed = new AtomicBoolean();
  private Duration timeout = Duration.ZERO;

  private StreamListener(ServerSocketChannel channel, @Nullable Path file) throws IOException {
    this.channel = channel;
    this.file = file;
    channel.configureBlocking(false);
    this.local = Objects.requireNonNull(channel.getLocalAddress(), "the channel is not bound");
    this.accepting = new Side(channel, SelectionKey.OP_ACCEPT, this);
  }

  /**
   * Listens at an address. Never switches.
   *
   * @param address an {@link java.net.InetSocketAddress}, whose port 0 takes a free one, or a
   *     {@link UnixDomainSocketAddress}, whose file is made now and deleted by {@link #close}
   * @return the listener
   * @throws BindException if the address is in use, or not one of this machine
   * @throws IOException if the operating system refuses it
   */
  public static StreamListener bind(SocketAddress address) throws IOException {
    return bind(address, ListenOptions.defaults());
  }

  /**
   * Listens at an address. Never switches.
   *
   * @param address as in {@link #bind(SocketAddress)}
   * @param options how
   * @return the listener
   * @throws BindException if the address is in use, or not one of this machine
   * @throws IOException if the operating system refuses it
   */
  public static StreamListener bind(SocketAddress address, ListenOptions options)
      throws IOException {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(options, "options");
    Path file = address instanceof UnixDomainSocketAddress unix ? unix.getPath() : null;
    ServerSocketChannel channel =
        file == null
            ? ServerSocketChannel.open()
            : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      if (file == null) {
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        if (options.reusePort()) {
          channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
      }
      channel.bind(address, options.backlog());
      return new StreamListener(channel, file);
    } catch (BindException e) {
      channel.close();
      BindException named =
          new BindException("cannot listen at " + address + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Makes a listener of a bound channel.
   *
   * @param channel is put into non-blocking mode, and belongs to the listener from now on
   * @return the listener
   * @throws IOException if the channel is closed
   * @throws NullPointerException if it is not bound
   */
  public static StreamListener of(ServerSocketChannel channel) throws IOException {
    return new StreamListener(channel, null);
  }

  /**
   * Takes the next connection. Switches if there is none.
   *
   * @return the socket, with {@link StandardSocketOptions#TCP_NODELAY} on
   * @throws java.net.SocketTimeoutException if none came within {@link #timeout}
   * @throws java.nio.channels.ClosedChannelException if the listener is closed, also meanwhile
   * @throws IOException if the operating system cannot: it may have no descriptor left, in which
   *     case the connection waits on
   */
  public StreamSocket accept() throws IOException {
    accepting.enter();
    SocketChannel accepted = channel.accept();
    long deadline = 0;
    while (accepted == null) {
      deadline = accepting.awaitReady(timeout, deadline);
      accepted = channel.accept();
    }
    return socket(accepted);
  }

  /**
   * Takes the next connection if there is one. Never switches.
   *
   * @return the socket, or null if nobody waits to be accepted
   * @throws IOException as {@link #accept}
   */
  public @Nullable StreamSocket tryAccept() throws IOException {
    SocketChannel accepted = channel.accept();
    return accepted == null ? null : socket(accepted);
  }

  /**
   * Takes the next connection, or adds a waiter for one: for waits of one's own, such as suspended
   * coroutines. Now and then the waiter is added though there is one, so that the other greenlets
   * have a turn. {@link #timeout} does not count. On the listener's hub; never switches.
   *
   * @param waiter granted when somebody wants to connect, or the listener is closed, and takes
   *     nothing by that: {@link #unregister} it and call this again; null does not wait
   * @return the socket; null if there is none: then the waiter was added
   * @throws IOException as {@link #accept}; the waiter was not added
   */
  public @Nullable StreamSocket registerAccept(@Nullable Waiter waiter) throws IOException {
    accepting.requireFree();
    SocketChannel accepted = waiter != null && accepting.isTurnOver() ? null : channel.accept();
    if (accepted != null) {
      return socket(accepted);
    }
    if (waiter != null) {
      accepting.register(waiter);
    }
    return null;
  }

  /**
   * Ends a wait of one's own, whatever came of it. Who wants to connect is there for the next one.
   * On the hub of the register; never switches.
   *
   * @param waiter what was given to {@link #registerAccept}; one that does not wait any more is let
   *     be
   */
  public void unregister(Waiter waiter) {
    accepting.unregister(waiter);
  }

  /** Opens what a wait needs, while there are descriptors for it. Never switches. */
  void prepareToWait() throws IOException {
    boolean _ = accepting.waitFor(Duration.ZERO);
  }

  /** Waits until {@link #tryAccept} may find somebody. Switches. */
  void awaitConnection() throws IOException {
    accepting.awaitReady();
  }

  private StreamSocket socket(SocketChannel accepted) throws IOException {
    try {
      if (file == null && !(local instanceof UnixDomainSocketAddress)) {
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      return new StreamSocket(accepted);
    } catch (IOException | RuntimeException e) {
      accepted.close();
      throw e;
    }
  }

  /**
   * How long {@link #accept} may wait.
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
   * Where this listens, with the real port.
   *
   * @return the address, also after the end
   */
  public SocketAddress localAddress() {
    return local;
  }

  /**
   * The port where this listens.
   *
   * @return 1 to 65535
   * @throws UnsupportedOperationException if this is a Unix-domain listener
   */
  public int port() {
    if (local instanceof java.net.InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new UnsupportedOperationException(this + " has no port: ask for localAddress()");
  }

  /**
   * The channel underneath, in non-blocking mode: for what is not offered here.
   *
   * @return the channel
   */
  public ServerSocketChannel channel() {
    return channel;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  /**
   * Stops to listen; whoever waits in {@link #accept} gets an {@link
   * java.nio.channels.AsynchronousCloseException}. Connections that were accepted stay. Closing
   * twice does nothing. Any thread.
   *
   * @throws IOException if the operating system cannot close it
   */
  @Override
  public void close() throws IOException {
    if (closed.getAndSet(true)) {
      return;
    }
    try {
      channel.close();
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } finally {
      accepting.close();
    }
  }

  @Override
  public String toString() {
    return "StreamListener[" + local + "]";
  }
}
