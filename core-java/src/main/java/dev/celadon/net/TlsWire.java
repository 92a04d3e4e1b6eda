package dev.celadon.net;

import dev.celadon.greenlet.Timeout;
import dev.celadon.hub.Hub;
import dev.celadon.loop.Clock;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a TLS session sends its records through: a stream socket, which can be tried without
 * waiting, or any other transport, which can not.
 *
 * <p>Time limits come with each call, since both sides of a session have limits of their own; 0 is
 * no deadline.
 *
 * <p>Used as a {@link Transport} is.
 */
final class TlsWire {
  /*
   * Over a stream socket, whoever waits for bytes holds no buffer, and a goodbye that finds no room is given up at once. Another
   * transport parks inside of its own calls: a Timeout ends them, and a goodbye gets a short time.
   */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final Transport transport;
  private final @Nullable StreamSocket socket;

  TlsWire(Transport transport) {
    this.transport = transport;
    this.socket = transport instanceof StreamSocket stream ? stream : null;
  }

  /** When a limit that begins now is over; 0 if there is none. */
  static long deadline(Duration limit) {
    if (limit.isZero()) {
      return 0;
    }
    long end = Hub.current().loop().nanoTime() + Clock.waitNanos(limit);
    return end == 0 ? 1 : end;
  }

  /** What is left of a limit; zero if there is none, which is for ever. */
  static Duration left(Duration limit, long deadline) throws SocketTimeoutException {
    if (deadline == 0) {
      return Duration.ZERO;
    }
    long nanos = deadline - Hub.current().loop().nanoTime();
    if (nanos <= 0) {
      throw expired(limit);
    }
    return Duration.ofNanos(nanos);
  }

  static SocketTimeoutException expired(Duration limit) {
    return new SocketTimeoutException(
        "waited " + limit + " for a TLS peer: raise its timeout, or see to the peer");
  }

  /** Reads what is there; 0 if nothing is, and then {@link #awaitReadable} follows. */
  int read(ByteBuffer dst, Duration limit, long deadline) throws IOException {
    if (socket != null) {
      return socket.readWithoutWait(dst);
    }
    try (Timeout _ = start(limit, deadline)) {
      return transport.read(dst);
    }
  }

  void awaitReadable(Duration limit, long deadline) throws IOException {
    if (socket != null) {
      socket.awaitReadable(limit, deadline);
    }
  }

  /** Writes all. */
  void write(ByteBuffer src, Duration limit, long deadline) throws IOException {
    if (socket != null) {
      socket.write(src, limit, deadline);
      return;
    }
    try (Timeout _ = start(limit, deadline)) {
      int _ = transport.write(src);
    }
  }

  /** Writes what there is room for, if that can be known; else all. */
  void writeReadily(ByteBuffer src, Duration limit, long deadline) throws IOException {
    if (socket != null) {
      int _ = socket.writeWithoutWait(src);
    } else {
      write(src, limit, deadline);
    }
  }

  /** The last bytes, before the transport is closed: they wait for nobody, or not for long. */
  void sayGoodbye(ByteBuffer src) throws IOException {
    if (socket != null) {
      int _ = socket.writeWithoutWait(src);
    } else if (Hub.currentOrNull() != null) {
      write(src, GOODBYE, deadline(GOODBYE));
    }
  }

  private static @Nullable Timeout start(Duration limit, long deadline)
      throws SocketTimeoutException {
    if (deadline == 0) {
      return null;
    }
    Timeout timeout = new Timeout(left(limit, deadline), expired(limit));
    timeout.start();
    return timeout;
  }
}
