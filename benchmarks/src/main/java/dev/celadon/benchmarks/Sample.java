package dev.celadon.benchmarks;

import java.time.Duration;

/**
 * The program of a JVM that measures another process: warms one side of one case up, then prints
 * the cost of one operation, the median of its samples.
 */
final class Sample {

  private Sample() {}

  public static void main(String[] args) throws Exception {
    Case measured = Case.named(args[0]);
    Side side = measured.side(args[1]);
    Duration warmUp = Duration.ofMillis(Long.parseLong(args[2]));
    int samples = Integer.parseInt(args[3]);
    int operations = Integer.parseInt(args[4]);
    int parties = Integer.parseInt(args[5]);
    side.work().warmUp(warmUp, operations, parties);
    double[] costs = new double[samples];
    for (int i = 0; i < samples; i++) {
      costs[i] = side.work().run(operations, parties) / operations;
    }
    System.out.println(Median.of(costs));
    System.exit(0); // rivals may leave threads behind
  }
}
