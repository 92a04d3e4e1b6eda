package dev.celadon.benchmarks;

import dev.celadon.zeromq.IoMode;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * What ZeroMQ sockets do for a living, within one process: on a hub, and as users do without it.
 */
final class ZmqSides {

  private static final int IDLE = 800;

  /** JeroMQ blocks the carrier of a virtual thread, and the JDK has 256 of those at most. */
  private static final int VIRTUAL_THREADS = 100;

  static final List<Case> CASES =
      List.of(
          of("zmq-rtt", "us", 20_000, ZmqWork.Pattern.ROUND_TRIP).growing(1, 10, 100, 1_000),
          of("zmq-push-pull", "ns", 500_000, ZmqWork.Pattern.PUSH_PULL).growing(1, 10, 100, 1_000),
          of("zmq-inproc", "us", 60_000, ZmqWork.Pattern.INPROC),
          idle().growing(IDLE, 10, 100, 1_000));

  private ZmqSides() {}

  /** Its parties are connections that say nothing. */
  private static Case idle() {
    ZmqWork.Pattern pattern = ZmqWork.Pattern.ROUND_TRIP;
    return new Case(
        "zmq-idle",
        "us",
        20_000,
        new Side(
            Case.CELADON,
            (operations, idle) -> new HubZmq(IoMode.HUB, idle).run(pattern, operations, 1)),
        List.of(
            new Side(
                "celadon-without-idle",
                (operations, _) -> new HubZmq(IoMode.HUB, 0).run(pattern, operations, 1)),
            new Side(
                "jeromq-threads",
                (operations, idle) ->
                    new PlainZmq(Thread.ofPlatform().factory(), idle)
                        .run(pattern, operations, 1))));
  }

  private static Case of(String name, String unit, int operations, ZmqWork.Pattern pattern) {
    return new Case(
        name,
        unit,
        operations,
        onHub(Case.CELADON, IoMode.HUB, pattern),
        List.of(
            onHub("celadon-hub-pipes", IoMode.HUB_PIPES, pattern),
            onHub("celadon-thread", IoMode.THREAD, pattern),
            plain("jeromq-threads", Thread.ofPlatform().factory(), pattern),
            plain("jeromq-virtual-threads", Thread.ofVirtual().factory(), pattern)
                .upTo(VIRTUAL_THREADS),
            python("zmq-green", "green", pattern),
            python("pyzmq-threads", "threads", pattern)));
  }

  private static Side onHub(String name, IoMode io, ZmqWork.Pattern pattern) {
    return new Side(
        name,
        (operations, clients) -> new HubZmq(io, 0).run(pattern, operations, Math.max(1, clients)));
  }

  private static Side plain(String name, ThreadFactory threads, ZmqWork.Pattern pattern) {
    return new Side(
        name,
        (operations, clients) ->
            new PlainZmq(threads, 0).run(pattern, operations, Math.max(1, clients)));
  }

  private static Side python(String name, String how, ZmqWork.Pattern pattern) {
    String python = "/usr/bin/python3";
    return new Side(
        name,
        List.of(),
        List.of(python, "-c", "import gevent, zmq.green"),
        new PythonProcess(
            List.of(python, "benchmarks/src/main/python/zmq_sides.py", how, pattern.name()),
            pattern.nanosPerUnit()));
  }
}
