package dev.celadon.zeromq;

import dev.celadon.hub.Strand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The frames of unfinished messages, by the greenlet or thread that has begun them. Confined to its
 * hub.
 */
final class Frames {

  /** Weak, because a greenlet may end in the middle. */
  private final Map<Strand, List<byte[]>> byStrand = new WeakHashMap<>();

  boolean isEmpty() {
    return byStrand.isEmpty();
  }

  boolean has(Strand strand) {
    return byStrand.containsKey(strand);
  }

  /** The frames of a strand, to be added to. */
  List<byte[]> of(Strand strand) {
    return byStrand.computeIfAbsent(strand, _ -> new ArrayList<>());
  }

  /** Takes the frames of a strand away; null if it has none. */
  @Nullable List<byte[]> take(Strand strand) {
    return byStrand.remove(strand);
  }

  void clear() {
    byStrand.clear();
  }
}
