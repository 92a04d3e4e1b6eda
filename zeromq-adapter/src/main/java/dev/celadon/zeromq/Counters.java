package dev.celadon.zeromq;

/** The figures of one socket, see {@link ZmqSocketMetrics}. Confined to its hub. */
final class Counters {

  long sent;
  long received;
  long parks;
  long wakes;
  long spuriousWakes;
  long putBack;
  long handedOver;
  long dropped;

  ZmqSocketMetrics snapshot(int receivers, int senders, int lookers) {
    return new ZmqSocketMetrics(
        sent,
        received,
        parks,
        wakes,
        spuriousWakes,
        putBack,
        handedOver,
        dropped,
        receivers,
        senders,
        lookers);
  }
}
