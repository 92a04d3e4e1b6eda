package dev.celadon.zeromq;

import org.zeromq.SocketType;

/** What most tests of sockets begin with. */
final class Sockets {

  static final String ANY_PORT = "tcp://127.0.0.1:*";

  private Sockets() {}

  static ZmqSocket connected(ZmqContext context, SocketType type, String endpoint) {
    ZmqSocket socket = context.socket(type);
    socket.connect(endpoint);
    return socket;
  }
}
