package dev.celadon.threadpool;

import dev.celadon.Greenlets;
import dev.celadon.hub.Body;
import dev.celadon.hub.Hub;
import dev.celadon.hub.HubOptions;
import java.util.ArrayList;
import java.util.List;

/** Runs the body of a test on a hub, and keeps what the hub's error handler hears of. */
final class Reports {

  private final List<Throwable> failures = new ArrayList<>();

  private final List<String> sources = new ArrayList<>();

  void run(Body body) throws Exception {
    run(HubOptions.defaults(), body);
  }

  void run(HubOptions options, Body body) throws Exception {
    Hub.run(
        options.withErrorHandler(
            (source, failure) -> {
              sources.add(source);
              failures.add(failure);
            }),
        body);
  }

  List<Throwable> failures() {
    return failures;
  }

  List<String> sources() {
    return sources;
  }

  /**
   * Waits for a report, which another thread hands over some time after the task's end; a second
   * one would come meanwhile, too.
   */
  void waitForOne() {
    while (failures.isEmpty()) {
      Greenlets.yieldNow();
    }
    for (int i = 0; i < 100; i++) {
      Greenlets.yieldNow();
    }
  }
}
