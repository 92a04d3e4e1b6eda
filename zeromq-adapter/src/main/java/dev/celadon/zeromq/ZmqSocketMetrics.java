package dev.celadon.zeromq;

/**
 * What a socket has done since it was made, and who waits for it now; or the sum over many sockets.
 *
 * <p>Immutable.
 *
 * @param sent messages that JeroMQ has taken to send
 * @param received messages that were taken from JeroMQ
 * @param parks how often somebody had to wait
 * @param wakes how often JeroMQ has announced a change while somebody waited
 * @param spuriousWakes how many of these brought nothing to anybody who waited
 * @param putBack messages that were received, could not be delivered, and came back
 * @param handedOver messages from other threads that were sent
 * @param dropped messages of {@link ZmqSocket#sendOrDrop} that found no room, and offers from other
 *     threads that were never sent
 * @param waitingReceivers who wait to receive
 * @param waitingSenders who wait to send
 * @param waitingLookers who wait until they can do so
 */
public record ZmqSocketMetrics(
    long sent,
    long received,
    long parks,
    long wakes,
    long spuriousWakes,
    long putBack,
    long handedOver,
    long dropped,
    int waitingReceivers,
    int waitingSenders,
    int waitingLookers) {

  static final ZmqSocketMetrics NONE = new ZmqSocketMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  ZmqSocketMetrics plus(ZmqSocketMetrics other) {
    return new ZmqSocketMetrics(
        sent + other.sent,
        received + other.received,
        parks + other.parks,
        wakes + other.wakes,
        spuriousWakes + other.spuriousWakes,
        putBack + other.putBack,
        handedOver + other.handedOver,
        dropped + other.dropped,
        waitingReceivers + other.waitingReceivers,
        waitingSenders + other.waitingSenders,
        waitingLookers + other.waitingLookers);
  }
}
