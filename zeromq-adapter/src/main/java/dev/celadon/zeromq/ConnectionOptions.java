package dev.celadon.zeromq;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import zmq.ZMQ;
import zmq.io.net.SelectorProviderChooser;

/**
 * What concerns connections: TCP, reconnecting, handshakes, heartbeats; see {@link
 * SocketOptions#connection()}. Set them before bind and connect. They mean nothing to {@code
 * inproc://}.
 *
 * <p>Confined to its hub.
 */
public final class ConnectionOptions {

  private static final Duration LONGEST_TTL = Duration.ofMillis(655_300);
  private static final int TTL_UNIT_MILLIS = 100;

  private final SocketOptions options;

  ConnectionOptions(SocketOptions options) {
    this.options = options;
  }

  /**
   * Back to the other topics, for chains.
   *
   * @return all options of the socket
   */
  public SocketOptions options() {
    return options;
  }

  // --- Connecting and accepting

  /**
   * The pause before the next attempt to connect.
   *
   * @return the pause; {@link SocketOptions#FOREVER} if lost connections are not made anew
   */
  public Duration reconnectInterval() {
    return SocketOptions.duration(options.getInt(ZMQ.ZMQ_RECONNECT_IVL));
  }

  /**
   * Sets the pause before the next attempt to connect. JeroMQ varies it at random, from almost
   * nothing to twice as long, so that the clients of a server that comes back do not all come at
   * once.
   *
   * @param interval at least a millisecond, by default 100 ms; {@link SocketOptions#FOREVER} does
   *     not connect anew after a connection was lost
   * @return these options
   */
  public ConnectionOptions reconnectInterval(Duration interval) {
    int millis = SocketOptions.checkedMillis("reconnectInterval", interval);
    if (millis == 0) {
      throw new IllegalArgumentException(
          "reconnectInterval must be at least a millisecond, or SocketOptions.FOREVER not to"
              + " connect anew: "
              + interval);
    }
    return set(ZMQ.ZMQ_RECONNECT_IVL, millis);
  }

  /**
   * The longest pause before the next attempt to connect.
   *
   * @return the pause; zero if it does not grow
   */
  public Duration reconnectIntervalMax() {
    return SocketOptions.duration(options.getInt(ZMQ.ZMQ_RECONNECT_IVL_MAX));
  }

  /**
   * Lets the pause double with every attempt to connect that fails, up to a longest one.
   *
   * @param longest longer than {@link #reconnectInterval()}; zero, the default, lets it stay
   * @return these options
   */
  public ConnectionOptions reconnectIntervalMax(Duration longest) {
    return set(
        ZMQ.ZMQ_RECONNECT_IVL_MAX, SocketOptions.finiteMillis("reconnectIntervalMax", longest));
  }

  /**
   * How many connections may wait to be accepted.
   *
   * @return connections
   */
  public int backlog() {
    return options.getInt(ZMQ.ZMQ_BACKLOG);
  }

  /**
   * Sets how many connections may wait to be accepted, in the operating system.
   *
   * @param connections at least 1, by default 100
   * @return these options
   */
  public ConnectionOptions backlog(int connections) {
    return set(
        ZMQ.ZMQ_BACKLOG,
        SocketOptions.atLeast("backlog", 1, connections, "connections that wait to be accepted"));
  }

  /**
   * How long a new connection may take to speak ZeroMQ.
   *
   * @return the timeout; zero if there is none
   */
  public Duration handshakeTimeout() {
    return SocketOptions.duration(options.getInt(ZMQ.ZMQ_HANDSHAKE_IVL));
  }

  /**
   * Sets how long a new connection may take to speak ZeroMQ, before it is closed. JeroMQ's clock
   * stops at the greeting; {@link Authenticator} has its own time for the rest.
   *
   * @param timeout by default 30 seconds; zero for none
   * @return these options
   */
  public ConnectionOptions handshakeTimeout(Duration timeout) {
    return set(ZMQ.ZMQ_HANDSHAKE_IVL, SocketOptions.finiteMillis("handshakeTimeout", timeout));
  }

  /**
   * Which I/O threads share the work for new connections.
   *
   * @return bit 0 is the first thread, and so on; 0 is all of them
   */
  public long affinity() {
    return options.get(ZMQ.ZMQ_AFFINITY) instanceof Long mask ? mask : 0;
  }

  /**
   * Sets which I/O threads, or greenlets, share the work for new connections; see {@link
   * ContextOptions#ioThreads()}.
   *
   * @param mask bit 0 is the first thread, and so on; 0, the default, is all of them
   * @return these options
   */
  public ConnectionOptions affinity(long mask) {
    return set(ZMQ.ZMQ_AFFINITY, mask);
  }

  /**
   * Under which name messages carry the address at which they arrived.
   *
   * @return the name of the property, or null if they do not
   */
  public @Nullable String selfAddressProperty() {
    return options.getText(ZMQ.ZMQ_SELFADDR_PROPERTY_NAME);
  }

