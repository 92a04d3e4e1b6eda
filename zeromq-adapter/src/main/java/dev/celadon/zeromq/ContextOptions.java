package dev.celadon.zeromq;

import java.time.Duration;

/**
 * How a {@link ZmqContext} is made.
 *
 * <p>Immutable.
 *
 * @param io where JeroMQ does its input and output
 * @param ioThreads how many I/O threads, or greenlets, share the connections; 0 is enough for
 *     {@code inproc://} alone
 * @param maxSockets how many sockets may be open at the same time
 * @param linger what sockets start with: how long a closed socket goes on to send what is queued
 * @param ipv6 whether names and wildcards mean IPv6 addresses first
 * @param inboxCapacity how many offers of other threads a socket keeps until they are sent, see
 *     {@link ZmqSocket#offerFromAnyThread}
 */
public record ContextOptions(
    IoMode io, int ioThreads, int maxSockets, Duration linger, boolean ipv6, int inboxCapacity) {

  /** Checks the ranges. */
  public ContextOptions {
    if (ioThreads < 0) {
      throw new IllegalArgumentException("ioThreads must not be negative: " + ioThreads);
    }
    if (maxSockets < 1) {
      throw new IllegalArgumentException("maxSockets must be at least 1: " + maxSockets);
    }
    SocketOptions.checkedMillis("linger", linger);
    if (inboxCapacity < 1) {
      throw new IllegalArgumentException("inboxCapacity must be at least 1: " + inboxCapacity);
    }
  }

  /**
   * I/O on the hub, one I/O greenlet, 1024 sockets, a linger of one second, IPv4, and room for 1000
   * offers of other threads to each socket.
   *
   * <p>The linger is short on purpose: nothing that was sent just before the end gets lost between
   * reachable peers, and an end with unreachable ones does not hang.
   *
   * @return the defaults
   */
  public static ContextOptions defaults() {
    return new ContextOptions(IoMode.HUB, 1, 1024, Duration.ofSeconds(1), false, 1000);
  }

  /**
   * These options with I/O elsewhere.
   *
   * @param io where JeroMQ does its input and output
   * @return the changed copy
   */
  public ContextOptions withIo(IoMode io) {
    return new ContextOptions(io, ioThreads, maxSockets, linger, ipv6, inboxCapacity);
  }

  /**
   * These options with another number of I/O threads, or greenlets.
   *
   * @param ioThreads zero or more
   * @return the changed copy
   */
  public ContextOptions withIoThreads(int ioThreads) {
    return new ContextOptions(io, ioThreads, maxSockets, linger, ipv6, inboxCapacity);
  }

  /**
   * These options with another limit of open sockets.
   *
   * @param maxSockets at least 1
   * @return the changed copy
   */
  public ContextOptions withMaxSockets(int maxSockets) {
    return new ContextOptions(io, ioThreads, maxSockets, linger, ipv6, inboxCapacity);
  }

  /**
   * These options with another first linger.
   *
   * @param linger zero or more, in whole milliseconds; {@link SocketOptions#FOREVER} sends
   *     everything, however long it takes
   * @return the changed copy
   */
  public ContextOptions withLinger(Duration linger) {
    return new ContextOptions(io, ioThreads, maxSockets, linger, ipv6, inboxCapacity);
  }

  /**
   * These options with IPv6 or without.
   *
   * @param ipv6 whether names and wildcards mean IPv6 addresses first
   * @return the changed copy
   */
  public ContextOptions withIpv6(boolean ipv6) {
    return new ContextOptions(io, ioThreads, maxSockets, linger, ipv6, inboxCapacity);
  }

  /**
   * These options with another room for offers of other threads.
   *
   * @param inboxCapacity at least 1; for each socket
   * @return the changed copy
   */
  public ContextOptions withInboxCapacity(int inboxCapacity) {
    return new ContextOptions(io, ioThreads, maxSockets, linger, ipv6, inboxCapacity);
  }
}
