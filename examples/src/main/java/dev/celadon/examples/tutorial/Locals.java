package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.joinAll;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.GreenletLocal;
import org.jspecify.annotations.Nullable;

/** What one greenlet sets, another one does not see. */
final class Locals {

  private static final GreenletLocal<@Nullable Integer> X = GreenletLocal.create();
  private static final GreenletLocal<@Nullable Integer> Y = GreenletLocal.create();

  private Locals() {}

  static void run() {
    joinAll(spawn(Locals::f1), spawn(Locals::f2));
  }

  private static void f1() {
    X.set(1);
    IO.println(X.get());
  }

  private static void f2() {
    Y.set(2);
    IO.println(Y.get());

    if (!X.isSet()) {
      IO.println("x is not local to f2");
    }
  }
}
