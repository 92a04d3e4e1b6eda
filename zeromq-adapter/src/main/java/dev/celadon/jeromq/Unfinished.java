package dev.celadon.jeromq;

import dev.celadon.hub.Strand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import zmq.Msg;

/**
 * The frames of messages that are sent or received one by one, by the greenlet or thread that has
 * begun them.
 *
 * <p>Confined to its hub.
 */
final class Unfinished {

  /** Weak, because a greenlet may end in the middle. */
  private final Map<Strand, List<Msg>> unsent = new WeakHashMap<>();

  private final Map<Strand, ArrayDeque<Msg>> unread = new WeakHashMap<>();

  // --- Sending

  boolean hasBegun() {
    return !unsent.isEmpty() && unsent.containsKey(Strand.current());
  }

  void keep(Msg frame) {
    unsent.computeIfAbsent(Strand.current(), _ -> new ArrayList<>()).add(frame);
  }

  /** The frames that the caller has kept, and the last one. */
  List<Msg> finish(Msg last) {
    List<Msg> frames = unsent.isEmpty() ? null : unsent.remove(Strand.current());
    if (frames == null) {
      return List.of(last);
    }
    frames.add(last);
    return frames;
  }

  // --- Receiving

  /** What the caller has not received of the message that it has begun, or null. */
  @Nullable Msg next() {
    if (unread.isEmpty()) {
      return null;
    }
    Strand strand = Strand.current();
    ArrayDeque<Msg> rest = unread.get(strand);
    if (rest == null) {
      return null;
    }
    Msg frame = rest.pollFirst();
    if (rest.isEmpty()) {
      unread.remove(strand);
    }
    return frame;
  }

  void keepRest(List<Msg> rest) {
    unread.put(Strand.current(), new ArrayDeque<>(rest));
  }

  boolean hasRest() {
    return !unread.isEmpty() && unread.containsKey(Strand.current());
  }

  void clear() {
    unsent.clear();
    unread.clear();
  }
}