  /**
   * Lets received messages carry the address at which they arrived, as a property of this name.
   *
   * @param property such as {@code X-Local-Address}; empty for none
   * @return these options
   */
  public ConnectionOptions selfAddressProperty(String property) {
    return set(ZMQ.ZMQ_SELFADDR_PROPERTY_NAME, property);
  }

  // --- Heartbeats

  /**
   * The pause between heartbeats.
   *
   * @return the interval; zero if there are none
   */
  public Duration heartbeatInterval() {
    return SocketOptions.duration(options.getInt(ZMQ.ZMQ_HEARTBEAT_IVL));
  }

  /**
   * Sends heartbeats, which the peer answers. ZeroMQ's HEARTBEAT_IVL.
   *
   * @param interval zero, the default, sends none
   * @return these options
   */
  public ConnectionOptions heartbeatInterval(Duration interval) {
    return set(ZMQ.ZMQ_HEARTBEAT_IVL, SocketOptions.finiteMillis("heartbeatInterval", interval));
  }

  /**
   * How long a heartbeat may stay without an answer.
   *
   * @return the timeout, which is the interval unless it was set
   */
  public Duration heartbeatTimeout() {
    int millis = options.getInt(ZMQ.ZMQ_HEARTBEAT_TIMEOUT);
    return millis < 0 ? heartbeatInterval() : Duration.ofMillis(millis);
  }

  /**
   * Sets how long a heartbeat may stay without an answer, or any other sign of life, before the
   * connection is closed. ZeroMQ's HEARTBEAT_TIMEOUT.
   *
   * @param timeout by default the interval; zero for none
   * @return these options
   */
  public ConnectionOptions heartbeatTimeout(Duration timeout) {
    return set(ZMQ.ZMQ_HEARTBEAT_TIMEOUT, SocketOptions.finiteMillis("heartbeatTimeout", timeout));
  }

  /**
   * How long the peer waits for the next heartbeat.
   *
   * @return the time to live; zero if it was not told one
   */
  public Duration heartbeatTtl() {
    return SocketOptions.duration(options.getInt(ZMQ.ZMQ_HEARTBEAT_TTL));
  }

  /**
   * Tells the peer to close the connection if it hears nothing for this long after a heartbeat.
   * ZeroMQ's HEARTBEAT_TTL.
   *
   * @param ttl up to 655.3 seconds, rounded up to tenths of a second; zero, the default, for none
   * @return these options
   */
  public ConnectionOptions heartbeatTtl(Duration ttl) {
    int millis = SocketOptions.finiteMillis("heartbeatTtl", ttl);
    if (ttl.compareTo(LONGEST_TTL) > 0) {
      throw new IllegalArgumentException("heartbeatTtl must be at most 655.3 seconds: " + ttl);
    }
    return set(ZMQ.ZMQ_HEARTBEAT_TTL, Math.ceilDiv(millis, TTL_UNIT_MILLIS) * TTL_UNIT_MILLIS);
  }

  /**
   * What heartbeats carry.
   *
   * @return a copy of the bytes; empty unless set
   */
  public byte[] heartbeatContext() {
    return options.get(ZMQ.ZMQ_HEARTBEAT_CONTEXT) instanceof byte[] context
        ? context.clone()
        : new byte[0];
  }

  /**
   * Sets what heartbeats carry, and their answers carry back.
   *
   * @param context at most 16 bytes
   * @return these options
   */
  public ConnectionOptions heartbeatContext(byte[] context) {
    if (context.length > 16) {
      throw new IllegalArgumentException(
          "heartbeatContext must have at most 16 bytes, not " + context.length);
    }
    return set(ZMQ.ZMQ_HEARTBEAT_CONTEXT, context.clone());
  }

  // --- TCP

  /**
   * Whether names and wildcards mean IPv6 addresses first.
   *
   * @return as the context has it, unless set
   */
  public boolean ipv6() {
    return options.getBoolean(ZMQ.ZMQ_IPV6);
  }

  /**
   * Lets names and wildcards mean IPv6 addresses first, or IPv4 ones.
   *
   * @param ipv6 true for IPv6
   * @return these options
   */
  public ConnectionOptions ipv6(boolean ipv6) {
    return set(ZMQ.ZMQ_IPV6, ipv6);
  }

  /**
   * The operating system's send buffer of a connection.
   *
   * @return bytes; 0 if the system decides
   */
  public int sendBufferSize() {
    return options.getInt(ZMQ.ZMQ_SNDBUF);
  }

  /**
   * Sets the operating system's send buffer of a connection. ZeroMQ's SNDBUF.
   *
   * @param bytes 0, the default, lets the system decide
   * @return these options
   */
  public ConnectionOptions sendBufferSize(int bytes) {
    return set(
        ZMQ.ZMQ_SNDBUF,
        SocketOptions.atLeast("sendBufferSize", 0, bytes, "0 lets the operating system decide"));
  }

