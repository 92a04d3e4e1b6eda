package dev.celadon.greenlet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.simulation.Simulation;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreenletLocalTest extends VirtualTimeTest {

  private final GreenletLocal<String> local = GreenletLocal.withInitial(() -> "initial");

  @Test
  void everyGreenletHasItsOwnValueAndInheritsNone() throws Exception {
    run(
        () -> {
          local.set("main");
          Greenlet<String> child =
              Greenlets.spawn(
                  () -> {
                    assertFalse(local.isSet());
                    String first = local.get();
                    assertTrue(local.isSet());
                    local.set("child");
                    Greenlets.yieldNow();
                    return first + " " + local.get();
                  });
          assertEquals("initial child", child.result());
          assertEquals("main", local.get());
          local.remove();
          assertEquals("initial", local.get());
        });
    local.set("thread");
    assertEquals("initial", Greenlets.spawn(() -> local.get()).result());
    assertEquals("thread", local.get());
  }

  @Test
  void nullIsAValueToo() {
    GreenletLocal<String> empty = GreenletLocal.create();
    assertNull(empty.get());
    empty.set("x");
    assertEquals("x", empty.get());
    empty.set(null);
    assertNull(empty.get());
    assertTrue(empty.isSet());
  }

  @Test
  void whereRestoresWhatWasBeforeInEveryCase() throws Exception {
    assertEquals(
        "inner outer",
        local.where(
            "outer", () -> local.<String>where("inner", () -> local.get()) + " " + local.get()));
    assertFalse(local.isSet());
    local.set("before");
    Body failing =
        () -> {
          assertEquals("meanwhile", local.get());
          throw new IllegalStateException("x");
        };
    assertThrows(IllegalStateException.class, () -> local.where("meanwhile", failing));
    assertEquals("before", local.get());
  }

  @Test
  void theCallbacksOfAHubShareOne() throws Exception {
    run(
        () -> {
          Hub hub = Hub.current();
          local.set("main");
          hub.runCallback(
              () -> {
                trail.step(local.get());
                local.set("left behind");
              });
          hub.runCallback(
              () -> {
                trail.step(local.get());
                local.remove();
              });
          hub.runCallback(() -> uncheckedWhere("scoped"));
          hub.runCallback(() -> trail.step(local.get()));
          Greenlets.yieldNow();
        });
    trail.is("initial left behind scoped initial");
  }

  private void uncheckedWhere(String value) {
    try {
      local.where(value, () -> trail.step(local.get()));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aValueIsFreedWithItsGreenletAndALocalWhileGreenletsLive() throws Exception {
    run(
        () -> {
          GreenletLocal<Object> kept = GreenletLocal.withInitial(Object::new);
          Greenlet<WeakReference<Object>> dead =
              Greenlets.spawn(() -> new WeakReference<>(kept.get()));
          OriginTest.awaitCollected(dead.result());
          OriginTest.awaitCollected(forgottenLocal());
          assertTrue(kept.get() != null);
        });
  }

  private static WeakReference<Object> forgottenLocal() {
    GreenletLocal<String> forgotten = GreenletLocal.withInitial(() -> "x");
    forgotten.set("y");
    return new WeakReference<>(forgotten);
  }

  @Test
  void valuesNeverMixInAnyOrder() {
    Simulation.explore(
        1_000,
        () -> {
          List<Greenlet<?>> all = new ArrayList<>();
          for (int i = 0; i < 5; i++) {
            String mine = "value" + i;
            all.add(
                Greenlets.spawn(
                    () -> {
                      local.set(mine);
                      Greenlets.yieldNow();
                      assertEquals(mine, local.get());
                      local.where(
                          mine + "'",
                          () -> {
                            Greenlets.yieldNow();
                            assertEquals(mine + "'", local.get());
                          });
                      assertEquals(mine, local.get());
                    }));
          }
          all.get(4).killAsync();
          Greenlets.joinAllOrThrow(all);
        });
  }
}
