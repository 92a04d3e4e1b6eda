package dev.celadon.jeromq;
import org.jspecify.annotations.Nullable;
final class Forwarding {
  static boolean run(
      ZMQ.Socket frontend,
      ZMQ.Socket backend,
      ZMQ.@Nullable Socket capture,
      ZMQ.@Nullable Socket control) { throw new UnsupportedOperationException(); }
}
