package dev.celadon.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.Trail;
import dev.celadon.greenlet.Greenlet;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulationTest {

  @Test
  void aSeedReplays() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(trailOf(seed), trailOf(seed));
    }
  }

  @Test
  void seedsDifferAndReachEveryOrder() {
    Set<String> orders = new HashSet<>();
    for (long seed = 0; seed < 200; seed++) {
      orders.add(trailOf(seed).substring(0, 5));
    }
    assertEquals(Set.of("a b c", "a c b", "b a c", "b c a", "c a b", "c b a"), orders);
  }

  private static String trailOf(long seed) {
    Trail trail = new Trail();
    Simulation.run(
        seed,
        () -> {
          for (String name : new String[] {"a", "b", "c"}) {
            Greenlets.spawn(
                () -> {
                  trail.step(name);
                  Greenlets.yieldNow();
                  trail.step(name);
                });
          }
          Greenlets.sleep(Duration.ofDays(1));
        });
    return trail.toString();
  }

  @Test
  void everythingRunsOnceInEveryOrder() {
    Simulation.explore(
        100,
        () -> {
          var all =
              IntStream.range(0, 20)
                  .mapToObj(i -> Greenlets.spawn(() -> Integer.valueOf(i)))
                  .toList();
          Greenlets.joinAll(all);
          assertEquals(190, all.stream().mapToInt(Greenlet::result).sum());
        });
  }

  @Test
  void aFailureTellsItsSeed() {
    IllegalStateException failure = new IllegalStateException("x");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Simulation.explore(
                    3,
                    () -> {
                      throw failure;
                    }));
    assertTrue(error.getMessage().contains("seed 0"), error.getMessage());
    assertSame(failure, error.getCause());
  }

  @Test
  void aFailureThatNobodyTookFailsTheRun() {
    IllegalStateException failure = new IllegalStateException("x");
    AssertionError error =
        assertThrows(
            AssertionError.class,
            () ->
                Simulation.run(
                    7,
                    () -> {
                      Greenlets.spawn(
                          () -> {
                            throw failure;
                          });
                      Greenlets.yieldNow();
                      Greenlets.yieldNow();
                    }));
    assertTrue(error.getMessage().contains("seed 7"), error.getMessage());
    assertSame(failure, error.getCause());
  }
}
