package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.sync.Event;
import java.time.Duration;

/** One greenlet that sets an event, five that wait for it. */
final class Events {

  private Events() {}

  static void run() {
    Event evt = new Event();
    joinAll(
        spawn(() -> setter(evt)),
        spawn(() -> waiter(evt)),
        spawn(() -> waiter(evt)),
        spawn(() -> waiter(evt)),
        spawn(() -> waiter(evt)),
        spawn(() -> waiter(evt)));
  }

  /** After three seconds, wakes all that wait. */
  private static void setter(Event evt) {
    IO.println("A: Hey wait for me, I have to do something");
    sleep(Duration.ofSeconds(3));
    IO.println("Ok, I'm done");
    evt.set();
  }

  private static void waiter(Event evt) {
    IO.println("I'll wait for you");
    evt.waitUntilSet();
    IO.println("It's about time");
  }
}
