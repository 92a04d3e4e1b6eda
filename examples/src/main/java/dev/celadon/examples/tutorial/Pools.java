package dev.celadon.examples.tutorial;

import dev.celadon.pool.Pool;
import java.util.List;

/** Three items and two places. */
final class Pools {

  private Pools() {}

  static void run() throws Exception {
    Pool pool = new Pool(2);
    List<Integer> _ = pool.map(List.of(0, 1, 2), n -> helloFrom(n, pool));
  }

  private static int helloFrom(int n, Pool pool) {
    IO.println("Size of pool " + pool.size());
    return n;
  }
}
