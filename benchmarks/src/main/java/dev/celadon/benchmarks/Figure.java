package dev.celadon.benchmarks;

import java.util.stream.DoubleStream;

/**
 * A figure with its error bar: the median of some rounds, and the least and the most that a round
 * has told. Between those the true median lies with a probability of 94% if there were five rounds,
 * of 75% if three, whatever the noise is like.
 *
 * @param median the one to quote
 * @param low the least
 * @param high the most
 */
record Figure(double median, double low, double high) {

  static Figure of(double... rounds) {
    return new Figure(
        Median.of(rounds),
        DoubleStream.of(rounds).min().orElseThrow(),
        DoubleStream.of(rounds).max().orElseThrow());
  }
}
