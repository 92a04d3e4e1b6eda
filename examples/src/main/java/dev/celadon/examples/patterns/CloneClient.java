package dev.celadon.examples.patterns;

import dev.celadon.sync.Event;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqMessage;
import dev.celadon.zeromq.ZmqSocket;
import dev.celadon.zeromq.ZmqTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;

/**
 * A client of {@link Clone}: has a copy of the map, and goes to the next server when one is silent.
 * A change is its own only when it comes back from a server; until then it is sent again to each
 * new one.
 */
final class CloneClient {

  private final ZmqContext context;
  private final String name;
  private final Map<String, ZmqMessage> unconfirmed = new LinkedHashMap<>();
  private final Event changed = new Event();
  private Map<String, String> map = new TreeMap<>();
  private boolean isLoaded;
  private long number;
  private int changes;
  private @Nullable ZmqSocket server;

  CloneClient(ZmqContext context, String name) {
    this.context = context;
    this.name = name;
  }

  Map<String, String> map() {
    return map;
  }

  /** Whether the map is that of a server. */
  boolean isLoaded() {
    return isLoaded;
  }

  /** How many updates are in the map. */
  long number() {
    return number;
  }

  /** Sets a value, at every client in the end. */
  void put(String key, String value) {
    String id = name + " " + ++changes;
    ZmqMessage change = ZmqMessage.of(id, key, value);
    unconfirmed.put(id, change);
    if (server != null) {
      server.send(change);
    }
  }

  /** Waits until a key has a value. */
  void waitFor(String key, String value) {
    while (!value.equals(map.get(key))) {
      changed.clear();
      changed.waitUntilSet();
    }
  }

  /** Stays up to date, until it is killed. */
  void run(List<CloneServer.Endpoints> servers) {
    while (true) {
      for (CloneServer.Endpoints next : servers) {
        follow(next);
      }
    }
  }

  /** Returns when this server is silent. */
  void follow(CloneServer.Endpoints endpoints) {
    try (ZmqSocket updates = context.socket(SocketType.SUB);
        ZmqSocket snapshots = context.socket(SocketType.DEALER);
        ZmqSocket changes = context.socket(SocketType.PUSH)) {
      for (ZmqSocket socket : List.of(updates, snapshots, changes)) {
        socket.options().linger(Duration.ZERO); // it may be for the dead
      }
      updates.subscribe("").connect(endpoints.updates());
      Liveness.recvMessage(updates); // so no update will be missed from now on
      snapshots.connect(endpoints.snapshots());
      load(snapshots);

      changes.connect(endpoints.changes());
      server = changes;
      unconfirmed.values().forEach(changes::send);
      while (true) {
        if (!update(Liveness.recvMessage(updates))) {
          load(snapshots);
        }
      }
    } catch (ZmqTimeoutException silence) {
      // The caller tries another one.
    } finally {
      server = null;
    }
  }

  private void load(ZmqSocket snapshots) {
    snapshots.send("");
    ZmqMessage snapshot = Liveness.recvMessage(snapshots);
    Map<String, String> loaded = new TreeMap<>();
    for (int i = 1; i < snapshot.size(); i += 2) {
      loaded.put(snapshot.text(i), snapshot.text(i + 1));
    }
    map = loaded;
    isLoaded = true;
    number = Long.parseLong(snapshot.text(0));
    changed.set();
  }

  /** False if updates before this one have been lost. */
  private boolean update(ZmqMessage update) {
    long next = Long.parseLong(update.text(0));
    if (update.size() > 1) {
      unconfirmed.remove(update.text(1));
      if (next == number + 1) {
        number = next;
        map.put(update.text(2), update.text(3));
        changed.set();
      }
    }
    return next <= number;
  }
}
