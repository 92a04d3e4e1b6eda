package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.current;

import dev.celadon.pool.Group;
import java.util.List;

/** Does the same with three items, each one in a member of a group. */
final class GroupMap {

  private GroupMap() {}

  static void run() throws Exception {
    Group group = new Group();
    List<Integer> _ = group.map(List.of(0, 1, 2), n -> helloFrom(n, group));
  }

  private static int helloFrom(int n, Group group) {
    IO.println("Size of group " + group.size());
    IO.println("Hello from " + current());
    return n;
  }
}
