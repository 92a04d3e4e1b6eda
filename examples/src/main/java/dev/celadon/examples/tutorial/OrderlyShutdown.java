package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.queue.Queue;
import dev.celadon.signal.Shutdown;
import dev.celadon.signal.ShutdownOptions;
import dev.celadon.signal.Signals;

/** A program that ends in order when a signal asks it to. */
final class OrderlyShutdown {

  private OrderlyShutdown() {}

  static void run() {
    // The rest of the end, such as the JVM's, is the program's own affair
    ShutdownOptions options = ShutdownOptions.defaults().withExits(false);
    try (Shutdown shutdown = Shutdown.install(options)) {
      Launcher launcher = new Launcher();
      Runnable _ = shutdown.register("launcher", _ -> launcher.shutdown());
      launcher.jobs.put("the last job");

      Greenlet<?> _ = spawn(() -> Signals.raise("INT")); // as Ctrl-C would
      shutdown.waitUntilBegun();
      IO.println("Shutdown requested. Exiting...");
      int status = shutdown.waitUntilOver();
      IO.println("Over, with the status " + status);
    }
  }

  /** Does jobs one by one. */
  private static final class Launcher {

    final Queue<String> jobs = new Queue<>();
    private final Greenlet<?> worker = spawn(() -> work());

    private void work() {
      for (String job : jobs) {
        IO.println("Did " + job);
      }
    }

    /** What has come is done; then the worker ends. */
    void shutdown() {
      jobs.shutdown();
      worker.join();
      IO.println("The launcher has stopped");
    }
  }
}
