package dev.celadon.greenlet;

import dev.celadon.hub.HubLocal;
import dev.celadon.hub.RawGreenlet;
import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A greenlet as the parent of those it has spawned.
 *
 * <p>Safe for use from any thread.
 */
final class SpawnNode extends WeakReference<RawGreenlet> {
  /*
   * All children of a greenlet share its one node, so that a spawn costs them a field and no object. The node forgets the greenlet
   * when it is dead, and does not know the greenlet's own parent: a chain of greenlets, each of which spawns its successor and
   * ends, keeps one node alive, not all of them. What the whole tree shares hangs on every node of it, and so outlives its root.
   */

  /** The system property {@code celadon.track}; anything but "false" tracks. */
  static final boolean TRACKING =
      !"false".equalsIgnoreCase(System.getProperty("celadon.track", "true"));

  /** The node of the spawner that is no Greenlet and has spawned last: mostly the main greenlet. */
  private static final class LastRaw {
    @Nullable SpawnNode node;
  }

  private static final HubLocal<LastRaw> LAST_RAW = new HubLocal<>(_ -> new LastRaw());

  /** What the tree shares; null if every child is the root of a tree of its own. */
  private final @Nullable ConcurrentMap<Object, Object> locals;

  private SpawnNode(RawGreenlet spawner, @Nullable ConcurrentMap<Object, Object> locals) {
    super(spawner);
    this.locals = locals;
  }

  /** The node of a greenlet whose own spawner has the node {@code parent}. */
  static SpawnNode of(Greenlet<?> greenlet, @Nullable SpawnNode parent) {
    ConcurrentMap<Object, Object> inherited = parent == null ? null : parent.locals;
    return new SpawnNode(greenlet, inherited != null ? inherited : new ConcurrentHashMap<>());
  }

  /** The node of the running greenlet; null outside of greenlets and without tracking. */
  static @Nullable SpawnNode current() {
    if (!TRACKING) {
      return null;
    }
    RawGreenlet spawner = RawGreenlet.currentOrNull();
    if (spawner instanceof Greenlet<?> greenlet) {
      return greenlet.node();
    }
    if (spawner == null || spawner.hub().inLane()) {
      return null; // a thread, or a callback: no greenlet that anybody knows
    }
    LastRaw last = spawner.hub().get(LAST_RAW);
    SpawnNode node = last.node;
    if (node == null || node.get() != spawner) {
      node = new SpawnNode(spawner, null);
      last.node = node;
    }
    return node;
  }

  /** What the tree shares that this node's greenlet belongs to; asked of Greenlets only. */
  ConcurrentMap<Object, Object> locals() {
    return Objects.requireNonNull(locals);
  }
}
