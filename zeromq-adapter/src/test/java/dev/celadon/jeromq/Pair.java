package dev.celadon.jeromq;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.zeromq.SocketType;

/** Two sockets that are connected over tcp. */
record Pair(ZMQ.Socket bound, ZMQ.Socket connected) {

  static Pair of(ZContext context, SocketType bound, SocketType connected) {
    ZMQ.Socket first = context.createSocket(bound);
    int port = first.bindToRandomPort("tcp://127.0.0.1");
    ZMQ.Socket second = context.createSocket(connected);
    assertTrue(second.connect("tcp://127.0.0.1:" + port));
    return new Pair(first, second);
  }
}
