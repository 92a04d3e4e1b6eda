package dev.celadon.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * One way to do the work of a case.
 *
 * @param name what it is called in the results
 * @param jvmFlags what its JVM is started with besides the common flags
 * @param needs a command that succeeds where the side can be measured; empty if it can everywhere
 * @param mostParties with how many parties it is measured at most
 * @param work does a number of operations and returns their cost in total, in the unit of the case
 */
record Side(String name, List<String> jvmFlags, List<String> needs, int mostParties, Work work) {

  /** Work of a case that has no parties, or always the same. */
  @FunctionalInterface
  interface Plain {
    /**
     * Does the work.
     *
     * @param operations how many; more than 0
     * @return the cost of all of them together
     * @throws Exception if the work fails, which ends the side
     */
    double run(int operations) throws Exception;
  }

  /** Work of a case that is measured with few and with many parties. */
  @FunctionalInterface
  interface Work {
    /** Where one sample takes long, the time alone would be too little. */
    int LEAST_WARM_UPS = 3;

    /**
     * Does the work.
     *
     * @param operations how many; more than 0, and a multiple of the parties when growth is
     *     measured
     * @param parties how many take part, {@link Case#parties()}; always the same within a JVM
     * @return the cost of all of them together
     * @throws Exception if the work fails, which ends the side
     */
    double run(int operations, int parties) throws Exception;

    /**
     * Does the work again and again before it is measured, {@link #LEAST_WARM_UPS} times or more.
     *
     * @param atLeast for so long
     */
    default void warmUp(Duration atLeast, int operations, int parties) throws Exception {
      long start = System.nanoTime();
      for (int i = 0; i < LEAST_WARM_UPS || System.nanoTime() - start < atLeast.toNanos(); i++) {
        run(operations, parties);
      }
    }

    /** Whether it is another process that works, and not this JVM. */
    default boolean isElsewhere() {
      return false;
    }
  }

  Side(String name, List<String> jvmFlags, List<String> needs, Work work) {
    this(name, jvmFlags, needs, Integer.MAX_VALUE, work);
  }

  Side(String name, List<String> jvmFlags, List<String> needs, Plain work) {
    this(name, jvmFlags, needs, (operations, _) -> work.run(operations));
  }

  Side(String name, List<String> jvmFlags, Work work) {
    this(name, jvmFlags, List.of(), work);
  }

  Side(String name, List<String> jvmFlags, Plain work) {
    this(name, jvmFlags, List.of(), work);
  }

  Side(String name, Work work) {
    this(name, List.of(), work);
  }

  Side(String name, Plain work) {
    this(name, List.of(), work);
  }

  /** The same side, not measured with more parties than that: it could not, or would take hours. */
  Side upTo(int mostParties) {
    return new Side(name, jvmFlags, needs, mostParties, work);
  }

  boolean isHere() throws InterruptedException {
    return needs.isEmpty() || ServerProcess.succeeds(needs.toArray(String[]::new));
  }
}
