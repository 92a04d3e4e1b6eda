package dev.celadon.greenlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.RawGreenlet;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Where greenlets come from, and who is told of them. */
class OriginTest extends VirtualTimeTest {

  // --- The spawn tree

  @Test
  void aGreenletKnowsItsSpawner() throws Exception {
    run(
        () -> {
          RawGreenlet main = RawGreenlet.currentOrNull();
          Greenlet<Greenlet<?>> parent =
              Greenlets.spawn(() -> Greenlets.spawnLater(Duration.ofSeconds(1), () -> {}));
          assertSame(main, parent.spawningGreenlet());
          assertSame(parent, parent.result().spawningGreenlet());
          Greenlet<?>[] ofCallback = new Greenlet<?>[1];
          Hub.current().runCallback(() -> ofCallback[0] = Greenlets.spawn(() -> {}));
          Greenlets.yieldNow();
          assertNull(ofCallback[0].spawningGreenlet());
        });
    try (Hub hub = Hub.start("other")) {
      assertNull(Greenlet.spawn(hub, () -> {}).spawningGreenlet());
    }
  }

  @Test
  void allDescendantsOfOneRootShareOneMapAndRootsDoNot() throws Exception {
    run(
        () -> {
          Callable<Map<Object, Object>> root =
              () -> {
                Greenlet<?> self = (Greenlet<?>) RawGreenlet.currentOrNull();
                self.spawnTreeLocals().put("request", self);
                Greenlet<Map<Object, Object>> child =
                    Greenlets.spawn(
                        () -> {
                          Greenlet<?> grandChild = Greenlets.spawn(() -> {});
                          grandChild.join();
                          return grandChild.spawnTreeLocals();
                        });
                assertSame(child.spawnTreeLocals(), child.result());
                return child.result();
              };
          Greenlet<Map<Object, Object>> one = Greenlets.spawn(root);
          Greenlet<Map<Object, Object>> two = Greenlets.spawn(root);
          assertSame(one.spawnTreeLocals(), one.result());
          assertSame(one, one.result().get("request"));
          assertNotSame(one.result(), two.result());
        });
  }

  @Test
  void theTreeOutlivesItsDeadMembersAndKeepsNoneOfThem() throws Exception {
    run(
        () -> {
          List<WeakReference<?>> dead = new ArrayList<>();
          List<Greenlet<?>> last = new ArrayList<>();
          Greenlets.spawn(() -> spawnChain(50, dead, last)).join();
          sleepSeconds(100);
          Greenlet<?> survivor = last.getFirst();
          survivor.spawnTreeLocals().put("still", "there");
          for (WeakReference<?> member : dead) {
            awaitCollected(member);
          }
          assertNull(survivor.spawningGreenlet());
          assertEquals("there", survivor.spawnTreeLocals().get("still"));
        });
  }

  private static void spawnChain(int length, List<WeakReference<?>> dead, List<Greenlet<?>> last) {
    if (length == 0) {
      last.add((Greenlet<?>) RawGreenlet.currentOrNull());
      return;
    }
    dead.add(new WeakReference<>(RawGreenlet.currentOrNull()));
    Greenlets.spawn(() -> spawnChain(length - 1, dead, last));
  }

  static void awaitCollected(WeakReference<?> reference) {
    for (int i = 0; i < 100 && reference.get() != null; i++) {
      System.gc();
      Greenlets.yieldNow();
    }
    assertNull(reference.get(), "kept");
  }

  // --- The spawn site

  @Test
  void theSiteOfAWrappedBodyIsThatOfTheSpawn() throws Exception {
    run(
        () -> {
          ContextSnapshot context = ContextSnapshot.capture();
          List<String> sites = new ArrayList<>();
          for (int i = 0; i < 2; i++) {
            sites.add(Greenlets.spawn(context.wrap((Body) () -> {})).spawnSite());
            sites.add(Greenlets.spawn(context.wrap((Body) () -> trail.step(""))).spawnSite());
            sites.add(Greenlets.spawn(Greenlets.wrapErrors(() -> "", Error.class)).spawnSite());
          }
          assertEquals(sites.subList(0, 3), sites.subList(3, 6));
          assertEquals(3, List.copyOf(new java.util.LinkedHashSet<>(sites)).size());
          assertTrue(sites.stream().allMatch(site -> site.contains("OriginTest.java:")));
        });
  }

  public static final class WithoutTracking {
    public static void main(String[] args) throws Exception {
      Hub.run(
          () -> {
            Body named =
                new Body() {
                  @Override
                  public void run() {}
                };
            Greenlet<?> parent =
                Greenlets.spawn(
                    () -> {
                      Greenlet<?> child = Greenlets.spawn(named);
                      Greenlet<?> self = (Greenlet<?>) RawGreenlet.currentOrNull();
                      System.out.println(
                          child.spawnSite()
                              + " | "
                              + child.spawningGreenlet()
                              + " | "
                              + (child.spawnTreeLocals() == self.spawnTreeLocals()));
                    });
            System.out.println(parent.spawnSite());
            parent.result();
          });
    }
  }

  @Test
  void trackingCanBeSwitchedOff() throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens",
            "java.base/java.lang=ALL-UNNAMED",
            "-Dceladon.track=false",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
            "-cp",
            System.getProperty("java.class.path"),
            WithoutTracking.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(
        List.of("an unknown place", "an unknown place | null | false"), output.lines().toList());
  }

  // --- Spawn callbacks

  @Test
  void spawnCallbacksAreToldAtTheStartOnceEach() throws Exception {
    Consumer<Greenlet<?>> first = greenlet -> trail.step("first:" + greenlet.name());
    Consumer<Greenlet<?>> broken =
        _ -> {
          throw new IllegalStateException("broken");
        };
    Consumer<Greenlet<?>> second = greenlet -> trail.step("second:" + greenlet.name());
    Greenlet.removeSpawnCallback(first); // unknown
    Greenlet.addSpawnCallback(first);
    Greenlet.addSpawnCallback(broken);
    Greenlet.addSpawnCallback(second);
    Greenlet.addSpawnCallback(first); // no second time
    try {
      run(
          () -> {
            Greenlet<String> greenlet = new Greenlet<>(Hub.current(), () -> "ran");
            greenlet.named("a");
            trail.step("made");
            greenlet.start();
            greenlet.start();
            trail.step(greenlet.result());
            Greenlet<String> later = new Greenlet<>(Hub.current(), () -> "later");
            later.named("b").startLater(Duration.ofSeconds(1));
            trail.step(later.result());
          });
    } finally {
      for (Consumer<Greenlet<?>> callback : List.of(first, broken, second)) {
        Greenlet.removeSpawnCallback(callback);
      }
    }
    run(() -> Greenlets.spawn(() -> trail.step("untold")).join());
    trail.is("made first:a second:a ran first:b second:b later untold");
    assertEquals(2, reports.size());
    assertTrue(reports.getFirst().startsWith("a spawn callback for a | "), reports.getFirst());
  }
}
