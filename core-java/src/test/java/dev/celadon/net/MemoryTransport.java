package dev.celadon.net;

import dev.celadon.sync.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Random;

/**
 * One end of a connection in memory, with little room and bytes that arrive in pieces of any size:
 * for sessions over something else than a socket, and in virtual time.
 *
 * <p>Confined to its hub.
 */
final class MemoryTransport implements Transport {

  /** One direction. */
  private static final class Pipe {
    final ByteBuffer bytes;
    final Event readable = new Event();
    final Event writable = new Event();
    boolean ended;

    Pipe(int room) {
      bytes = ByteBuffer.allocate(room);
      writable.set();
    }

    void changed() {
      set(readable, bytes.position() > 0 || ended);
      set(writable, bytes.hasRemaining() || ended);
    }

    private static void set(Event event, boolean ready) {
      if (ready) {
        event.set();
      } else {
        event.clear();
      }
    }
  }

  private final Pipe from;
  private final Pipe to;
  private final Random sizes;
  private final int largest;
  private boolean closed;

  private MemoryTransport(Pipe from, Pipe to, Random sizes, int largest) {
    this.from = from;
    this.to = to;
    this.sizes = sizes;
    this.largest = largest;
  }

  record Ends(MemoryTransport first, MemoryTransport second) {}

  /** Two ends that move at most {@code largest} bytes in one piece. */
  static Ends pair(int room, int largest, long seed) {
    Pipe one = new Pipe(room);
    Pipe other = new Pipe(room);
    Random sizes = new Random(seed);
    return new Ends(
        new MemoryTransport(one, other, sizes, largest),
        new MemoryTransport(other, one, sizes, largest));
  }

  private int piece(int most) {
    return Math.min(most, 1 + sizes.nextInt(largest));
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    requireOpen();
    while (from.bytes.position() == 0) {
      if (from.ended) {
        return -1;
      }
      from.readable.waitUntilSet();
      if (closed) {
        throw new AsynchronousCloseException();
      }
    }
    int count = piece(Math.min(dst.remaining(), from.bytes.position()));
    from.bytes.flip();
    dst.put(from.bytes.slice(0, count));
    from.bytes.position(count);
    from.bytes.compact();
    from.changed();
    return count;
  }

  @Override
  public int read(byte[] dst, int offset, int length) throws IOException {
    return read(ByteBuffer.wrap(dst, offset, length));
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    requireOpen();
    int total = src.remaining();
    while (src.hasRemaining()) {
      to.writable.waitUntilSet();
      if (closed) {
        throw new AsynchronousCloseException();
      }
      if (to.ended) {
        throw new IOException("Broken pipe");
      }
      int count = piece(Math.min(src.remaining(), to.bytes.remaining()));
      to.bytes.put(src.slice(src.position(), count));
      src.position(src.position() + count);
      to.changed();
    }
    return total;
  }

  @Override
  public void write(byte[] src, int offset, int length) throws IOException {
    int _ = write(ByteBuffer.wrap(src, offset, length));
  }

  @Override
  public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
    long total = 0;
    for (int i = offset; i < offset + length; i++) {
      total += write(srcs[i]);
    }
    return total;
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void shutdownOutput() {
    to.ended = true;
    to.changed();
  }

  @Override
  public void shutdownInput() {
    from.bytes.clear();
    from.ended = true;
    from.changed();
  }

  @Override
  public Duration timeout() {
    return Duration.ZERO;
  }

  @Override
  public void setTimeout(Duration timeout) {
    throw new UnsupportedOperationException("a session keeps time by itself");
  }

  @Override
  public SocketAddress localAddress() {
    return InetSocketAddress.createUnresolved("memory", 1);
  }

  @Override
  public SocketAddress remoteAddress() {
    return new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 2);
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
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
    from.ended = true;
    to.ended = true;
    from.changed();
    to.changed();
    from.readable.set();
    to.writable.set();
  }
}
