package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.sync.AsyncResult;
import java.time.Duration;

/** An event that brings a value: one greenlet sets it, one waits for it. */
final class AsyncResults {

  private AsyncResults() {}

  static void run() {
    AsyncResult<String> a = new AsyncResult<>();
    joinAll(spawn(() -> setter(a)), spawn(() -> waiter(a)));
  }

  /** After three seconds, sets the result. */
  private static void setter(AsyncResult<String> a) {
    sleep(Duration.ofSeconds(3));
    a.set("Hello!");
  }

  /** Goes on as soon as the setter has put a value into the result. */
  private static void waiter(AsyncResult<String> a) {
    IO.println(a.result());
  }
}
