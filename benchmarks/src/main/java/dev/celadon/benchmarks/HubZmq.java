package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.zeromq.ContextOptions;
import dev.celadon.zeromq.IoMode;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Does the work.
   *
   * @param operations of all clients together, a multiple of those
   * @param clients how many; {@code INPROC} has one
   */
  double run(ZmqWork.Pattern pattern, int operations, int clients) throws Exception {
    return Hub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open(options)) {
            connectIdle(context);
            return switch (pattern) {
              case ROUND_TRIP -> roundTrip(context, operations, clients, pattern);
              case PUSH_PULL -> pushPull(context, operations, clients, pattern);
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

  private static double roundTrip(
      ZmqContext context, int operations, int clients, ZmqWork.Pattern pattern) {
    ZmqSocket server = context.socket(SocketType.REP);
    return pingPong(
        server, connected(context, SocketType.REQ, clients, server), operations, pattern);
  }

  private static List<ZmqSocket> connected(
      ZmqContext context, SocketType type, int clients, ZmqSocket server) {
    server.options().connection().backlog(ZmqWork.BACKLOG);
    String endpoint = server.bind(ZmqWork.ANY_PORT);
    List<ZmqSocket> sockets = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      ZmqSocket client = context.socket(type);
      client.connect(endpoint);
      sockets.add(client);
    }
    return sockets;
  }

  private static double inproc(ZmqContext context, int operations, ZmqWork.Pattern pattern) {
    ZmqSocket server = context.socket(SocketType.PAIR);
    ZmqSocket client = context.socket(SocketType.PAIR);
    client.connect(server.bind(ZmqWork.INSIDE));
    return pingPong(server, List.of(client), operations, pattern);
  }

  private static double pingPong(
      ZmqSocket server, List<ZmqSocket> clients, int operations, ZmqWork.Pattern pattern) {
    var answering =
        Greenlets.spawn(
            () -> {
              while (true) {
                server.send(server.recv());
              }
            });
    for (ZmqSocket client : clients) {
      ask(client, 1); // connected
    }
    long start = System.nanoTime();
    var asking =
        clients.stream()
            .map(client -> Greenlets.spawn(() -> ask(client, operations / clients.size())))
            .toList();
    asking.forEach(Greenlet::result);
    double cost = pattern.since(start);
    answering.kill();
    return cost;
  }

  private static void ask(ZmqSocket client, int times) {
    for (int i = 0; i < times; i++) {
      client.send(MESSAGE);
      client.recv();
    }
  }

  private static double pushPull(
      ZmqContext context, int operations, int clients, ZmqWork.Pattern pattern) {
    ZmqSocket sink = context.socket(SocketType.PULL);
    List<ZmqSocket> sources = connected(context, SocketType.PUSH, clients, sink);
    for (ZmqSocket source : sources) {
      source.send(MESSAGE);
      sink.recv(); // connected
    }
    long start = System.nanoTime();
    var sending =
        sources.stream()
            .map(source -> Greenlets.spawn(() -> push(source, operations / clients)))
            .toList();
    for (int i = 0; i < operations; i++) {
      sink.recv();
    }
    double cost = pattern.since(start);
    sending.forEach(Greenlet::result);
    return cost;
  }

  private static void push(ZmqSocket source, int times) {
    for (int i = 0; i < times; i++) {
      source.send(MESSAGE);
    }
  }
}