  /**
   * The operating system's receive buffer of a connection.
   *
   * @return bytes; 0 if the system decides
   */
  public int receiveBufferSize() {
    return options.getInt(ZMQ.ZMQ_RCVBUF);
  }

  /**
   * Sets the operating system's receive buffer of a connection. ZeroMQ's RCVBUF.
   *
   * @param bytes 0, the default, lets the system decide
   * @return these options
   */
  public ConnectionOptions receiveBufferSize(int bytes) {
    return set(
        ZMQ.ZMQ_RCVBUF,
        SocketOptions.atLeast("receiveBufferSize", 0, bytes, "0 lets the operating system decide"));
  }

  /**
   * Whether TCP probes idle connections.
   *
   * @return true or false if it was set; empty if the operating system decides
   */
  public Optional<Boolean> keepAlive() {
    int value = options.getInt(ZMQ.ZMQ_TCP_KEEPALIVE);
    return value < 0 ? Optional.empty() : Optional.of(value == 1);
  }

  /**
   * Lets TCP probe idle connections, or not. {@link #heartbeatInterval(Duration)} notices more.
   *
   * @param keepAlive true to probe
   * @return these options
   */
  public ConnectionOptions keepAlive(boolean keepAlive) {
    return set(ZMQ.ZMQ_TCP_KEEPALIVE, keepAlive ? 1 : 0);
  }

  /**
   * After how many probes without an answer TCP closes a connection.
   *
   * @return probes, or empty if the operating system decides
   */
  public Optional<Integer> keepAliveCount() {
    int value = options.getInt(ZMQ.ZMQ_TCP_KEEPALIVE_CNT);
    return value < 0 ? Optional.empty() : Optional.of(value);
  }

  /**
   * Sets after how many probes without an answer TCP closes a connection; with {@link
   * #keepAlive(boolean)}.
   *
   * @param probes at least 1
   * @return these options
   */
  public ConnectionOptions keepAliveCount(int probes) {
    return set(
        ZMQ.ZMQ_TCP_KEEPALIVE_CNT,
        SocketOptions.atLeast("keepAliveCount", 1, probes, "probes without an answer"));
  }

  /**
   * How long a connection is idle before TCP probes it.
   *
   * @return whole seconds, or empty if the operating system decides
   */
  public Optional<Duration> keepAliveIdle() {
    return seconds(ZMQ.ZMQ_TCP_KEEPALIVE_IDLE);
  }

  /**
   * Sets how long a connection is idle before TCP probes it; with {@link #keepAlive(boolean)}.
   *
   * @param idle at least a second, rounded up to seconds
   * @return these options
   */
  public ConnectionOptions keepAliveIdle(Duration idle) {
    return set(ZMQ.ZMQ_TCP_KEEPALIVE_IDLE, checkedSeconds("keepAliveIdle", idle));
  }

  /**
   * The pause between two probes of TCP.
   *
   * @return whole seconds, or empty if the operating system decides
   */
  public Optional<Duration> keepAliveInterval() {
    return seconds(ZMQ.ZMQ_TCP_KEEPALIVE_INTVL);
  }

  /**
   * Sets the pause between two probes of TCP; with {@link #keepAlive(boolean)}.
   *
   * @param interval at least a second, rounded up to seconds
   * @return these options
   */
  public ConnectionOptions keepAliveInterval(Duration interval) {
    return set(ZMQ.ZMQ_TCP_KEEPALIVE_INTVL, checkedSeconds("keepAliveInterval", interval));
  }

  private Optional<Duration> seconds(int option) {
    int value = options.getInt(option);
    return value < 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(value));
  }

  private static int checkedSeconds(String what, Duration duration) {
    if (!duration.isPositive() || duration.compareTo(Duration.ofSeconds(Short.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(
          what + " must be 1 to " + Short.MAX_VALUE + " seconds: " + duration);
    }
    return (int) duration.plusNanos(999_999_999).toSeconds();
  }

  /**
   * Who makes the channels.
   *
   * @return the chooser, or null if the JDK's own are used
   */
  public @Nullable SelectorProviderChooser selectorChooser() {
    return options.get(ZMQ.ZMQ_SELECTOR_PROVIDERCHOOSER) instanceof SelectorProviderChooser chooser
        ? chooser
        : null;
  }

  /**
   * Sets who makes the channels, such as ones that add TLS. They must be selectable in the JDK's
   * own selectors.
   *
   * @param chooser asked for each bind and connect
   * @return these options
   */
  public ConnectionOptions selectorChooser(SelectorProviderChooser chooser) {
    return set(ZMQ.ZMQ_SELECTOR_PROVIDERCHOOSER, chooser);
  }

  private ConnectionOptions set(int option, Object value) {
    options.set(option, value);
    return this;
  }
}
