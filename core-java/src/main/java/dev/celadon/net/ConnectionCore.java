package dev.celadon.net;

import dev.celadon.dns.Dns;
import dev.celadon.hub.InterruptedWaitException;
import dev.celadon.loop.Clock;
import dev.celadon.select.Readiness;
import dev.celadon.sync.RLock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a {@link HubSocket}: a {@link StreamSocket}, once it is connected.
 *
 * <p>Safe for use from any thread: two who read take turns, and so do two who write.
 */
final class ConnectionCore extends SocketImpl {
  /*
   * The JDK's Socket keeps the life-cycle (bound, connected, closed, half closed) and asks for one thing after the other: create,
   * connect or an accept into this, then streams. So a field that is missing is a call out of order, or a socket that is closed.
   */
  private final RLock reading = new RLock();
  private final RLock writing = new RLock();

  private volatile @Nullable SocketChannel channel;
  private volatile @Nullable Readiness connecting;
  private volatile @Nullable StreamSocket stream;
  private volatile Duration timeout = Duration.ZERO;
  private volatile boolean closed;

  ConnectionCore() {}

  /** Takes a connected socket over, for a connect that only tells. */
  ConnectionCore(StreamSocket connected) {
    channel = connected.channel();
    stream = connected;
  }

  @Override
  protected void create(boolean isStream) throws IOException {
    if (!isStream) {
      throw new IOException("a HubSocket is a stream: take a UdpSocket for datagrams");
    }
    if (channel == null) {
      SocketChannel fresh = SocketChannel.open();
      fresh.configureBlocking(false);
      channel = fresh;
    }
  }

  private SocketChannel channel() throws SocketException {
    SocketChannel open = channel;
    if (open == null || closed) {
      throw new SocketException("Socket closed");
    }
    return open;
  }

  StreamSocket stream() throws SocketException {
    StreamSocket connected = stream;
    if (connected == null || closed) {
      throw new SocketException(closed ? "Socket closed" : "Not connected");
    }
    return connected;
  }

  // --- Connecting

  @Override
  protected void connect(String host, int port) throws IOException {
    connect(InetSocketAddress.createUnresolved(host, port), 0);
  }

  @Override
  protected void connect(InetAddress host, int port) throws IOException {
    connect(new InetSocketAddress(host, port), 0);
  }

  @Override
  protected void connect(SocketAddress endpoint, int millis) throws IOException {
    InetSocketAddress address = (InetSocketAddress) endpoint; // Socket has seen to that
    if (address.isUnresolved()) {
      address = new InetSocketAddress(Dns.lookupFirst(address.getHostString()), address.getPort());
    }
    if (stream == null) {
      boolean connected = false;
      try {
        connectTo(
            address, millis == 0 ? Long.MAX_VALUE : Clock.waitNanos(Duration.ofMillis(millis)));
        connected = true;
      } catch (InterruptedWaitException e) {
        throw SocketFaults.interrupted(e);
      } catch (IOException e) {
        throw SocketFaults.translate(e);
      } finally {
        if (!connected) {
          close(); // what is half connected is good for nothing, also after a kill
        }
      }
    }
    tell(stream());
    this.address = address.getAddress(); // with the name that it was given
  }

  private void connectTo(InetSocketAddress address, long nanos) throws IOException {
    SocketChannel open = channel();
    Readiness ready = new Readiness(open, SelectionKey.OP_CONNECT, "socket to " + address);
    connecting = ready;
    try {
      boolean connected = open.connect(address);
      while (!connected) {
        if (!ready.waitUntilReady(nanos)) {
          throw new SocketTimeoutException("Connect timed out");
        }
        connected = open.finishConnect();
      }
    } catch (UncheckedIOException e) {
      throw SocketFaults.checked(e);
    } finally {
      connecting = null;
      ready.retire();
    }
    stream = new StreamSocket(open);
  }

  /** A listener's call: this is what it has accepted. */
  void accepted(SocketChannel connected) throws IOException {
    channel = connected;
    StreamSocket fresh = new StreamSocket(connected);
    stream = fresh;
    tell(fresh);
  }

  private void tell(StreamSocket connected) {
    InetSocketAddress remote = (InetSocketAddress) connected.remoteAddress();
    address = remote.getAddress();
    port = remote.getPort();
    localport = ((InetSocketAddress) connected.localAddress()).getPort();
  }

