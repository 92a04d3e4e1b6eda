package dev.celadon.benchmarks;

import java.util.List;

/**
 * One way to do the work of a case.
 *
 * @param name what it is called in the results
 * @param jvmFlags what its JVM is started with besides the common flags
 * @param needs a command that succeeds where the side can be measured; empty if it can everywhere
 * @param work does a number of operations and returns their cost in total, in the unit of the case
 */
record Side(String name, List<String> jvmFlags, List<String> needs, Work work) {

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

  Side(String name, List<String> jvmFlags, Work work) {
    this(name, jvmFlags, List.of(), work);
  }

  Side(String name, Work work) {
    this(name, List.of(), work);
  }

  boolean isHere() throws InterruptedException {
    return needs.isEmpty() || ServerProcess.succeeds(needs.toArray(String[]::new));
  }
}
