package dev.celadon.zeromq;

import java.util.LinkedHashSet;
import java.util.Set;
import zmq.ZMQ;

/** The endpoints that a socket is bound or connected to. Confined to its hub, but for messages. */
final class Attachments {

  private final ZmqContext context;
  private final ZmqSocket socket;
  private final RawSocket raw;
  private final Set<String> endpoints = new LinkedHashSet<>();

  private boolean hasInproc;

  /** Written by the hub; reports of other threads read it. */
  private volatile String text = "without an endpoint";

  Attachments(ZmqContext context, ZmqSocket socket, RawSocket raw) {
    this.context = context;
    this.socket = socket;
    this.raw = raw;
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
    raw.bind(endpoint);
    String bound = last();
    add(bound);
    if (Endpoints.isInproc(endpoint)) {
      hasInproc = true;
      context.bound(endpoint, socket);
    }
    return bound;
  }

  void connect(String endpoint) {
    Endpoints.check("connect", endpoint);
    raw.connect(endpoint);
    add(endpoint);
    hasInproc |= Endpoints.isInproc(endpoint);
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
    endpoints.remove(endpoint);
    text = endpoints.isEmpty() ? "without an endpoint" : String.join(" ", endpoints);
  }

  private void add(String endpoint) {
    endpoints.add(endpoint);
    text = String.join(" ", endpoints);
  }

  /**
   * Gives the names of this program back at once. JeroMQ does so some time after a close, and until
   * then a bind to the name would fail, but take the name all the same, from both.
   */
  void close() {
    if (context.isTerminating()) {
      return; // JeroMQ answers nothing any more, and names are of no use
    }
    for (String endpoint : endpoints) {
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
