package dev.celadon.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
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

  /**
   * Does the work.
   *
   * @param operations of all clients together, a multiple of those
   * @param clients how many; {@code INPROC} has one
   */
  double run(ZmqWork.Pattern pattern, int operations, int clients) throws InterruptedException {
    try (ZContext context = new ZContext()) {
      context.getContext().setMaxSockets(4_000);
      connectIdle(context);
      return switch (pattern) {
        case ROUND_TRIP -> {
          ZMQ.Socket server = context.createSocket(SocketType.REP);
          server.setBacklog(ZmqWork.BACKLOG);
          server.bind(ZmqWork.ANY_PORT);
          yield pingPong(
              server, connected(context, SocketType.REQ, clients, server), operations, pattern);
        }
        case INPROC -> {
          ZMQ.Socket server = context.createSocket(SocketType.PAIR);
          server.bind(ZmqWork.INSIDE);
          ZMQ.Socket client = context.createSocket(SocketType.PAIR);
          client.connect(ZmqWork.INSIDE);
          yield pingPong(server, List.of(client), operations, pattern);
        }
        case PUSH_PULL -> {
          ZMQ.Socket sink = context.createSocket(SocketType.PULL);
          sink.setBacklog(ZmqWork.BACKLOG);
          sink.bind(ZmqWork.ANY_PORT);
          yield pushPull(
              sink, connected(context, SocketType.PUSH, clients, sink), operations, pattern);
        }
      };
    }
  }

  private static List<ZMQ.Socket> connected(
      ZContext context, SocketType type, int clients, ZMQ.Socket server) {
    String endpoint = server.getLastEndpoint();
    List<ZMQ.Socket> sockets = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      ZMQ.Socket client = context.createSocket(type);
      client.connect(endpoint);
      sockets.add(client);
    }
    return sockets;
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
      ZMQ.Socket server, List<ZMQ.Socket> clients, int operations, ZmqWork.Pattern pattern)
      throws InterruptedException {
    IntConsumer answering =
        times -> {
          for (int i = 0; i < times; i++) {
            server.send(server.recv());
          }
        };
    ObjIntConsumer<ZMQ.Socket> asking =
        (client, times) -> {
          for (int i = 0; i < times; i++) {
            client.send(MESSAGE);
            client.recv();
          }
        };
    together(answering, clients, asking, 1); // connected
    return pattern.since(together(answering, clients, asking, operations / clients.size()));
  }

  private double pushPull(
      ZMQ.Socket sink, List<ZMQ.Socket> sources, int operations, ZmqWork.Pattern pattern)
      throws InterruptedException {
    IntConsumer receiving =
        times -> {
          for (int i = 0; i < times; i++) {
            sink.recv();
          }
        };
    ObjIntConsumer<ZMQ.Socket> sending =
        (source, times) -> {
          for (int i = 0; i < times; i++) {
            source.send(MESSAGE);
          }
        };
    together(receiving, sources, sending, 1); // connected
    return pattern.since(together(receiving, sources, sending, operations / sources.size()));
  }

  /**
   * Lets each client do something some times, and the server its part of all that, each in a thread
   * of its own; answers with when the clients began, which is when all their threads were there.
   */
  private long together(
      IntConsumer server, List<ZMQ.Socket> clients, ObjIntConsumer<ZMQ.Socket> talk, int times)
      throws InterruptedException {
    AtomicLong start = new AtomicLong();
    CyclicBarrier all = new CyclicBarrier(clients.size(), () -> start.set(System.nanoTime()));
    List<Thread> running = new ArrayList<>();
    running.add(threads.newThread(() -> server.accept(times * clients.size())));
    for (ZMQ.Socket client : clients) {
      running.add(
          threads.newThread(
              () -> {
                try {
                  all.await();
                } catch (InterruptedException | BrokenBarrierException e) {
                  throw new AssertionError(e);
                }
                talk.accept(client, times);
              }));
    }
    running.forEach(Thread::start);
    for (Thread thread : running) {
      thread.join();
    }
    return start.get();
  }
}
