package dev.celadon.zeromq;

/**
 * What the sockets of a context have done since it was opened, and who waits now.
 *
 * <p>Immutable.
 *
 * @param openSockets how many are open
 * @param sockets the sum over all of them, closed ones included
 * @param caughtUp see {@link ZmqContext#caughtUp}
 */
public record ZmqContextMetrics(int openSockets, ZmqSocketMetrics sockets, long caughtUp) {}
