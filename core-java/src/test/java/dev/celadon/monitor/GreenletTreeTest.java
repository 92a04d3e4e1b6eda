package dev.celadon.monitor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import dev.celadon.hub.RawGreenlet;
import dev.celadon.simulation.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GreenletTreeTest {

  private static final Duration DAY = Duration.ofDays(1);

  /** They must not be collected before the test has looked. */
  private final List<Greenlet<?>> kept = new ArrayList<>();

  private static void run(Body body) throws Exception {
    Hub.run(HubOptions.defaults().withClock(new VirtualClock()), body);
  }

  private void spawn(String name, Body body) {
    kept.add(Greenlets.spawn(body).named(name));
  }

  private static void sleep() {
    Greenlets.sleep(DAY);
  }

  private static String shape(GreenletTree tree) {
    return tree.format(Words::nameOf, _ -> List.of());
  }

  private static GreenletTree treeOf(String name) {
    return all(GreenletTree.forest(Hub.current()))
        .filter(tree -> Words.nameOf(tree.greenlet()).equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<GreenletTree> all(List<GreenletTree> trees) {
    return trees.stream().flatMap(tree -> Stream.concat(Stream.of(tree), all(tree.children())));
  }

  @Test
  void childrenStandBelowTheGreenletThatSpawnedThem() throws Exception {
    run(
        () -> {
          spawn(
              "top",
              () -> {
                spawn(
                    "a",
                    () -> {
                      spawn("a1", GreenletTreeTest::sleep);
                      sleep();
                    });
                spawn("b", GreenletTreeTest::sleep);
                sleep();
              });
          Greenlets.sleep(Duration.ofSeconds(1));
          assertEquals("top\n+-- a\n|   +-- a1\n+-- b", shape(treeOf("top")));
        });
  }

  @Test
  void theDeadKeepTheirPlaceWhileTheirChildrenLive() throws Exception {
    run(
        () -> {
          spawn("dead", () -> spawn("orphan", GreenletTreeTest::sleep));
          spawn("childless", () -> {});
          Greenlets.sleep(Duration.ofSeconds(1));
          GreenletTree tree = treeOf("dead");
          assertEquals("dead\n+-- orphan", shape(tree));
          assertTrue(tree.format().startsWith("dead (ended), spawned at "), tree.format());
          assertFalse(tree.format().contains("orphan (ended)"), tree.format());
          assertTrue(
              all(GreenletTree.forest(Hub.current()))
                  .noneMatch(other -> Words.nameOf(other.greenlet()).equals("childless")));
        });
  }

  @Test
  void rawGreenletsAreInTheForest() throws Exception {
    run(
        () -> {
          var raw = Hub.current().spawnRaw(GreenletTreeTest::sleep);
          assertTrue(
              GreenletTree.forest(Hub.current()).stream().anyMatch(tree -> tree.greenlet() == raw),
              "at the top");
        });
  }

  @Test
  void theCurrentTreeIsSeenFromItsTop() throws Exception {
    run(
        () -> {
          Greenlet<GreenletTree> top =
              Greenlets.spawn(
                  () -> {
                    Greenlet<GreenletTree> inner = Greenlets.spawn(GreenletTree::currentTree);
                    kept.add(inner.named("inner"));
                    return inner.result();
                  });
          kept.add(top.named("top"));
          GreenletTree tree = top.result();
          assertSame(RawGreenlet.currentOrNull(), tree.greenlet());
          assertTrue(shape(tree).endsWith("\n+-- top\n    +-- inner"), shape(tree));
        });
  }

  @Test
  void eachLineTellsThePlaceOfTheSpawn() throws Exception {
    run(
        () -> {
          spawn("worker", GreenletTreeTest::sleep);
          String line = treeOf("worker").toString();
          assertTrue(
              line.startsWith("worker, spawned at dev.celadon.monitor.GreenletTreeTest"), line);
        });
  }

  @Test
  void aHubIsLookedAtFromItselfOnly() throws Exception {
    try (Hub other = Hub.start("other")) {
      IllegalStateException error =
          assertThrows(IllegalStateException.class, () -> GreenletTree.forest(other));
      assertTrue(error.getMessage().endsWith("does not run on Hub[other]: use forest()"));
    }
    Thread thread = Thread.currentThread();
    assertEquals(
        thread + " is no greenlet: use forest()",
        assertThrows(IllegalStateException.class, GreenletTree::currentTree).getMessage());
  }

  @Test
  void theForestHasTheGreenletsOfAllHubs() throws Exception {
    try (Hub one = Hub.start("one");
        Hub two = Hub.start("two")) {
      for (Hub hub : List.of(one, two)) {
        kept.add(Greenlet.spawn(hub, () -> sleep()).named("on " + hub.name()));
      }
      List<String> names =
          all(GreenletTree.forest()).map(tree -> Words.nameOf(tree.greenlet())).toList();
      assertTrue(names.containsAll(List.of("on one", "on two")), names.toString());
    }
  }
}
