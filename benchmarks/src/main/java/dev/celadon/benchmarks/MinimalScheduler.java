package dev.celadon.benchmarks;

import java.lang.reflect.Constructor;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Virtual threads on the least scheduler there can be, a queue: what the JDK's part of a greenlet
 * costs by itself. Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}.
 */
final class MinimalScheduler implements Executor {

  private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
  private final Thread.Builder.OfVirtual builder;

  MinimalScheduler() throws ReflectiveOperationException {
    Constructor<?> constructor =
        Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
            .getDeclaredConstructor(Executor.class);
    constructor.setAccessible(true);
    builder = (Thread.Builder.OfVirtual) constructor.newInstance(this);
  }

  @Override
  public void execute(Runnable task) {
    ready.add(task);
  }

  void start(Runnable body) {
    Thread _ = builder.start(body);
  }

  /**
   * The processor time of parties from their first turns on.
   *
   * @throws IllegalStateException if one of them has failed, or waits for ever
   */
  double cost(int parties, Party party) {
    int[] ended = new int[1];
    for (int i = 0; i < parties; i++) {
      int number = i;
      start(
          () -> {
            try {
              party.run(number);
              ended[0]++;
            } catch (Exception e) {
              throw new IllegalStateException("party " + number, e);
            }
          });
    }
    long start = Cpu.nanos();
    runAll();
    long end = Cpu.nanos();
    if (ended[0] < parties) {
      throw new IllegalStateException((parties - ended[0]) + " parties have not ended");
    }
    return end - start;
  }

  void runAll() {
    for (Runnable task = ready.poll(); task != null; task = ready.poll()) {
      task.run();
    }
  }
}
