package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;
import static dev.celadon.Greenlets.yieldNow;

/** Two greenlets that give each other the turn: {@code sleep(0)} is called {@code yieldNow}. */
final class TwoSleepers {

  private TwoSleepers() {}

  static void run() {
    joinAll(spawn(TwoSleepers::foo), spawn(TwoSleepers::bar));
  }

  private static void foo() {
    IO.println("Running in foo");
    yieldNow();
    IO.println("Explicit context switch to foo again");
  }

  private static void bar() {
    IO.println("Explicit context to bar");
    yieldNow();
    IO.println("Implicit context switch back to bar");
  }
}
