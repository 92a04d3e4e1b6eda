package dev.celadon.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Servers that send back what comes, each as its users would write it: the processor time of the
 * server's process, or the elapsed time of its client.
 */
final class EchoSides {

  private static final double MICRO = 1_000;
  private static final double NANO = 1;

  /** With how many connections a case is measured to see how its cost grows. */
  private static final int[] CONNECTIONS = {10, 100, 1_000};

  /** Another case tells it. */
  private static final int[] ALONE = {};

  private static final String PYTHON = "/usr/bin/python3";

  private static final List<String> ON_JVM = List.of("netty", "virtual-thread", "vertx");

  private static final int MESSAGE = 64;

  /** One connection after the other, each for as long as it lives. */
  private static final Client.Connect ACCEPT = (port, _) -> new AcceptClient(port);

  private static final Client.Connect ECHO =
      (port, connections) -> new EchoClient(port, connections, MESSAGE);

  static final List<Case> CASES =
      List.of(
          cpu("echo-1", "ns", NANO, 10_000, Protocol.TCP, ECHO).growing(1, ALONE),
          cpu("echo-50", "ns", NANO, 30_000, Protocol.TCP, ECHO).growing(50, CONNECTIONS),
          cpu("echo-1000", "ns", NANO, 30_000, Protocol.TCP, ECHO).growing(1_000, ALONE),
          cpu(
              "echo-bulk",
              "us",
              MICRO,
              100,
              Protocol.TCP,
              (port, _) -> new BulkClient(port, 1 << 20)),
          cpu("accept", "us", MICRO, 2_000, Protocol.TCP, ACCEPT),
          of("accept-elapsed", "us", MICRO, 2_000, Protocol.TCP, ACCEPT, Served.Cost.ELAPSED),
          cpu(
                  "udp-echo",
                  "ns",
                  NANO,
                  30_000,
                  Protocol.UDP,
                  (port, sockets) -> new UdpClient(port, sockets, MESSAGE))
              .growing(50, 10, 50, 200), // a socket has room for some 270 datagrams that wait
          cpu(
                  "tls-echo",
                  "ns",
                  NANO,
                  10_000,
                  Protocol.TLS,
                  (port, sessions) -> new TlsClient(port, sessions, MESSAGE))
              .growing(50, CONNECTIONS),
          patched("patched-socket-1", 10_000).growing(1, ALONE),
          patched("patched-socket-50", 30_000).growing(50, CONNECTIONS));

  private EchoSides() {}

  /** Greenlets with {@code java.net} sockets, patched; and the other ways to write the same. */
  private static Case patched(String name, int operations) {
    return new Case(
        name,
        "ns",
        operations,
        new Side(Case.CELADON, server("patched")),
        List.of(
            new Side("unpatched", server("unpatched")),
            new Side("hub-socket", server(Case.CELADON)),
            new Side("virtual-thread", server("virtual-thread"))));
  }

  private static Served server(String side) {
    return new Served(ServerProcess.java(side, Protocol.TCP), ECHO, Served.Cost.CPU, NANO);
  }

  private static Case cpu(
      String name,
      String unit,
      double nanosPerUnit,
      int operations,
      Protocol protocol,
      Client.Connect client) {
    return of(name, unit, nanosPerUnit, operations, protocol, client, Served.Cost.CPU);
  }

  private static Case of(
      String name,
      String unit,
      double nanosPerUnit,
      int operations,
      Protocol protocol,
      Client.Connect client,
      Served.Cost cost) {
    List<Side> rivals = new ArrayList<>();
    for (String rival : ON_JVM) {
      List<String> command = ServerProcess.java(rival, protocol);
      rivals.add(new Side(rival, new Served(command, client, cost, nanosPerUnit)));
    }
    List<String> gevent = List.of(PYTHON, "benchmarks/src/main/python/echo.py", protocol.name());
    rivals.add(
        new Side(
            "gevent",
            List.of(),
            List.of(PYTHON, "-c", "import gevent"),
            new Served(gevent, client, cost, nanosPerUnit)));
    List<String> ours = ServerProcess.java(Case.CELADON, protocol);
    Side celadon = new Side(Case.CELADON, new Served(ours, client, cost, nanosPerUnit));
    return new Case(name, unit, operations, celadon, rivals);
  }
}
