package dev.celadon.zeromq;

import org.zeromq.SocketType;

/** Two sockets that are connected. */
record Pair(ZmqSocket sink, ZmqSocket source) {

  static Pair over(ZmqContext context, String endpoint) {
    ZmqSocket sink = context.socket(SocketType.PULL);
    ZmqSocket source = context.socket(SocketType.PUSH);
    source.connect(sink.bind(endpoint));
    return new Pair(sink, source);
  }

  static Pair over(ZmqContext context, String endpoint, int highWaterMark) {
    ZmqSocket sink = context.socket(SocketType.PULL);
    sink.options().receiveHighWaterMark(highWaterMark);
    ZmqSocket source = context.socket(SocketType.PUSH);
    source.options().sendHighWaterMark(highWaterMark);
    source.connect(sink.bind(endpoint));
    return new Pair(sink, source);
  }
}
