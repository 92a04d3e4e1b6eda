package dev.celadon.monitor;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who spawned whom: a greenlet with the greenlets it spawned, theirs below them.
 *
 * <p>Greenlets that live are in it, and those that have ended but have spawned some that live, as
 * far as they are still known. Raw greenlets have no known spawner and stand at the top.
 *
 * <p>Immutable; the greenlets in it go on.
 *
 * @param greenlet who stands here
 * @param children those it spawned, in the order of their starts
 */
public record GreenletTree(RawGreenlet greenlet, List<GreenletTree> children) {

  /** Copies the children. */
  public GreenletTree {
    children = List.copyOf(children);
  }

  /**
   * The trees of all hubs. Switches, or blocks the calling thread, while other hubs answer; for
   * each hub one second at most, after which its greenlets are left out.
   *
   * @return the trees, hub by hub, in the order of their starts
   */
  public static List<GreenletTree> forest() {
    ReportOptions options = ReportOptions.defaults().withStacks(false).withThreads(false);
    List<RawGreenlet> live = new ArrayList<>();
    for (HubSnapshot hub : RunReport.capture(options).hubs()) {
      hub.greenlets().forEach(snapshot -> live.add(snapshot.greenlet()));
    }
    return forestOf(live);
  }

  /**
   * The trees of one hub. Never switches.
   *
   * @param hub the hub on which the calling code runs
   * @return the trees, in the order of their starts
   * @throws IllegalStateException if the calling code does not run on {@code hub}
   */
  public static List<GreenletTree> forest(Hub hub) {
    if (!hub.inHub()) {
      throw new IllegalStateException(
          Thread.currentThread() + " does not run on " + hub + ": use forest()");
    }
    return forestOf(hub.live());
  }

  /**
   * The tree in which the running greenlet stands, from its top. Never switches.
   *
   * @return the tree
   * @throws IllegalStateException outside of every greenlet
   */
  public static GreenletTree currentTree() {
    RawGreenlet current = RawGreenlet.currentOrNull();
    if (current == null) {
      throw new IllegalStateException(Thread.currentThread() + " is no greenlet: use forest()");
    }
    List<RawGreenlet> live = new ArrayList<>(current.hub().live());
    if (!live.contains(current)) {
      live.add(current);
    }
    for (GreenletTree tree : forestOf(live)) {
      if (tree.contains(current)) {
        return tree;
      }
    }
    throw new AssertionError("bug in Celadon, please report: no tree has " + current);
  }

  /**
   * Whether a greenlet stands in this tree.
   *
   * @param sought any greenlet
   * @return true if it is the one at the top or below it
   */
  public boolean contains(RawGreenlet sought) {
    return greenlet == sought || children.stream().anyMatch(child -> child.contains(sought));
  }

  /** Arranges greenlets, and those that spawned them, by spawner. */
  static List<GreenletTree> forestOf(List<? extends RawGreenlet> live) {
    IdentityHashMap<RawGreenlet, List<RawGreenlet>> children = new IdentityHashMap<>();
    List<RawGreenlet> tops = new ArrayList<>();
    for (RawGreenlet greenlet : live) {
      place(greenlet, children, tops);
    }
    return tops.stream().map(top -> treeOf(top, children)).toList();
  }

  private static void place(
      RawGreenlet greenlet,
      IdentityHashMap<RawGreenlet, List<RawGreenlet>> children,
      List<RawGreenlet> tops) {
    if (children.putIfAbsent(greenlet, new ArrayList<>()) != null) {
      return;
    }
    RawGreenlet spawner = spawnerOf(greenlet);
    if (spawner == null) {
      tops.add(greenlet);
    } else {
      place(spawner, children, tops);
      Objects.requireNonNull(children.get(spawner)).add(greenlet);
    }
  }

  private static @Nullable RawGreenlet spawnerOf(RawGreenlet greenlet) {
    return greenlet instanceof Greenlet<?> known ? known.spawningGreenlet() : null;
  }

  private static GreenletTree treeOf(
      RawGreenlet top, IdentityHashMap<RawGreenlet, List<RawGreenlet>> children) {
    return new GreenletTree(
        top,
        children.getOrDefault(top, List.of()).stream()
            .map(child -> treeOf(child, children))
            .toList());
  }

  /**
   * The tree as text: one line for each greenlet, with its state and where it was spawned.
   *
   * @return several lines
   */
  public String format() {
    return format(GreenletTree::line, _ -> List.of());
  }

  /** The tree as text, with a first line and further lines for each greenlet. */
  String format(Function<RawGreenlet, String> line, Function<RawGreenlet, List<String>> details) {
    StringBuilder text = new StringBuilder();
    addTo(text, "", "", line, details);
    return text.toString();
  }

  private void addTo(
      StringBuilder text,
      String own,
      String below,
      Function<RawGreenlet, String> line,
      Function<RawGreenlet, List<String>> details) {
    text.append(own).append(line.apply(greenlet));
    String indent = below + (children.isEmpty() ? "    " : "|   ");
    Words.addLines(text, details.apply(greenlet), indent);
    for (int i = 0; i < children.size(); i++) {
      boolean last = i == children.size() - 1;
      text.append('\n');
      children.get(i).addTo(text, below + "+-- ", below + (last ? "    " : "|   "), line, details);
    }
  }

  static String line(RawGreenlet greenlet) {
    String site = greenlet instanceof Greenlet<?> known ? ", spawned at " + known.spawnSite() : "";
    return Words.nameOf(greenlet) + (greenlet.isReady() ? " (ended)" : "") + site;
  }

  @Override
  public String toString() {
    return format();
  }
}
