/**
 * Celadon beside what a user would take instead, on the same work, in the same run. {@link
 * dev.celadon.benchmarks.Benchmarks} is the program; each {@link dev.celadon.benchmarks.Case} has
 * its sides.
 */
@NullMarked
package dev.celadon.benchmarks;

import org.jspecify.annotations.NullMarked;
