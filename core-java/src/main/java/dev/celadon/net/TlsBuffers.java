package dev.celadon.net;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubLocal;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The buffers of a hub's TLS sessions. A session has them only while it has something in them, so
 * that one that waits holds none.
 */
final class TlsBuffers {

  /** Two records of the usual size, or one of the largest that the JDK knows. */
  static final int SIZE = 2 * 16_709;

  private static final int MOST_KEPT = 32;

  private static final HubLocal<Deque<ByteBuffer>> KEPT =
      new HubLocal<>(_ -> new ArrayDeque<>(MOST_KEPT));

  private TlsBuffers() {}

  static ByteBuffer take() {
    Hub hub = Hub.currentOrNull();
    ByteBuffer buffer = hub == null ? null : hub.get(KEPT).poll();
    return buffer == null ? ByteBuffer.allocate(SIZE) : buffer;
  }

  /** Gives a buffer back, which nobody must use any more. */
  static void give(ByteBuffer buffer) {
    Hub hub = Hub.currentOrNull();
    if (hub != null && buffer.capacity() == SIZE) {
      Deque<ByteBuffer> kept = hub.get(KEPT);
      if (kept.size() < MOST_KEPT) {
        kept.push(buffer.clear());
      }
    }
  }

  /** A larger buffer with the same bytes; both are before their flip. */
  static ByteBuffer grow(ByteBuffer buffer, int size) {
    ByteBuffer larger = ByteBuffer.allocate(Math.max(size, buffer.capacity() * 2));
    larger.put(buffer.flip());
    give(buffer);
    return larger;
  }
}
