package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.pool.Group;

/** Greenlets that are joined together, and one that comes later. */
final class Groups {

  private Groups() {}

  static void run() {
    Greenlet<?> g1 = spawn(() -> talk("bar"));
    Greenlet<?> g2 = spawn(() -> talk("foo"));
    Greenlet<?> g3 = spawn(() -> talk("fizz"));

    Group group = new Group();
    group.add(g1);
    group.add(g2);
    group.join();

    group.add(g3);
    group.join();
  }

  private static void talk(String msg) {
    for (int i = 0; i < 3; i++) {
      IO.println(msg);
    }
  }
}
