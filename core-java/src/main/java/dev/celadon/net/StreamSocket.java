package dev.celadon.net;

import dev.celadon.hub.Waiter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connected stream socket: TCP, or Unix-domain.
 *
 * <p>Small writes go out at once: {@link StandardSocketOptions#TCP_NODELAY} is on, unless it is
 * switched off. Writes that find room do not switch, but for one in some dozens, so that a fast
 * peer cannot starve the other greenlets; reads that find data neither, unless the one before has
 * emptied the socket.
 *
 * <p>Used on one hub at a time; {@link #close} may be called from any thread.
 */
public final class StreamSocket implements Transport {
  /*
   * The JDK copies a heap buffer as a whole to native memory and back, whatever the kernel takes of it. So large ones go in
   * windows; a direct buffer needs none.
   *
   * A read that got less than it had room for has emptied the socket. Whoever asks and answers would find nothing by reading once
   * more: so the next read waits first, and each message costs one system call to read it instead of two. The wait is short if
   * something has come meanwhile. A callback, which must not wait, looks at once.
   */
  static final int WINDOW = 128 * 1024;

  private final SocketChannel channel;
  private final Side reading;
  private final Side writing;
  private final SocketAddress local;
  private final SocketAddress remote;
  private final ArrayView readView = new ArrayView();
  private final ArrayView writeView = new ArrayView();
  private Duration timeout = Duration.ZERO;
  private boolean emptied;

  /** Whether {@link #readWithoutWait} has not looked. */
  private boolean skipped;

  /**
   * Takes a connected channel over.
   *
   * @param channel is put into non-blocking mode, and belongs to the socket from now on
   */
  StreamSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
    this.local = channel.getLocalAddress();
    this.remote = channel.getRemoteAddress();
    if (remote == null) {
      throw new NotYetConnectedException();
    }
    this.reading = new Side(channel, SelectionKey.OP_READ, this);
    this.writing = new Side(channel, SelectionKey.OP_WRITE, this);
  }

  /**
   * Makes a socket of a connected channel.
   *
   * @param channel is put into non-blocking mode, and belongs to the socket from now on
   * @return the socket
   * @throws IOException if the channel is closed
   * @throws NotYetConnectedException if it is not connected
   */
  public static StreamSocket of(SocketChannel channel) throws IOException {
    return new StreamSocket(channel);
  }

  /**
   * Connects to a host. Tries its addresses of both families one after the other and at once where
   * the first is slow (RFC 8305, "Happy Eyeballs"), and takes the first connection that stands.
   * Switches.
   *
   * @param host a name or an address
   * @param port 1 to 65535
   * @return the connected socket
   * @throws java.net.UnknownHostException if the name has no address
   * @throws IOException if no address can be connected to; with several, the others are suppressed
   *     ones
   */
  public static StreamSocket connect(String host, int port) throws IOException {
    return connect(host, port, ConnectOptions.defaults());
  }

  /**
   * Connects to a host, as {@link #connect(String, int)} does. Switches.
   *
   * @param host a name or an address
   * @param port 1 to 65535
   * @param options how
   * @return the connected socket
   * @throws SocketTimeoutException if the connection did not stand within the options' timeout
   * @throws java.net.UnknownHostException if the name has no address
   * @throws IOException if no address can be connected to
   */
  public static StreamSocket connect(String host, int port, ConnectOptions options)
      throws IOException {
    Objects.requireNonNull(host, "host");
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException("port is " + port + ": give one of 1 to 65535");
    }
    return Connector.connect(host, port, options);
  }

  /**
   * Connects to an address. Switches.
   *
   * @param address an {@link InetSocketAddress}, whose name is looked up if it is not yet, or a
   *     {@link java.net.UnixDomainSocketAddress}
   * @return the connected socket
   * @throws IOException if it cannot be connected to
   */
  public static StreamSocket connect(SocketAddress address) throws IOException {
    return connect(address, ConnectOptions.defaults());
  }

  /**
   * Connects to an address. Switches.
   *
   * @param address as in {@link #connect(SocketAddress)}
   * @param options how
   * @return the connected socket
   * @throws SocketTimeoutException if the connection did not stand within the options' timeout
   * @throws IOException if it cannot be connected to
   */
  public static StreamSocket connect(SocketAddress address, ConnectOptions options)
      throws IOException {
    Objects.requireNonNull(address, "address");
    if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
      return connect(inet.getHostString(), inet.getPort(), options);
    }
    return Connector.connect(address, options);
  }

  /**
   * Makes two sockets that are connected with each other. Never switches.
   *
   * @return the two ends
   * @throws IOException if the operating system has no more
   */
  public static SocketPair pair() throws IOException {
    return SocketPair.open();
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    reading.enter();
    int count = waitsFirst() ? 0 : readNow(dst);
    return count == 0 && dst.hasRemaining() ? readLater(dst, timeout) : noted(count, dst);
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    return read(dst, offset, length, timeout);
  }

  /** As the public one, with a time limit of its own. */
  int read(byte[] dst, int offset, int length, Duration limit) throws IOException {
    reading.enter();
    ByteBuffer view = readView.of(dst, offset, length);
    int count = waitsFirst() ? 0 : readNow(view);
    return count == 0 && length > 0 ? readLater(view, limit) : noted(count, view);
  }

  private int readLater(ByteBuffer dst, Duration limit) throws IOException {
    emptied = false;
    int count;
    long deadline = 0;
    do {
      try {
        deadline = reading.awaitReady(limit, deadline);
      } catch (SocketTimeoutException e) {
        count = readNow(dst); // the hub may not have looked since it came
        if (count == 0) {
          throw e;
        }
        break;
      }
      count = readNow(dst);
    } while (count == 0);
    return noted(count, dst);
  }

  private boolean waitsFirst() {
    return emptied && reading.mayWait();
  }

  private int noted(int count, ByteBuffer dst) {
    emptied = count > 0 && count < WINDOW && dst.hasRemaining();
    return count;
  }

  private int readNow(ByteBuffer dst) throws IOException {
    if (dst.remaining() <= WINDOW || dst.isDirect()) {
      return channel.read(dst);
    }
    int limit = dst.limit();
    try {
      return channel.read(dst.limit(dst.position() + WINDOW));
    } finally {
      dst.limit(limit);
    }
  }

  /**
   * Waits until a read would not wait: for one who wants no buffer before. Switches, unless time is
   * zero or less.
   *
   * @param limit how long to wait at most
   * @return true if there is something to read, or the end of the stream
   * @throws IOException if the socket is closed
   */
  public boolean waitReadable(Duration limit) throws IOException {
    emptied = false;
    return reading.waitFor(limit);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    writing.enter();
    int count = src.remaining();
    writeAll(src);
    return count;
  }

  @Override
  public void write(byte[] src, int offset, int length) throws IOException {
    writing.enter();
    writeAll(writeView.of(src, offset, length));
  }

  private void writeAll(ByteBuffer src) throws IOException {
    int wanted = Math.min(src.remaining(), WINDOW);
    int count = writeNow(src);
    if (src.hasRemaining()) {
      writeRest(src, count == wanted, timeout, 0);
    }
  }

  private void writeRest(ByteBuffer src, boolean took, Duration limit, long start)
      throws IOException {
    long deadline = start;
    boolean tookAll = took;
    while (src.hasRemaining()) {
      if (!tookAll) {
        deadline = writing.awaitReady(limit, deadline);
      }
      int wanted = Math.min(src.remaining(), WINDOW);
      tookAll = writeNow(src) == wanted;
    }
  }

  private int writeNow(ByteBuffer src) throws IOException {
    if (src.remaining() <= WINDOW) {
      return channel.write(src);
    }
    int limit = src.limit();
    try {
      return channel.write(src.limit(src.position() + WINDOW));
    } finally {
      src.limit(limit);
    }
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, srcs.length);
    writing.enter();
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += srcs[i].remaining();
    }
    long deadline = 0;
    for (long left = total; left > 0; ) {
      long count = writeNow(srcs, offset, length);
      left -= count;
      if (left > 0 && count == 0) {
        deadline = writing.awaitReady(timeout, deadline);
      }
    }
    return total;
  }

  /** As much as the first buffers have, up to a window. */
  private long writeNow(ByteBuffer[] srcs, int offset, int length) throws IOException {
    long bytes = 0;
    int end = offset;
    while (end < offset + length && bytes < WINDOW) {
      bytes += srcs[end++].remaining();
    }
    if (bytes <= WINDOW) {
      return channel.write(srcs, offset, end - offset);
    }
    ByteBuffer last = srcs[end - 1];
    int limit = last.limit();
    try {
      last.limit(limit - (int) (bytes - WINDOW));
      return channel.write(srcs, offset, end - offset);
    } finally {
      last.limit(limit);
    }
  }

  /**
   * Writes some of the bytes: as many as there is room for, at least one. Switches if there is no
   * room at all.
   *
   * @param src what to write
   * @return how many bytes were written; 0 only if there was nothing to write
   * @throws SocketTimeoutException if there was no room within {@link #timeout}
   * @throws IOException if the socket is closed or broken
   */
  public int writeSome(ByteBuffer src) throws IOException {
    writing.enter();
    int count = writeNow(src);
    long deadline = 0;
    while (count == 0 && src.hasRemaining()) {
      deadline = writing.awaitReady(timeout, deadline);
      count = writeNow(src);
    }
    return count;
  }

  /**
   * Sends a part of a file without taking it through this program (sendfile). Switches if there is
   * no room; reading the disk does not.
   *
   * @param file an open file; its own position is not used
   * @param position where to begin, 0 or more
   * @param count how many bytes, 0 or more
   * @return how many bytes were sent: fewer if the file ends before
   * @throws SocketTimeoutException if not all could be sent within {@link #timeout}
   * @throws IOException if the socket is closed or broken, or the file cannot be read
   */
  public long sendFile(FileChannel file, long position, long count) throws IOException {
    writing.enter();
    long deadline = 0;
    long sent = 0;
    while (sent < count) {
      long more = file.transferTo(position + sent, count - sent, channel);
      sent += more;
      if (more == 0) {
        if (position + sent >= file.size()) {
          return sent;
        }
        deadline = writing.awaitReady(timeout, deadline);
      }
    }
    return sent;
  }

  /**
   * Forwards everything that comes until the end of the stream. While nothing comes, no buffer is
   * held; what comes stays outside of the Java heap. Switches.
   *
   * @param to where to; stays open
   * @return how many bytes were forwarded
   * @throws IOException if one of both is closed or broken
   */
  public long transferTo(WritableByteChannel to) throws IOException {
    Objects.requireNonNull(to, "to");
    return Forwarding.forward(this, to);
  }

  /**
   * What is there, 0 if nothing is or seems to be, -1 at the end. After 0, {@link #awaitReadable}
   * follows. Never waits.
   */
  int readWithoutWait(ByteBuffer dst) throws IOException {
    reading.enter();
    skipped = waitsFirst();
    emptied = false;
    return skipped ? 0 : noted(readNow(dst), dst);
  }

  void awaitReadable() throws IOException {
    awaitReadable(timeout, 0);
  }

  /** Waits for what is left of a time limit, as {@link Side#awaitReady(Duration, long)} does. */
  void awaitReadable(Duration limit, long deadline) throws IOException {
    try {
      long _ = reading.awaitReady(limit, deadline);
    } catch (SocketTimeoutException e) {
      if (!skipped) { // else there may be something: the next read tells
        throw e;
      }
    }
    skipped = false;
  }

  /** What there is room for, 0 if there is none. Never waits. Any thread. */
  int writeWithoutWait(ByteBuffer src) throws IOException {
    return writeNow(src);
  }

  /** Writes all within what is left of a time limit. */
  void write(ByteBuffer src, Duration limit, long deadline) throws IOException {
    writing.enter();
    int wanted = Math.min(src.remaining(), WINDOW);
    int count = writeNow(src);
    if (src.hasRemaining()) {
      writeRest(src, count == wanted, limit, deadline);
    }
  }

  // --- Waits of one's own

  /**
   * Reads what is there, or adds a waiter for it: for waits of one's own, such as suspended
   * coroutines. Now and then the waiter is added though something is there, so that the other
   * greenlets have a turn. {@link #timeout} does not count. On the socket's hub; never switches.
   *
   * @param dst gets the bytes; it has room
   * @param waiter granted when there is something to read, or the socket is closed, and takes
   *     nothing by that: {@link #unregister} it and call this again; null does not wait
   * @return how many bytes, 1 or more; -1 at the end of the stream; 0 if there is nothing: then the
   *     waiter was added
   * @throws IllegalArgumentException if {@code dst} has no room
   * @throws IOException if the socket is closed or broken; the waiter was not added
   */
  public int registerRead(ByteBuffer dst, @Nullable Waiter waiter) throws IOException {
    if (!dst.hasRemaining()) {
      throw new IllegalArgumentException("dst has no room: " + dst + "; clear or replace it");
    }
    reading.requireFree();
    int count = waiter != null && (emptied || reading.isTurnOver()) ? 0 : readNow(dst);
    int _ = noted(count, dst);
    if (count == 0 && waiter != null) {
      reading.register(waiter);
    }
    return count;
  }

  /**
   * Writes as much as there is room for, or adds a waiter for room, as {@link #registerRead} does
   * for what is to be read. On the socket's hub; never switches.
   *
   * @param src what to write; it is not empty
   * @param waiter granted when there is room, or the socket is closed; null does not wait
   * @return how many bytes, 1 or more; 0 if there is no room: then the waiter was added
   * @throws IllegalArgumentException if {@code src} is empty
   * @throws IOException if the socket is closed or broken; the waiter was not added
   */
  public int registerWrite(ByteBuffer src, @Nullable Waiter waiter) throws IOException {
    if (!src.hasRemaining()) {
      throw new IllegalArgumentException("src is empty: " + src + "; there is nothing to wait for");
    }
    writing.requireFree();
    int count = waiter != null && writing.isTurnOver() ? 0 : writeNow(src);
    if (count == 0 && waiter != null) {
      writing.register(waiter);
    }
    return count;
  }

  /**
   * Ends a wait of one's own, whatever came of it. The socket stays as it is, and the next one may
   * wait at once. On the hub of the register; never switches.
   *
   * @param waiter what was given to {@link #registerRead} or {@link #registerWrite}; one that does
   *     not wait any more is let be
   */
  public void unregister(Waiter waiter) {
    reading.unregister(waiter);
    writing.unregister(waiter);
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void shutdownInput() throws IOException {
    channel.shutdownInput();
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public void setTimeout(Duration timeout) {
    this.timeout = Side.checkTimeout(timeout);
  }

  /**
   * Sets an option of the socket, such as {@link StandardSocketOptions#SO_KEEPALIVE}.
   *
   * @param option which one
   * @param value its value
   * @param <T> the type of its value
   * @return this socket
   * @throws UnsupportedOperationException if this kind of socket does not have it
   * @throws IOException if the socket is closed
   */
  public <T> StreamSocket option(SocketOption<T> option, T value) throws IOException {
    channel.setOption(option, value);
    return this;
  }

  /**
   * What an option of the socket is set to.
   *
   * @param option which one
   * @param <T> the type of its value
   * @return its value
   * @throws UnsupportedOperationException if this kind of socket does not have it
   * @throws IOException if the socket is closed
   */
  public <T> T option(SocketOption<T> option) throws IOException {
    return channel.getOption(option);
  }

  /**
   * The channel underneath, in non-blocking mode: for what is not offered here.
   *
   * @return the channel
   */
  public SocketChannel channel() {
    return channel;
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public InputStream inputStream() {
    return new SocketInput(this);
  }

  @Override
  public OutputStream outputStream() {
    return new SocketOutput(this);
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      reading.close();
      writing.close();
    }
  }

  @Override
  public String toString() {
    return "StreamSocket[" + local + " to " + remote + "]";
  }
}
