package dev.celadon.benchmarks;

import java.util.Map;

/**
 * What we want to cost at most beside a rival: the ratio that a run is judged by. Why some are
 * missed is told in {@code benchmarks/README.md}.
 */
final class Aims {

  private static final Map<String, Map<String, Double>> AIMS =
      Map.ofEntries(
          Map.entry(
              "switch", Map.of("raw-continuation", 1.35, "virtual-thread", 1.1, "gevent", 0.15)),
          Map.entry("handoff", Map.of("virtual-thread", 0.5, "kotlin", 1.5, "gevent", 0.1)),
          Map.entry("spawn", Map.of("virtual-thread", 1.2, "gevent", 0.05)),
          Map.entry("event", Map.of("virtual-thread", 0.6)),
          Map.entry("semaphore", Map.of("virtual-thread", 0.6)),
          Map.entry("lock-contended", Map.of("virtual-thread", 0.1)),
          Map.entry("timers", Map.of("netty-wheel", 1.0)),
          Map.entry("remote-wake", Map.of("virtual-thread", 1.0)),
          Map.entry("sleepers-bytes", Map.of("virtual-thread", 1.2, "gevent", 0.1)),
          Map.entry("zmq-rtt", Map.of("jeromq-threads", 0.5, "zmq-green", 0.3)),
          Map.entry("zmq-push-pull", Map.of("jeromq-threads", 1.0, "zmq-green", 0.5)),
          Map.entry("zmq-inproc", Map.of("jeromq-threads", 0.05, "zmq-green", 0.5)),
          Map.entry("zmq-idle", Map.of("celadon-without-idle", 1.2)),
          Map.entry("echo-1", Map.of("netty", 1.1, "gevent", 0.15)),
          Map.entry("echo-50", Map.of("netty", 1.1, "gevent", 0.15)),
          Map.entry("echo-1000", Map.of("netty", 1.1, "gevent", 0.15)),
          Map.entry("echo-bulk", Map.of("netty", 1.1)),
          Map.entry("patched-socket-1", Map.of("hub-socket", 1.3)),
          Map.entry("patched-socket-50", Map.of("hub-socket", 1.3)),
          Map.entry("coroutine-yield", Map.of("kotlin-executor", 1.0, "kotlin-runblocking", 1.5)),
          Map.entry("coroutine-delay", Map.of("kotlin-default", 1.0)),
          Map.entry("bridge-await", Map.of("two-threads", 0.5)),
          Map.entry("bridge-run-suspending", Map.of("two-threads", 0.5)));

  private Aims() {}

  /** The aim and whether a ratio meets it; empty where there is none. */
  static String judge(String name, String side, double ratio) {
    Double aim = AIMS.getOrDefault(name, Map.of()).get(side);
    if (aim == null) {
      return "";
    }
    boolean isMet = Math.round(ratio * 100) <= Math.round(aim * 100); // as the ratio is printed
    return aim + (isMet ? " met" : " missed");
  }

  /** The cases and, for each, the rivals beside which there is an aim. */
  static Map<String, Map<String, Double>> all() {
    return AIMS;
  }
}
