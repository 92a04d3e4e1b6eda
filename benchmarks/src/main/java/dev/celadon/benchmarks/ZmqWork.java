package dev.celadon.benchmarks;

import java.nio.charset.StandardCharsets;

/** What the ZeroMQ cases do. */
final class ZmqWork {

  /** Sockets of one process and what they say to each other: one serves its clients. */
  enum Pattern {
    /** Each REQ asks, a REP answers, over TCP on loopback. */
    ROUND_TRIP(1_000),
    /** Each PUSH sends as fast as it can, a PULL receives, over TCP on loopback. */
    PUSH_PULL(1),
    /** Two PAIR sockets play ping-pong over {@code inproc://}. */
    INPROC(1_000);

    private final double nanosPerUnit;

    Pattern(double nanosPerUnit) {
      this.nanosPerUnit = nanosPerUnit;
    }

    /** The time since a start, in the unit of the case. */
    double since(long startNanos) {
      return (System.nanoTime() - startNanos) / nanosPerUnit;
    }

    double nanosPerUnit() {
      return nanosPerUnit;
    }
  }

  /** How many clients may be about to connect. */
  static final int BACKLOG = 2_000;

  static final String ANY_PORT = "tcp://127.0.0.1:*";
  static final String INSIDE = "inproc://ping-pong";

  private static final byte[] MESSAGE = "sixteen bytes ..".getBytes(StandardCharsets.UTF_8);

  private ZmqWork() {}

  /** Sixteen bytes. */
  static byte[] message() {
    return MESSAGE;
  }
}
