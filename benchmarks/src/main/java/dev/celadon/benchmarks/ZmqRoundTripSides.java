package dev.celadon.benchmarks;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import dev.celadon.zeromq.ZmqContext;
import dev.celadon.zeromq.ZmqSocket;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A REQ socket asks, a REP socket in the same process answers, over TCP on loopback: the time of
 * one round trip.
 */
final class ZmqRoundTripSides {

  static final Case CASE =
      new Case(
          "zmq-rtt",
          "us",
          10_000,
          new Side(Case.CELADON, ZmqRoundTripSides::celadon),
          List.of(
              new Side(
                  "jeromq-threads",
                  operations -> jeromq(operations, Thread.ofPlatform().factory())),
              new Side(
                  "jeromq-virtual-threads",
                  operations -> jeromq(operations, Thread.ofVirtual().factory()))));

  private static final byte[] MESSAGE = "sixteen bytes ..".getBytes(ZMQ.CHARSET);
  private static final double NANOS_PER_MICRO = 1_000;

  private ZmqRoundTripSides() {}

  private static double celadon(int operations) throws Exception {
    return Hub.run(
        () -> {
          try (ZmqContext context = ZmqContext.open();
              ZmqSocket server = context.socket(SocketType.REP);
              ZmqSocket client = context.socket(SocketType.REQ)) {
            client.connect(server.bind("tcp://127.0.0.1:*"));
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
            double cost = (System.nanoTime() - start) / NANOS_PER_MICRO;
            answering.kill();
            return cost;
          }
        });
  }

  private static double jeromq(int operations, ThreadFactory threads) throws InterruptedException {
    try (ZContext context = new ZContext()) {
      ZMQ.Socket server = context.createSocket(SocketType.REP);
      server.bind("tcp://127.0.0.1:*");
      ZMQ.Socket client = context.createSocket(SocketType.REQ);
      client.connect(server.getLastEndpoint());
      Thread answering =
          threads.newThread(
              () -> {
                for (int i = 0; i <= operations; i++) {
                  server.send(server.recv());
                }
              });
      double[] cost = new double[1];
      Thread asking =
          threads.newThread(
              () -> {
                client.send(MESSAGE);
                client.recv(); // connected
                long start = System.nanoTime();
                for (int i = 0; i < operations; i++) {
                  client.send(MESSAGE);
                  client.recv();
                }
                cost[0] = (System.nanoTime() - start) / NANOS_PER_MICRO;
              });
      answering.start();
      asking.start();
      asking.join();
      answering.join();
      return cost[0];
    }
  }
}
