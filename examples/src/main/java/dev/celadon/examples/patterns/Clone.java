package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.killAll;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import java.io.PrintStream;
import java.util.List;

/**
 * A map that many programs share: each has a copy, which begins with a snapshot and goes on with
 * updates, all in one order that a server gives them. A second server follows the first one as if
 * it were a client, and takes its place when it is silent.
 */
final class Clone {

  private Clone() {}

  static void run(ZmqContext context, PrintStream out) throws Exception {
    try (CloneServer primary = new CloneServer(context);
        CloneServer backup = new CloneServer(context)) {
      var servers = List.of(primary.endpoints(), backup.endpoints());
      CloneClient anna = new CloneClient(context, "Anna");
      CloneClient bert = new CloneClient(context, "Bert");
      CloneClient zoe = new CloneClient(context, "Zoe");
      CloneClient follower = new CloneClient(context, "backup");
      TaskGroup.run(
          roles -> {
            var first = roles.spawn(primary::serve);
            var second = roles.spawn(() -> backup.standBy(follower, primary.endpoints()));
            var annasCopy = roles.spawn(() -> anna.run(servers));
            anna.put("colour", "green");
            bert.put("shape", "round");
            anna.waitFor("colour", "green");
            var bertsCopy = roles.spawn(() -> bert.run(servers));
            bert.waitFor("colour", "green");
            bert.waitFor("shape", "round");
            anna.waitFor("shape", "round");
            follower.waitFor("shape", "round");
            out.println("Anna and Bert: " + anna.map() + " " + bert.map());

            first.kill();
            bert.put("colour", "blue"); // to nobody, or to the backup
            anna.waitFor("colour", "blue");
            var zoesCopy = roles.spawn(() -> zoe.run(servers));
            zoe.waitFor("colour", "blue");
            out.println(
                "Anna and Zoe, after the first server's death: " + anna.map() + " " + zoe.map());
            killAll(List.of(second, annasCopy, bertsCopy, zoesCopy));
          });
    }
  }
}
