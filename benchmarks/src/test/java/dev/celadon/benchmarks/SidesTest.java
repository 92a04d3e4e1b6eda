package dev.celadon.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Every side that needs no other process does a little of its work. */
class SidesTest {

  private static final int OPERATIONS = 200;
  private static final int PARTIES = 10;

  @TestFactory
  @Timeout(120)
  Stream<DynamicTest> worksAndSaysWhatItCosts() {
    return Case.ALL.stream()
        .filter(one -> one.repeats() == Case.Repeats.WARM) // the others sleep for seconds
        .flatMap(
            one ->
                Stream.concat(Stream.of(one.celadon()), one.rivals().stream())
                    .filter(side -> !side.work().isElsewhere())
                    .map(
                        side ->
                            dynamicTest(one.name() + " " + side.name(), () -> works(one, side))));
  }

  private static void works(Case one, Side side) throws Exception {
    int parties = one.growth().isEmpty() ? one.parties() : PARTIES;
    for (int sample = 0; sample < 2; sample++) { // in one JVM, as they are measured
      double cost = side.work().run(OPERATIONS, parties);
      assertTrue(Double.isFinite(cost) && cost > 0, () -> "a cost of " + cost);
    }
  }
}
