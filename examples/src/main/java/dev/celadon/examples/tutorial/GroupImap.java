package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;

import dev.celadon.pool.Group;
import dev.celadon.pool.Results;
import java.time.Duration;
import java.util.List;

/** Three tasks of three, two and one seconds: their results in order, and as they come. */
final class GroupImap {

  private GroupImap() {}

  static void run() {
    IO.println("Ordered");
    try (Results<String> results = new Group().imap(List.of(0, 1, 2), GroupImap::intensive)) {
      for (String result : results) {
        IO.println(result);
      }
    }

    IO.println("Unordered");
    try (Results<String> results =
        new Group().imapUnordered(List.of(0, 1, 2), GroupImap::intensive)) {
      for (String result : results) {
        IO.println(result);
      }
    }
  }

  private static String intensive(int n) {
    sleep(Duration.ofSeconds(3 - n));
    return "('task', " + n + ")";
  }
}
