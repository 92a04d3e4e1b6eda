package dev.celadon.zeromq;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;

/**
 * The options of one socket, to be read and changed. The setters return the options, for chains:
 *
 * <pre>{@code socket.options().sendHighWaterMark(100).linger(Duration.ZERO)}</pre>
 *
 * <p>As in every ZeroMQ, most options hold for the binds and connects that follow.
 *
 * <p>Confined to its hub.
 */
public final class SocketOptions {

  /** For timeouts and lingers: without an end. ZeroMQ's -1. */
  public static final Duration FOREVER = Duration.ofMillis(-1);

  private final ZmqSocket socket;

  SocketOptions(ZmqSocket socket) {
    this.socket = socket;
  }

  /** ZeroMQ's milliseconds of a duration, rounded up, so that a short one does not become none. */
  static int checkedMillis(String what, Duration duration) {
    if (duration.equals(FOREVER)) {
      return -1;
    }
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          what + " must be zero, positive, or SocketOptions.FOREVER: " + duration);
    }
    if (duration.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      return Integer.MAX_VALUE;
    }
    return (int) duration.plusNanos(999_999).toMillis();
  }

  private static Duration duration(int millis) {
    return millis < 0 ? FOREVER : Duration.ofMillis(millis);
  }

  /**
   * How long the socket goes on to send what is queued after it was closed.
   *
   * @return the linger, or {@link #FOREVER}
   */
  public Duration linger() {
    return duration(getInt(ZMQ.ZMQ_LINGER));
  }

  /**
   * Sets how long the socket goes on to send what is queued after it was closed.
   *
   * @param linger zero drops what is queued; {@link #FOREVER} holds the context up until all is
   *     sent
   * @return these options
   */
  public SocketOptions linger(Duration linger) {
    return set(ZMQ.ZMQ_LINGER, checkedMillis("linger", linger));
  }

  /**
   * How long a receive without a time of its own waits.
   *
   * @return the timeout, or {@link #FOREVER}
   */
  public Duration receiveTimeout() {
    return duration(getInt(ZMQ.ZMQ_RCVTIMEO));
  }

  /**
   * Sets how long a receive without a time of its own waits. ZeroMQ's RCVTIMEO.
   *
   * @param timeout zero does not wait; {@link #FOREVER}, the default, waits without an end
   * @return these options
   */
  public SocketOptions receiveTimeout(Duration timeout) {
    int millis = checkedMillis("receiveTimeout", timeout);
    set(ZMQ.ZMQ_RCVTIMEO, millis);
    socket.receiveTimeoutNanos(nanos(millis));
    return this;
  }

  /**
   * How long a send without a time of its own waits.
   *
   * @return the timeout, or {@link #FOREVER}
   */
  public Duration sendTimeout() {
    return duration(getInt(ZMQ.ZMQ_SNDTIMEO));
  }

  /**
   * Sets how long a send without a time of its own waits. ZeroMQ's SNDTIMEO.
   *
   * @param timeout zero does not wait; {@link #FOREVER}, the default, waits without an end
   * @return these options
   */
  public SocketOptions sendTimeout(Duration timeout) {
    int millis = checkedMillis("sendTimeout", timeout);
    set(ZMQ.ZMQ_SNDTIMEO, millis);
    socket.sendTimeoutNanos(nanos(millis));
    return this;
  }

  private static long nanos(int millis) {
    return millis < 0 ? Long.MAX_VALUE : millis * 1_000_000L;
  }

  /**
   * How many messages may be queued for one peer before a send waits, or drops, as its type does.
   *
   * @return messages; 0 is no limit
   */
  public int sendHighWaterMark() {
    return getInt(ZMQ.ZMQ_SNDHWM);
  }

  /**
   * Sets how many messages may be queued for one peer before a send waits, or drops, as its type
   * does. Before bind and connect.
   *
   * @param messages 0 is no limit
   * @return these options
   */
  public SocketOptions sendHighWaterMark(int messages) {
    return set(ZMQ.ZMQ_SNDHWM, messages);
  }

  /**
   * How many messages of one peer may be queued here before that peer's sends wait, or drop.
   *
   * @return messages; 0 is no limit
   */
  public int receiveHighWaterMark() {
    return getInt(ZMQ.ZMQ_RCVHWM);
  }

  /**
   * Sets how many messages of one peer may be queued here before that peer's sends wait, or drop.
   * Before bind and connect.
   *
   * @param messages 0 is no limit
   * @return these options
   */
  public SocketOptions receiveHighWaterMark(int messages) {
    return set(ZMQ.ZMQ_RCVHWM, messages);
  }

  /**
   * The name under which ROUTERs know this socket.
   *
   * @return the identity; empty if the peers make one up
   */
  public byte[] identity() {
    return get(ZMQ.ZMQ_IDENTITY) instanceof byte[] bytes ? bytes : new byte[0];
  }

  /**
   * Sets the name under which ROUTERs know this socket. Before bind and connect.
   *
   * @param identity 1 to 255 bytes, not starting with a zero byte
   * @return these options
   */
  public SocketOptions identity(byte[] identity) {
    return set(ZMQ.ZMQ_IDENTITY, identity);
  }

  /**
   * Lets sends wait for a peer that is really connected, instead of queueing for one that may come.
   * ZeroMQ's IMMEDIATE.
   *
   * @param onlyConnected true to queue for completed connections only
   * @return these options
   */
  public SocketOptions onlyConnected(boolean onlyConnected) {
    return set(ZMQ.ZMQ_IMMEDIATE, !onlyConnected);
  }

  /**
   * Keeps the last message only. ZeroMQ's CONFLATE. Before bind and connect.
   *
   * @param lastOnly true to drop all messages but the last
   * @return these options
   */
  public SocketOptions conflate(boolean lastOnly) {
    return set(ZMQ.ZMQ_CONFLATE, lastOnly);
  }

  /**
   * Lets a ROUTER report messages to unknown peers, by {@link ZmqUnreachableException}, and wait
   * for full ones, instead of dropping both. ZeroMQ's ROUTER_MANDATORY.
   *
   * @param report true to report
   * @return these options
   */
  public SocketOptions routerMandatory(boolean report) {
    return set(ZMQ.ZMQ_ROUTER_MANDATORY, report);
  }

  /**
   * Looks after idle connections. ZeroMQ's HEARTBEAT_IVL and HEARTBEAT_TIMEOUT. Before bind and
   * connect.
   *
   * @param interval between heartbeats; zero sends none
   * @param timeout without any sign of life, after which a connection is closed
   * @return these options
   */
  public SocketOptions heartbeat(Duration interval, Duration timeout) {
    set(ZMQ.ZMQ_HEARTBEAT_IVL, checkedMillis("interval", interval));
    return set(ZMQ.ZMQ_HEARTBEAT_TIMEOUT, checkedMillis("timeout", timeout));
  }

  /**
   * Any option of JeroMQ by its number.
   *
   * @param option one of the {@code ZMQ_} constants of {@link zmq.ZMQ}
   * @return its value, of the type that JeroMQ has for it
   */
  public @Nullable Object get(int option) {
    return socket.getOption(option);
  }

  /**
   * Sets any option of JeroMQ by its number.
   *
   * @param option one of the {@code ZMQ_} constants of {@link zmq.ZMQ}
   * @param value of the type that JeroMQ takes for it
   * @return these options
   * @throws ZmqException if the socket's type has no such option, or the value is out of its range
   */
  public SocketOptions set(int option, Object value) {
    socket.setOption(option, value);
    return this;
  }

  private int getInt(int option) {
    return get(option) instanceof Integer value ? value : 0;
  }
}
