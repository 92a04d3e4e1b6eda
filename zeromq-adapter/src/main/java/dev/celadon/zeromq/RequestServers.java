package dev.celadon.zeromq;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/**
 * The servers of a {@link RequestMultiplexer}, and which of them is asked next.
 *
 * <p>Confined to its hub.
 */
final class RequestServers implements Iterable<RequestServer> {

  private final long attemptNanos;
  private final List<RequestServer> servers = new ArrayList<>();
  private int lastAsked;

  RequestServers(long attemptNanos) {
    this.attemptNanos = attemptNanos;
  }

  void add(RequestServer server) {
    servers.add(server);
  }

  void remove(RequestServer server) {
    servers.remove(server);
    lastAsked = 0;
  }

  boolean contains(RequestServer server) {
    return servers.contains(server);
  }

  boolean isEmpty() {
    return servers.isEmpty();
  }

  @Nullable RequestServer find(String endpoint) {
    for (RequestServer server : servers) {
      if (server.endpoint.equals(endpoint)) {
        return server;
      }
    }
    return null;
  }

  /** In the order in which they were added. */
  List<String> endpoints() {
    return servers.stream().map(server -> server.endpoint).toList();
  }

  @Override
  public Iterator<RequestServer> iterator() {
    return servers.iterator();
  }

  /** Sends a request to the best server that takes it; false if there is none. */
  boolean send(PendingReply reply, long now) {
    return sendToBest(reply, now, server -> !reply.hasAsked(server) && !server.isAvoided(now))
        || sendToBest(reply, now, server -> !reply.hasAsked(server))
        || sendToBest(reply, now, _ -> true);
  }

  /** To the one with the fewest unanswered requests that takes it; in turn, among equals. */
  private boolean sendToBest(PendingReply reply, long now, Predicate<RequestServer> candidates) {
    int count = servers.size();
    RequestServer best = null;
    int bestIndex = 0;
    for (int i = 1; i <= count; i++) {
      int index = (lastAsked + i) % count;
      RequestServer server = servers.get(index);
      if ((best == null || server.outstanding < best.outstanding)
          && candidates.test(server)
          && (server.socket.events() & ZMQ.ZMQ_POLLOUT) != 0) {
        best = server;
        bestIndex = index;
      }
    }
    if (best == null || !best.socket.trySend(reply.request)) {
      return false;
    }
    lastAsked = bestIndex;
    reply.asked.add(best);
    best.hasBeenAsked(now, attemptNanos);
    return true;
  }

  @Override
  public String toString() {
    return servers.toString();
  }
}
