package dev.celadon.benchmarks;

import java.util.concurrent.ThreadFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Plain JeroMQ, a thread for each socket. */
final class PlainZmq {

  private static final byte[] MESSAGE = ZmqWork.message();

  private final ThreadFactory threads;
  private final int idle;

  /**
   * Nothing is opened before the run.
   *
   * @param idle so many connections beside those in use
   */
  PlainZmq(ThreadFactory threads, int idle) {
    this.threads = threads;
    this.idle = idle;
  }

  double run(ZmqWork.Pattern pattern, int operations) throws InterruptedException {
    try (ZContext context = new ZContext()) {
      context.getContext().setMaxSockets(4_000);
      connectIdle(context);
      return switch (pattern) {
        case ROUND_TRIP -> {
          ZMQ.Socket server = context.createSocket(SocketType.REP);
          server.bind(ZmqWork.ANY_PORT);
          ZMQ.Socket client = context.createSocket(SocketType.REQ);
          client.connect(server.getLastEndpoint());
          yield pingPong(server, client, operations, pattern);
        }
        case INPROC -> {
          ZMQ.Socket server = context.createSocket(SocketType.PAIR);
          server.bind(ZmqWork.INSIDE);
          ZMQ.Socket client = context.createSocket(SocketType.PAIR);
          client.connect(ZmqWork.INSIDE);
          yield pingPong(server, client, operations, pattern);
        }
        case PUSH_PULL -> {
          ZMQ.Socket sink = context.createSocket(SocketType.PULL);
          sink.bind(ZmqWork.ANY_PORT);
          ZMQ.Socket source = context.createSocket(SocketType.PUSH);
          source.connect(sink.getLastEndpoint());
          yield pushPull(sink, source, operations, pattern);
        }
      };
    }
  }

  private void connectIdle(ZContext context) {
    if (idle == 0) {
      return;
    }
    ZMQ.Socket sink = context.createSocket(SocketType.PULL);
    sink.bind(ZmqWork.ANY_PORT);
    for (int i = 0; i < idle; i++) {
      ZMQ.Socket source = context.createSocket(SocketType.PUSH);
      source.connect(sink.getLastEndpoint());
      source.send(MESSAGE);
      sink.recv(); // connected
    }
  }

  private double pingPong(
      ZMQ.Socket server, ZMQ.Socket client, int operations, ZmqWork.Pattern pattern)
      throws InterruptedException {
    double[] cost = new double[1];
    together(
        () -> {
          for (int i = 0; i <= operations; i++) {
            server.send(server.recv());
          }
        },
        () -> {
          client.send(MESSAGE);
          client.recv(); // connected
          long start = System.nanoTime();
          for (int i = 0; i < operations; i++) {
            client.send(MESSAGE);
            client.recv();
          }
          cost[0] = pattern.since(start);
        });
    return cost[0];
  }

  private double pushPull(
      ZMQ.Socket sink, ZMQ.Socket source, int operations, ZmqWork.Pattern pattern)
      throws InterruptedException {
    double[] cost = new double[1];
    together(
        () -> {
          for (int i = 0; i <= operations; i++) {
            source.send(MESSAGE);
          }
        },
        () -> {
          sink.recv(); // connected
          long start = System.nanoTime();
          for (int i = 0; i < operations; i++) {
            sink.recv();
          }
          cost[0] = pattern.since(start);
        });
    return cost[0];
  }

  private void together(Runnable one, Runnable other) throws InterruptedException {
    Thread first = threads.newThread(one);
    Thread second = threads.newThread(other);
    first.start();
    second.start();
    first.join();
    second.join();
  }
}
