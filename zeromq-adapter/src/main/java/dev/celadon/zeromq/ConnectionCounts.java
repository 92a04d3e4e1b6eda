package dev.celadon.zeromq;

/**
 * What has happened to the TCP connections of a socket.
 *
 * <p>Immutable.
 *
 * @param peers how many peers are connected now, their handshakes done
 * @param handshaking how many connections are there whose handshakes are not done
 * @param connected how many connections this socket has made
 * @param accepted how many connections this socket has accepted
 * @param disconnected how many connections have ended
 * @param retries how often a connection could not be made, or was lost, and is tried again
 * @param failedHandshakes how many handshakes have failed
 */
public record ConnectionCounts(
    int peers,
    int handshaking,
    long connected,
    long accepted,
    long disconnected,
    long retries,
    long failedHandshakes) {}
