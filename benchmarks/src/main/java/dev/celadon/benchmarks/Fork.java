package dev.celadon.benchmarks;

import org.jspecify.annotations.Nullable;

/**
 * What one JVM has measured: for one operation, the median of its samples.
 *
 * @param cost in the unit of the case
 * @param elapsed nanoseconds of the wall; null if another process has worked
 * @param cpu nanoseconds of processor time of all threads of the JVM; null as well
 * @param allocated bytes of its heap by all its threads; null as well
 */
record Fork(
    double cost, @Nullable Double elapsed, @Nullable Double cpu, @Nullable Double allocated) {}
