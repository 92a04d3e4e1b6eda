package dev.celadon.zeromq;

import dev.celadon.hub.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Messages that greenlets and threads send or receive one frame at a time. The socket itself knows
 * whole ones only.
 *
 * <p>Confined to its hub.
 */
final class FrameByFrame {

  /** A message, and which of its frames is the next to be received. */
  private static final class Unread {
    final ZmqMessage message;
    int next = 1;

    Unread(ZmqMessage message) {
      this.message = message;
    }
  }

  /** Weak, as the other one, because a greenlet may end in the middle. */
  private final Map<Strand, List<ZmqMessage>> unsent = new WeakHashMap<>();

  private final Map<Strand, Unread> unread = new WeakHashMap<>();

  private boolean isClosed;

  // --- Sending

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** Keeps frames for the calling strand's next send. */
  void keep(ZmqMessage frames) {
    unsent.computeIfAbsent(Strand.current(), _ -> new ArrayList<>()).add(frames);
  }

  /**
   * Sends the frames that the calling strand has kept, and these; if that fails, they are kept on.
   */
  boolean finish(ZmqMessage rest, Predicate<ZmqMessage> send) {
    Strand strand = Strand.current();
    List<ZmqMessage> begun = unsent.remove(strand);
    if (begun == null) {
      return send.test(rest);
    }
    boolean sent = false;
    try {
      sent = send.test(rest.after(begun));
    } finally {
      if (!sent && !isClosed) {
        unsent.put(strand, begun);
      }
    }
    return sent;
  }

  /** The frames that the calling strand has kept, no longer so, and these. */
  ZmqMessage finished(ZmqMessage rest) {
    List<ZmqMessage> begun = unsent.remove(Strand.current());
    return begun == null ? rest : rest.after(begun);
  }

  // --- Receiving

  /** See {@link #first}. */
  @Nullable ZmqMessage firstOrNull(@Nullable ZmqMessage message) {
    return message == null ? null : first(message);
  }

  /** The first frame; the others are kept for the calling strand's next receives. */
  ZmqMessage first(ZmqMessage message) {
    if (message.size() == 1) {
      return message;
    }
    unread.put(Strand.current(), new Unread(message));
    return message.only(0);
  }

  /** The next frame of the message that the calling strand has begun, or null. */
  @Nullable ZmqMessage next() {
    if (unread.isEmpty()) {
      return null;
    }
    Strand strand = Strand.current();
    Unread begun = unread.get(strand);
    if (begun == null) {
      return null;
    }
    ZmqMessage frame = begun.message.only(begun.next++);
    if (begun.next == begun.message.size()) {
      unread.remove(strand);
    }
    return frame;
  }

  /** What the calling strand has not received of the message that it has begun, or null. */
  @Nullable ZmqMessage rest() {
    if (unread.isEmpty()) {
      return null;
    }
    Unread begun = unread.remove(Strand.current());
    return begun == null ? null : begun.message.skip(begun.next);
  }

  boolean hasRest() {
    return !unread.isEmpty() && unread.containsKey(Strand.current());
  }

  void close() {
    isClosed = true;
    unsent.clear();
    unread.clear();
  }
}
