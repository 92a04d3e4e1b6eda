package dev.celadon.net;

import dev.celadon.hub.Hub;
import dev.celadon.hub.HubLocal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Forwards bytes through native buffers that a hub's connections share: one is held only while
 * there is something in it.
 *
 * <p>Confined to its hub.
 */
final class Forwarding {

  private static final int MOST_KEPT = 16;

  private static final HubLocal<Deque<ByteBuffer>> BUFFERS =
      new HubLocal<>(_ -> new ArrayDeque<>(MOST_KEPT));

  private Forwarding() {}

  static long forward(StreamSocket from, WritableByteChannel to) throws IOException {
    long forwarded = 0;
    while (true) {
      int count = forwardSome(from, to);
      if (count < 0) {
        return forwarded;
      }
      forwarded += count;
      if (count == 0) {
        from.awaitReadable();
      }
    }
  }

  private static int forwardSome(StreamSocket from, WritableByteChannel to) throws IOException {
    Deque<ByteBuffer> buffers = Hub.current().get(BUFFERS);
    ByteBuffer buffer = buffers.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(StreamSocket.WINDOW);
    }
    try {
      int count = from.readWithoutWait(buffer);
      buffer.flip();
      while (buffer.hasRemaining()) {
        int _ = to.write(buffer);
      }
      return count;
    } finally {
      if (buffers.size() < MOST_KEPT) {
        buffers.push(buffer.clear());
      }
    }
  }
}
