package dev.celadon.benchmarks;

import java.util.Arrays;

/** The middle one of some figures: on a noisy machine the one to quote. */
final class Median {

  private Median() {}

  static double of(double[] figures) {
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
