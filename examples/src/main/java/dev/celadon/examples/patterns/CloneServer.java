package dev.celadon.examples.patterns;

import static dev.celadon.Greenlets.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.celadon.pool.TaskGroup;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.zeromq.SocketType;

/**
 * The server of {@link Clone}: gives every update a number, and to whoever asks all there is. It
 * has endpoints from the start, and serves when it is told to.
 */
final class CloneServer implements AutoCloseable {

  /**
   * Where to find a server.
   *
   * @param snapshots takes (), answers (number, key, value, key, value, ...)
   * @param updates publishes (number, change, key, value), and (number) as a sign of life
   * @param changes takes (change, key, value)
   */
  record Endpoints(String snapshots, String updates, String changes) {}

  private final ZmqSocket snapshots;
  private final ZmqSocket updates;
  private final ZmqSocket changes;
  private final Endpoints endpoints;
  private Map<String, String> map = new TreeMap<>();
  private long number;

  CloneServer(ZmqContext context) {
    snapshots = context.socket(SocketType.ROUTER);
    updates = context.socket(SocketType.PUB);
    changes = context.socket(SocketType.PULL);
    endpoints =
        new Endpoints(
            snapshots.bind(Pattern.ANY_PORT),
            updates.bind(Pattern.ANY_PORT),
            changes.bind(Pattern.ANY_PORT));
  }

  Endpoints endpoints() {
    return endpoints;
  }

  /** Serves until it is killed. */
  void serve() throws Exception {
    try (this) {
      TaskGroup.run(
          tasks -> {
            tasks.spawn(this::giveSnapshots);
            tasks.spawn(this::takeChanges);
            tasks.spawn(this::beat);
          });
    }
  }

  /** Does what its clients do while the primary lives, then takes over with what they know. */
  void standBy(CloneClient follower, Endpoints primary) throws Exception {
    do {
      follower.follow(primary);
    } while (!follower.isLoaded()); // it has not begun yet
    map = follower.map();
    number = follower.number();
    serve();
  }

  private void giveSnapshots() {
    while (true) {
      byte[] client = snapshots.recvMessage().frame(0);
      List<String> snapshot = new ArrayList<>(List.of(Long.toString(number)));
      map.forEach(
          (key, value) -> {
            snapshot.add(key);
            snapshot.add(value);
          });
      snapshots.send(ZmqMessage.of(snapshot.toArray(String[]::new)).prepend(client));
    }
  }

  private void takeChanges() {
    while (true) {
      ZmqMessage change = changes.recvMessage();
      number++;
      map.put(change.text(1), change.text(2));
      updates.send(change.prepend(Long.toString(number).getBytes(UTF_8)));
    }
  }

  private void beat() {
    while (true) {
      updates.send(Long.toString(number));
      sleep(Liveness.INTERVAL);
    }
  }

  @Override
  public void close() {
    snapshots.close();
    updates.close();
    changes.close();
  }
}
