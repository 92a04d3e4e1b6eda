package dev.celadon.zeromq;

/**
 * What a {@link ZmqProxy} has forwarded so far.
 *
 * <p>Immutable.
 *
 * @param frontendReceived what was taken from the frontend
 * @param frontendSent what was sent to the frontend
 * @param backendReceived what was taken from the backend
 * @param backendSent what was sent to the backend
 * @param undeliverable how many messages had no peer any more: those that a ROUTER with the option
 *     {@code mandatory} has refused
 */
public record ProxyStatistics(
    Traffic frontendReceived,
    Traffic frontendSent,
    Traffic backendReceived,
    Traffic backendSent,
    long undeliverable) {

  /**
   * Messages one way.
   *
   * @param messages how many; one of several frames counts once
   * @param bytes the sum of the lengths of all frames
   */
  public record Traffic(long messages, long bytes) {

    static final Traffic NONE = new Traffic(0, 0);
  }
}
