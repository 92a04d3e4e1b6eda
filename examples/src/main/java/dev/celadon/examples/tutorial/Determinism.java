package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.waitAll;

import dev.celadon.pool.Pool;
import dev.celadon.pool.Results;
import dev.celadon.threadpool.Task;
import dev.celadon.threadpool.ThreadPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;

/**
 * The order in which ten equal tasks end, ten times: on the threads of a pool it differs from run
 * to run, in greenlets it is always the same.
 */
final class Determinism {

  private static final List<Integer> ITEMS = IntStream.range(0, 10).boxed().toList();

  private Determinism() {}

  static void run() throws Exception {
    IO.println(tenRunsAreEqual(Determinism::onThreads));
    IO.println(tenRunsAreEqual(Determinism::onGreenlets));
  }

  static boolean tenRunsAreEqual(Callable<List<Integer>> program) throws Exception {
    Set<List<Integer>> orders = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      orders.add(program.call());
    }
    return orders.size() == 1;
  }

  static List<Integer> onThreads() {
    try (ThreadPool pool = new ThreadPool(10)) {
      List<Task<Integer>> tasks = new ArrayList<>();
      for (int item : ITEMS) {
        tasks.add(
            pool.spawn(
                () -> {
                  Thread.sleep(1);
                  return item;
                }));
      }
      List<Integer> order = new ArrayList<>();
      for (Task<Integer> task : waitAll(tasks)) { // in the order of their ends
        order.add(task.result());
      }
      return order;
    }
  }

  static List<Integer> onGreenlets() {
    Pool pool = new Pool(10);
    List<Integer> order = new ArrayList<>();
    try (Results<Integer> results = pool.imapUnordered(ITEMS, Determinism::echo)) {
      for (int item : results) {
        order.add(item);
      }
    }
    return order;
  }

  private static int echo(int item) {
    sleep(Duration.ofMillis(1));
    return item;
  }
}
