package dev.celadon.zeromq;

import java.util.LinkedHashMap;
import java.util.Map;
import zmq.ZMQ;

/** The endpoints that a socket is bound or connected to. Confined to its hub, but for messages. */
final class Attachments {

  private final ZmqContext context;
  private final ZmqSocket socket;
  private final RawSocket raw;
  private final Connections connections;

  /** As the caller says it, and as JeroMQ's events do. */
  private final Map<String, String> endpoints = new LinkedHashMap<>();

  private boolean hasInproc;

  /** Written by the hub; reports of other threads read it. */
  private volatile String text = "without an endpoint";

  Attachments(ZmqContext context, ZmqSocket socket, RawSocket raw, Connections connections) {
    this.context = context;
    this.socket = socket;
    this.raw = raw;
    this.connections = connections;
  }

  String bind(String endpoint) {
    Endpoints.check("bind", endpoint);
    if (Endpoints.isInproc(endpoint)) {
      // JeroMQ notices, but lets the second one have the name all the same.
      ZmqSocket owner = context.binderOf(endpoint);
      if (owner != null) {
        throw Endpoints.inUse(endpoint, owner);
      }
    }
    prepare("bind", endpoint);
    raw.bind(endpoint);
    String bound = last();
    add(bound, bound);
    if (Endpoints.isInproc(endpoint)) {
      hasInproc = true;
      context.bound(endpoint, socket);
    }
    return bound;
  }

  void connect(String endpoint) {
    Endpoints.check("connect", endpoint);
    prepare("connect", endpoint);
    raw.connect(endpoint);
    add(endpoint, last());
    hasInproc |= Endpoints.isInproc(endpoint);
  }

  int connectPeer(String endpoint) {
    Endpoints.check("connect", endpoint);
    prepare("connect", endpoint);
    int routingId = raw.connectPeer(endpoint);
    add(endpoint, last());
    hasInproc |= Endpoints.isInproc(endpoint);
    return routingId;
  }

  private void prepare(String verb, String endpoint) {
    if (!Endpoints.isInproc(endpoint)) {
      SecurityOptions.check(socket, verb, endpoint);
      connections.install();
    }
  }

  void unbind(String endpoint) {
    leave(endpoint, "unbind");
    context.unbound(endpoint, socket);
  }

  void disconnect(String endpoint) {
    leave(endpoint, "disconnect");
  }

  private void leave(String endpoint, String verb) {
    Endpoints.check(verb, endpoint);
    raw.leave(endpoint, verb);
    String inEvents = endpoints.remove(endpoint);
    text = endpoints.isEmpty() ? "without an endpoint" : String.join(" ", endpoints.keySet());
    connections.left(inEvents == null ? endpoint : inEvents);
  }

  private void add(String endpoint, String inEvents) {
    endpoints.put(endpoint, inEvents);
    text = String.join(" ", endpoints.keySet());
  }

  /**
   * Gives the names of this program back at once. JeroMQ does so some time after a close, and until
   * then a bind to the name would fail, but take the name all the same, from both.
   */
  void close() {
    if (context.isTerminating()) {
      return; // JeroMQ answers nothing any more, and names are of no use
    }
    for (String endpoint : endpoints.keySet()) {
      if (context.binderOf(endpoint) == socket) {
        raw.leave(endpoint, "unbind");
      }
    }
  }

  /** The endpoint of the last bind or connect, or empty. */
  String last() {
    return raw.option(ZMQ.ZMQ_LAST_ENDPOINT) instanceof String last ? last : "";
  }

  /** Whether other sockets of this program, on this hub perhaps, get its messages without I/O. */
  boolean hasInproc() {
    return hasInproc;
  }

  @Override
  public String toString() {
    return text;
  }
}
