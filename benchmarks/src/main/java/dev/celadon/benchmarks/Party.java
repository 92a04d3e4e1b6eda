package dev.celadon.benchmarks;

/** What each of several parties does, which begin together. */
@FunctionalInterface
interface Party {

  /**
   * Does the party's part.
   *
   * @param number from 0 on
   * @throws Exception if it fails, which ends the side
   */
  void run(int number) throws Exception;
}
