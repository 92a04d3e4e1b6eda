package dev.celadon.net;

import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.sync.RLock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a {@link HubServerSocket}: a channel that listens.
 *
 * <p>Safe for use from any thread: two who accept take turns.
 */
final class ListenerCore extends SocketImpl {

  private final RLock accepting = new RLock();

  private volatile @Nullable ServerSocketChannel channel;
  private volatile @Nullable Side side;
  private volatile Duration timeout = Duration.ZERO;

  /** Where to listen: a channel binds and listens in one. */
  private @Nullable InetSocketAddress bound;

  ListenerCore() {}

  @Override
  protected void create(boolean isStream) throws IOException {
    ServerSocketChannel fresh = ServerSocketChannel.open();
    fresh.configureBlocking(false);
    channel = fresh;
    side = new Side(fresh, SelectionKey.OP_ACCEPT, this);
  }

  private ServerSocketChannel channel() throws SocketException {
    ServerSocketChannel open = channel;
    if (open == null || !open.isOpen()) {
      throw new SocketException("Socket closed");
    }
    return open;
  }

  @Override
  protected void bind(InetAddress host, int port) {
    bound = new InetSocketAddress(host, port);
    address = host;
  }

  @Override
  protected void listen(int backlog) throws IOException {
    try {
      ServerSocketChannel open = channel();
      open.bind(bound, backlog);
      localport = ((InetSocketAddress) open.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  @Override
  protected void accept(SocketImpl connection) throws IOException {
    if (!(connection instanceof ConnectionCore fresh)) {
      throw new IOException("a HubServerSocket makes its own sockets: call accept()");
    }
    try {
      accepting.acquire();
      try {
        fresh.accepted(next());
      } finally {
        accepting.release();
      }
    } catch (InterruptedWaitException e) {
      throw SocketFaults.interrupted(e);
    } catch (SocketTimeoutException e) {
      SocketTimeoutException told = new SocketTimeoutException("Accept timed out");
      told.initCause(e);
      throw told;
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  private SocketChannel next() throws IOException {
    ServerSocketChannel open = channel();
    Side waiting = Objects.requireNonNull(side);
    waiting.enter();
    long deadline = 0;
    SocketChannel accepted = open.accept();
    while (accepted == null) {
      deadline = waiting.awaitReady(timeout, deadline);
      accepted = open.accept();
    }
    return accepted;
  }

  @Override
  protected void close() throws IOException {
    ServerSocketChannel open = channel;
    Side waiting = side;
    if (open != null && waiting != null) {
      try {
        open.close();
      } finally {
        waiting.close();
      }
    }
  }

  @Override
  public void setOption(int number, Object value) throws SocketException {
    if (number == SocketOptions.SO_TIMEOUT) {
      timeout = Duration.ofMillis((Integer) value);
    } else {
      SocketOptionNumbers.set(channel(), number, value);
    }
  }

  @Override
  public Object getOption(int number) throws SocketException {
    return switch (number) {
      case SocketOptions.SO_TIMEOUT -> Math.toIntExact(timeout.toMillis());
      case SocketOptions.SO_BINDADDR -> channel().socket().getInetAddress();
      default -> SocketOptionNumbers.get(channel(), number);
    };
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    ServerSocketChannel open = channel;
    return open == null ? Set.of() : open.supportedOptions();
  }

  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    ServerSocketChannel _ = channel().setOption(option, value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    return channel().getOption(option);
  }

  @Override
  public String toString() {
    return "HubServerSocket[" + bound + "]";
  }

  // --- What only a connection does

  private static IOException isNoConnection() {
    return new IOException("a HubServerSocket has no peer: accept a connection");
  }

  @Override
  protected void connect(String host, int port) throws IOException {
    throw isNoConnection();
  }

  @Override
  protected void connect(InetAddress host, int port) throws IOException {
    throw isNoConnection();
  }

  @Override
  protected void connect(SocketAddress endpoint, int millis) throws IOException {
    throw isNoConnection();
  }

  @Override
  protected InputStream getInputStream() throws IOException {
    throw isNoConnection();
  }

  @Override
  protected OutputStream getOutputStream() throws IOException {
    throw isNoConnection();
  }

  @Override
  protected int available() throws IOException {
    throw isNoConnection();
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    throw isNoConnection();
  }
}
