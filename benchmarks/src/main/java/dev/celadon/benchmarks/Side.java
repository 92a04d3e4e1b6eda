package dev.celadon.benchmarks;

import java.util.List;

/**
 * One way to do the work of a case.
 *
 * @param name what it is called in the results
 * @param jvmFlags what its JVM is started with besides the common flags
 * @param work does a number of operations and returns their cost in total, in the unit of the case
 */
record Side(String name, List<String> jvmFlags, Work work) {

  @FunctionalInterface
  interface Work {
    /**
     * Does the work.
     *
     * @param operations how many; more than 0
     * @return the cost of all of them together
     * @throws Exception if the work fails, which ends the run
     */
    double run(int operations) throws Exception;
  }

  Side(String name, Work work) {
    this(name, List.of(), work);
  }
}
