package dev.celadon.zeromq;

import dev.celadon.hub.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages that are sent or received one frame at a time. The socket itself knows whole ones only.
 *
 * <p>Confined to its hub.
 */
final class FrameByFrame {

  private final Frames unsent = new Frames();
  private final Frames unread = new Frames();

  private boolean isClosed;

  // --- Sending

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** Keeps a frame for the calling strand's next send. */
  void keep(byte[] frame) {
    unsent.of(Strand.current()).add(frame);
  }

  /**
   * Sends the frames that the calling strand has kept, and these; if that fails, they are kept on.
   */
  boolean finish(ZmqMessage rest, Predicate<ZmqMessage> send) {
    Strand strand = Strand.current();
    List<byte[]> begun = unsent.take(strand);
    if (begun == null) {
      return send.test(rest);
    }
    List<byte[]> all = new ArrayList<>(begun);
    all.addAll(rest.frames());
    boolean sent = false;
    try {
      sent = send.test(ZmqMessage.of(all));
    } finally {
      if (!sent && !isClosed) {
        unsent.of(strand).addAll(begun);
      }
    }
    return sent;
  }

  // --- Receiving

  /** The first frame; the others are kept for the calling strand's next receives. */
  byte[] first(ZmqMessage message) {
    List<byte[]> frames = message.frames();
    if (frames.size() > 1) {
      unread.of(Strand.current()).addAll(frames.subList(1, frames.size()));
    }
    return frames.getFirst();
  }

  /** What the calling strand has not received of the message that it has begun, or null. */
  @Nullable ZmqMessage rest() {
    if (unread.isEmpty()) {
      return null;
    }
    List<byte[]> rest = unread.take(Strand.current());
    return rest == null ? null : ZmqMessage.of(rest);
  }

  boolean hasRest() {
    return !unread.isEmpty() && unread.has(Strand.current());
  }

  void close() {
    isClosed = true;
    unsent.clear();
    unread.clear();
  }
}
