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

  private static final String PYTHON = "/usr/bin/python3";

  private static final List<String> ON_JVM = List.of("netty", "virtual-thread", "vertx");

  static final List<Case> CASES =
      List.of(
          cpu("echo-1", "ns", NANO, 10_000, Protocol.TCP, port -> new EchoClient(port, 1, 64)),
          cpu("echo-50", "ns", NANO, 30_000, Protocol.TCP, port -> new EchoClient(port, 50, 64)),
          cpu(
              "echo-1000",
              "ns",
              NANO,
              30_000,
              Protocol.TCP,
              port -> new EchoClient(port, 1_000, 64)),
          cpu("echo-bulk", "us", MICRO, 100, Protocol.TCP, port -> new BulkClient(port, 1 << 20)),
          cpu("accept", "us", MICRO, 2_000, Protocol.TCP, AcceptClient::new),
          of(
              "accept-elapsed",
              "us",
              MICRO,
              2_000,
              Protocol.TCP,
              AcceptClient::new,
              Served.Cost.ELAPSED),
          cpu("udp-echo", "ns", NANO, 30_000, Protocol.UDP, port -> new UdpClient(port, 50, 64)),
          cpu("tls-echo", "ns", NANO, 10_000, Protocol.TLS, port -> new TlsClient(port, 50, 64)),
          patched("patched-socket-1", 10_000, port -> new EchoClient(port, 1, 64)),
          patched("patched-socket-50", 30_000, port -> new EchoClient(port, 50, 64)));

  private EchoSides() {}

  /** Greenlets with {@code java.net} sockets, patched; and the other ways to write the same. */
  private static Case patched(String name, int operations, Client.Connect client) {
    return new Case(
        name,
        "ns",
        operations,
        new Side(Case.CELADON, server("patched", client)),
        List.of(
            new Side("unpatched", server("unpatched", client)),
            new Side("hub-socket", server(Case.CELADON, client)),
            new Side("virtual-thread", server("virtual-thread", client))));
  }

  private static Served server(String side, Client.Connect client) {
    return new Served(ServerProcess.java(side, Protocol.TCP), client, Served.Cost.CPU, NANO);
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
