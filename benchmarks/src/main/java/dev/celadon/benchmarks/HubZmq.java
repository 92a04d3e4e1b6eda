package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.IoMode;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;
import org.zeromq.SocketType;

/** A greenlet for each socket. */
final class HubZmq {

  private static final byte[] MESSAGE = ZmqWork.message();

  private final ContextOptions options;
  private final int idle;

  /**
   * Nothing is opened before the run.
   *
   * @param idle so many connections beside those in use
   */
  HubZmq(IoMode io, int idle) {
    this.options =
        ContextOptions.defaults().withIo(io).withLinger(Duration.ZERO).withMaxSockets(4_000);
    this.idle = idle;
  }

  double run(ZmqWork.Pattern pattern, int operations) throws Exception {
    return Hub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open(options)) {
            connectIdle(context);
            return switch (pattern) {
              case ROUND_TRIP -> roundTrip(context, operations, pattern);
              case PUSH_PULL -> pushPull(context, operations, pattern);
              case INPROC -> inproc(context, operations, pattern);
            };
          }
        });
  }

  private void connectIdle(ZmqContext context) {
    if (idle == 0) {
      return;
    }
    ZmqSocket sink = context.socket(SocketType.PULL);
    String endpoint = sink.bind(ZmqWork.ANY_PORT);
    for (int i = 0; i < idle; i++) {
      ZmqSocket source = context.socket(SocketType.PUSH);
      source.connect(endpoint);
      source.send(MESSAGE);
      sink.recv(); // connected
    }
  }

  private static double roundTrip(ZmqContext context, int operations, ZmqWork.Pattern pattern) {
    ZmqSocket server = context.socket(SocketType.REP);
    ZmqSocket client = context.socket(SocketType.REQ);
    client.connect(server.bind(ZmqWork.ANY_PORT));
    return pingPong(server, client, operations, pattern);
  }

  private static double inproc(ZmqContext context, int operations, ZmqWork.Pattern pattern) {
    ZmqSocket server = context.socket(SocketType.PAIR);
    ZmqSocket client = context.socket(SocketType.PAIR);
    client.connect(server.bind(ZmqWork.INSIDE));
    return pingPong(server, client, operations, pattern);
  }

  private static double pingPong(
      ZmqSocket server, ZmqSocket client, int operations, ZmqWork.Pattern pattern) {
    var answering =
        Greenlets.spawn(
            () -> {
              while (true) {
                server.send(server.recv());
              }
            });
    client.send(MESSAGE);
    client.recv(); // connected
    long start = System.nanoTime();
    for (int i = 0; i < operations; i++) {
      client.send(MESSAGE);
      client.recv();
    }
    double cost = pattern.since(start);
    answering.kill();
    return cost;
  }

  private static double pushPull(ZmqContext context, int operations, ZmqWork.Pattern pattern) {
    ZmqSocket sink = context.socket(SocketType.PULL);
    ZmqSocket source = context.socket(SocketType.PUSH);
    source.connect(sink.bind(ZmqWork.ANY_PORT));
    source.send(MESSAGE);
    sink.recv(); // connected
    var sending =
        Greenlets.spawn(
            () -> {
              for (int i = 0; i < operations; i++) {
                source.send(MESSAGE);
              }
            });
    long start = System.nanoTime();
    for (int i = 0; i < operations; i++) {
      sink.recv();
    }
    double cost = pattern.since(start);
    sending.result();
    return cost;
  }
}