  @Override
  protected void bind(InetAddress host, int localPort) throws IOException {
    try {
      SocketChannel open = channel();
      open.bind(new InetSocketAddress(host, localPort));
      localport = ((InetSocketAddress) open.getLocalAddress()).getPort();
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  @Override
  protected void listen(int backlog) throws IOException {
    throw new IOException("a HubSocket does not listen: take a HubServerSocketFactory");
  }

  @Override
  protected void accept(SocketImpl connection) throws IOException {
    throw new IOException("a HubSocket does not listen: take a HubServerSocketFactory");
  }

  // --- Streams

  private int read(byte[] dst, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, dst.length);
    try {
      reading.acquire();
      try {
        return stream().read(dst, offset, length, timeout);
      } finally {
        reading.release();
      }
    } catch (InterruptedWaitException e) {
      throw SocketFaults.interrupted(e);
    } catch (SocketTimeoutException e) {
      SocketTimeoutException told = new SocketTimeoutException("Read timed out");
      told.initCause(e);
      throw told;
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  private void write(byte[] src, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, src.length);
    try {
      writing.acquire();
      try {
        stream().write(src, offset, length);
      } finally {
        writing.release();
      }
    } catch (InterruptedWaitException e) {
      throw SocketFaults.interrupted(e);
    } catch (ClosedChannelException e) {
      // A channel says the same of one that is shut down.
      throw new SocketException(closed ? "Socket closed" : "Broken pipe", e);
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  @Override
  protected InputStream getInputStream() {
    return new Input();
  }

  @Override
  protected OutputStream getOutputStream() {
    return new Output();
  }

  @Override
  protected int available() throws IOException {
    SocketChannel open = stream().channel();
    return open.socket().isInputShutdown() ? 0 : open.socket().getInputStream().available();
  }

  @Override
  protected void shutdownInput() throws IOException {
    try {
      stream().shutdownInput();
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  @Override
  protected void shutdownOutput() throws IOException {
    try {
      stream().shutdownOutput();
    } catch (IOException e) {
      throw SocketFaults.translate(e);
    }
  }

  @Override
  protected boolean supportsUrgentData() {
    return true;
  }

  @Override
  protected void sendUrgentData(int data) throws IOException {
    stream().channel().socket().sendUrgentData(data);
  }

  @Override
  protected void close() throws IOException {
    closed = true;
    StreamSocket connected = stream;
    SocketChannel open = channel;
    if (connected != null) {
      connected.close();
    } else if (open != null) {
      open.close();
      Readiness waited = connecting;
      if (waited != null) {
        waited.close();
      }
    }
  }

  // --- Options

  @Override
  public void setOption(int number, Object value) throws SocketException {
    switch (number) {
      case SocketOptions.SO_TIMEOUT -> timeout = Duration.ofMillis((Integer) value);
      case SocketOptions.SO_OOBINLINE -> channel().socket().setOOBInline((Boolean) value);
      default -> SocketOptionNumbers.set(channel(), number, value);
    }
  }

  @Override
  public Object getOption(int number) throws SocketException {
    return switch (number) {
      case SocketOptions.SO_TIMEOUT -> Math.toIntExact(timeout.toMillis());
      case SocketOptions.SO_OOBINLINE -> channel().socket().getOOBInline();
      case SocketOptions.SO_BINDADDR -> channel().socket().getLocalAddress();
      default -> SocketOptionNumbers.get(channel(), number);
    };
  }

  @Override
  protected Set<SocketOption<?>> supportedOptions() {
    SocketChannel open = channel;
    return open == null ? Set.of(StandardSocketOptions.TCP_NODELAY) : open.supportedOptions();
  }

  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    SocketChannel _ = channel().setOption(option, value);
  }

  @Override
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    return channel().getOption(option);
  }

  /** The JDK wraps it, and closes the socket with it. */
  private final class Input extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] dst, int offset, int length) throws IOException {
      return ConnectionCore.this.read(dst, offset, length);
    }

    @Override
    public int available() throws IOException {
      return ConnectionCore.this.available();
    }
  }

  private final class Output extends OutputStream {

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] src, int offset, int length) throws IOException {
      ConnectionCore.this.write(src, offset, length);
    }
  }
}
