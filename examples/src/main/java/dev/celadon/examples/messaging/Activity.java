package dev.celadon.examples.messaging;

import dev.celadon.examples.messaging.Request.Side;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What goes on in the service. Plain fields: everything here runs on one hub, one at a time, which
 * is also what {@link #mostRunning} shows.
 */
public final class Activity {

  private static final double MICROS_PER_MILLI = 1_000;

  private final Histogram latencyMicros = new Histogram(3);
  private final Map<Side, Long> answered = new EnumMap<>(Side.class);
  private long malformed;
  private long refused;
  private int inFlight;
  private int mostInFlight;
  private int running;
  private int mostRunning;

  /** A request was taken. */
  void accept() {
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
  }

  /** A handler is about to wait. */
  public void pause() {
    running--;
  }

  /** A handler begins, or runs again after its wait. */
  public void resume() {
    running++;
    mostRunning = Math.max(mostRunning, running);
  }

  /** A handler has answered, and ends. */
  public void answered(Request request, long nowNanos) {
    end();
    answered.merge(request.side(), 1L, Long::sum);
    latencyMicros.recordValue((nowNanos - request.arrivedNanos()) / 1_000);
  }

  /** A handler has given up, after it told the client, and ends. */
  public void refused() {
    end();
    refused++;
  }

  private void end() {
    running--;
    inFlight--;
  }

  void turnAway() {
    refused++;
  }

  void complain() {
    malformed++;
  }

  int inFlight() {
    return inFlight;
  }

  int mostInFlight() {
    return mostInFlight;
  }

  int mostRunning() {
    return mostRunning;
  }

  long malformed() {
    return malformed;
  }

  long refusals() {
    return refused;
  }

  long answered(Side side) {
    return answered.getOrDefault(side, 0L);
  }

  String line(HeartBeat heartBeat) {
    return String.format(
        Locale.ROOT,
        "java %d  kotlin %d  malformed %d  refused %d  in flight %d (most %d)  running most %d"
            + "  p50 %.1f ms  p99 %.1f ms  heartbeat %d ticks, largest gap %.1f ms",
        answered(Side.JAVA),
        answered(Side.KOTLIN),
        malformed,
        refused,
        inFlight,
        mostInFlight,
        mostRunning,
        latencyMicros.getValueAtPercentile(50) / MICROS_PER_MILLI,
        latencyMicros.getValueAtPercentile(99) / MICROS_PER_MILLI,
        heartBeat.ticks(),
        heartBeat.largestGapNanos() / 1e6);
  }
}
