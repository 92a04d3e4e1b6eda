package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.sync.AsyncResult;
import java.time.Duration;

/** A result that is set again: who asks later gets the later value. */
final class AsyncResultsAgain {

  private AsyncResultsAgain() {}

  static void run() {
    AsyncResult<String> a = new AsyncResult<>();
    joinAll(spawn(() -> setter(a)), spawn(() -> waiter(a)));
  }

  private static void setter(AsyncResult<String> a) {
    a.set("leoo is cool");
    sleep(Duration.ofMillis(500));
    a.set("minwook is cool");
  }

  private static void waiter(AsyncResult<String> a) {
    IO.println(a.result());
    sleep(Duration.ofSeconds(1));
    IO.println(a.result());
  }
}
